namespace Stoker.Delivery.Write;

/// <summary>What one push came to: the rows of the table in <c>docs/reference/components/pyroscope.write.md</c>.</summary>
internal enum PushOutcome
{
    Delivered,

    /// <summary>No connection, or one that broke.</summary>
    Unreachable,

    /// <summary>No whole answer within <c>remote_timeout</c>.</summary>
    TimedOut,

    /// <summary>Not sent, because no OAuth2 token could be had.</summary>
    NoToken,

    /// <summary>The server, or a proxy before it, is in trouble.</summary>
    Unavailable,

    /// <summary>Too much at once: 429.</summary>
    RateLimited,

    /// <summary>500: the server's own fault, or a profile that it cannot read.</summary>
    ServerError,

    /// <summary>The credentials are not taken.</summary>
    Unauthorized,

    /// <summary>What answered is not a Pyroscope, or not at this path.</summary>
    Misconfigured,

    /// <summary>The profile itself is refused for good.</summary>
    Refused,

    /// <summary>The profile is outside of the window of time that the server takes.</summary>
    TooOld,

    /// <summary>The push is larger than the server or a proxy takes.</summary>
    TooLarge,

    /// <summary>The agent itself gave the attempt up, because it stops.</summary>
    Interrupted,
}

/// <summary>The answer to one push, or what came instead of one.</summary>
/// <param name="Message">What happened, for the operator: the server's own words where it has said any.</param>
/// <param name="RetryAfter">How long the server asks to be left alone, at most five minutes; null where it does not.</param>
internal sealed record PushAnswer(PushOutcome Outcome, string Message, TimeSpan? RetryAfter = null)
{
    /// <summary>True when all was sent and no answer came: the server may have stored the profile, and a retry may store it twice.</summary>
    public bool MayBeStored { get; init; }

    /// <summary>What the token server's failure asks for; empty for every other outcome.</summary>
    public string TokenRemedy { get; init; } = "";

    /// <summary>What the operator can do about it; empty for a delivery.</summary>
    public string Remedy => Outcome switch
    {
        PushOutcome.Unreachable => "check the url of the endpoint, and that a Pyroscope listens there; the profiles are kept and sent when it answers",
        PushOutcome.TimedOut => "the server is slow or hangs; raise remote_timeout if it needs longer; the profiles are kept and sent when it answers",
        PushOutcome.NoToken =>
            $"{(TokenRemedy.Length > 0 ? TokenRemedy : "see the oauth2 block of the endpoint")}; the profiles are kept and sent when there is a token",
        PushOutcome.Unavailable => "the server, or a proxy before it, is in trouble; the profiles are kept and sent when it has recovered",
        PushOutcome.RateLimited => "raise the tenant's ingestion limits, or scrape less; the profiles are kept and sent more slowly",
        PushOutcome.ServerError => "see the log of the server; a profile that it keeps failing on is dropped once others pass",
        PushOutcome.Unauthorized => "check the credentials and the tenant header of the endpoint; the profiles are kept and tried about once a minute",
        PushOutcome.Misconfigured => "check the url of the endpoint: it must lead to a Pyroscope, without the path of the push; the profiles are kept and tried about once a minute",
        PushOutcome.Refused => "the profile is dropped; the server's message says what is wrong with it",
        PushOutcome.TooOld => "check the clocks of this machine and of the target, and whether the endpoint has been away for long",
        PushOutcome.TooLarge => "raise the body limit of the server or of the proxy before it",
        _ => "",
    };
}
