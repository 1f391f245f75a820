namespace Stoker.Scrape;

/// <summary>Why a scrape failed, as a class that metrics and alerts can use. The text of each is stable.</summary>
public enum ScrapeFailureReason
{
    /// <summary>The name of the host was not resolved.</summary>
    Dns,

    /// <summary>No connection came about.</summary>
    Connect,

    Tls,

    Proxy,

    /// <summary>No OAuth2 token could be had, so the target was not asked.</summary>
    OAuth2,

    /// <summary>The request could not be made or the answer is no HTTP.</summary>
    Protocol,

    Timeout,

    /// <summary>The connection ended before the answer did.</summary>
    Closed,

    /// <summary>An answer other than 200 that has no reason of its own.</summary>
    Status,

    NotFound,

    /// <summary>401 or 403.</summary>
    Denied,

    CpuInUse,

    /// <summary>Over <c>response_size_limit</c>.</summary>
    TooLarge,

    /// <summary>Over <c>body_size_limit</c> when inflated.</summary>
    Bomb,

    BadGzip,

    Empty,

    Html,

    Json,

    /// <summary>The text form of a pprof page, or any other text.</summary>
    Text,

    NotPprof,

    BadPprof,

    /// <summary>A bug of the agent, kept from the other targets.</summary>
    Internal,
}

/// <summary>One failed scrape, explained.</summary>
/// <param name="Url">What was asked for.</param>
/// <param name="Summary">What happened, without the URL.</param>
/// <param name="Remedy">The likely cause and what to do about it; empty where there is nothing to say.</param>
public sealed record ScrapeFailure(ScrapeFailureReason Reason, string Url, string Summary, string Remedy)
{
    /// <summary>The reason as the label of metrics and attributes, such as <c>bad_gzip</c>.</summary>
    public string ReasonText => Text(Reason);

    public static string Text(ScrapeFailureReason reason) => reason switch
    {
        ScrapeFailureReason.Dns => "dns",
        ScrapeFailureReason.Connect => "connect",
        ScrapeFailureReason.Tls => "tls",
        ScrapeFailureReason.Proxy => "proxy",
        ScrapeFailureReason.OAuth2 => "oauth2",
        ScrapeFailureReason.Protocol => "protocol",
        ScrapeFailureReason.Timeout => "timeout",
        ScrapeFailureReason.Closed => "closed",
        ScrapeFailureReason.Status => "status",
        ScrapeFailureReason.NotFound => "not_found",
        ScrapeFailureReason.Denied => "denied",
        ScrapeFailureReason.CpuInUse => "cpu_in_use",
        ScrapeFailureReason.TooLarge => "too_large",
        ScrapeFailureReason.Bomb => "bomb",
        ScrapeFailureReason.BadGzip => "bad_gzip",
        ScrapeFailureReason.Empty => "empty",
        ScrapeFailureReason.Html => "html",
        ScrapeFailureReason.Json => "json",
        ScrapeFailureReason.Text => "text",
        ScrapeFailureReason.NotPprof => "not_pprof",
        ScrapeFailureReason.BadPprof => "bad_pprof",
        _ => "internal",
    };

    public override string ToString() => Remedy.Length == 0 ? $"GET {Url}: {Summary}" : $"GET {Url}: {Summary}; {Remedy}";
}
