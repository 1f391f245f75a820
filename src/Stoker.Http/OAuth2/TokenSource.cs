using Microsoft.Extensions.Logging;
using Stoker.Syntax;

namespace Stoker.Http;

/// <summary>
/// The token of a client's requests: got once for all who need it, kept until shortly before it expires, and got anew when the secret changes or a
/// target refuses it. While a token is good, nobody waits for the next one. Asking has a deadline of its own, and after a failure a pause, in which
/// whoever needs a token gets the same failure at once. Safe from several threads.
/// </summary>
internal sealed class TokenSource(OAuth2Arguments arguments, HttpMessageInvoker client, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RenewBefore = TimeSpan.FromSeconds(10);

    // A token of a few seconds is not renewed all the time: three quarters of its life are used.
    private const int RenewInLast = 4;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    // A target that refuses every token must not have them fetched at the pace of its scrapes.
    private static readonly TimeSpan BetweenReplacements = TimeSpan.FromMinutes(1);

    // Between replacements for whatever server, so that many that refuse every token do not become a storm at the token server.
    private static readonly TimeSpan BetweenAny = TimeSpan.FromSeconds(5);

    private const int MaxRefusing = 1000;

    private readonly TokenEndpoint _endpoint = new(arguments, client);
    private readonly SecretFile? _secretFile =
        arguments.ClientSecretFile.Length > 0 ? new SecretFile("client_secret_file", arguments.ClientSecretFile, time) : null;
    private readonly string _shownUrl = RedirectRules.Show(new Uri(arguments.TokenUrl));
    private readonly CancellationTokenSource _disposing = new();

    // Guards the fields below.
    private readonly Lock _lock = new();
    private AccessToken? _token;
    private Task<Outcome>? _fetch;
    private Outcome? _failure;
    private int _failuresInARow;

    // When a token was last replaced, and when it was because this or that server refused it.
    private long? _replacedAt;
    private readonly Dictionary<string, long> _refusedBy = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The token for a request.</summary>
    /// <exception cref="TokenException">There is none.</exception>
    /// <exception cref="OperationCanceledException">
    /// The request was cancelled; it has a <see cref="TokenException"/> inside where it waited for a token.
    /// </exception>
    public async ValueTask<AccessToken> GetAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            (string? secret, string fault) = await ReadSecretAsync(cancellationToken);
            Task<Outcome> fetch;
            lock (_lock)
            {
                long now = time.GetTimestamp();
                if (_token is { } token && now < token.ExpiresAt)
                {
                    if (secret is not null && (token.Secret != secret || now >= token.RenewAt))
                    {
                        _ = FetchLocked(secret, now);
                    }

                    return token;
                }

                if (secret is null)
                {
                    throw new TokenException(_shownUrl, fault, "");
                }

                fetch = FetchLocked(secret, now);
            }

            Outcome outcome = await WaitAsync(fetch, cancellationToken);
            if (outcome.Token is not null || outcome.Secret == secret)
            {
                return outcome.Token ?? throw ToException(outcome);
            }
        }
    }

    /// <summary>A token in place of one that a target has refused; null where there is none but that one.</summary>
    /// <exception cref="TokenException">No new one could be had.</exception>
    /// <exception cref="OperationCanceledException">As for <see cref="GetAsync"/>.</exception>
    /// <param name="authority">Who refused it: one server that refuses every token must not keep the others from getting theirs.</param>
    public async ValueTask<AccessToken?> ReplaceAsync(AccessToken refused, string authority, CancellationToken cancellationToken)
    {
        (string? secret, string fault) = await ReadSecretAsync(cancellationToken);
        bool isDue;
        Task<Outcome> fetch;
        lock (_lock)
        {
            long now = time.GetTimestamp();
            if (_token is { } other && other != refused)
            {
                return other.Header != refused.Header ? other : null;
            }

            // What is under way, or is due for another reason, is no replacement that has to wait.
            isDue = _fetch is { IsCompleted: false } || now >= refused.RenewAt || (secret is not null && secret != refused.Secret);
            if (!isDue && (IsWithin(_replacedAt, BetweenAny, now) || IsWithin(_refusedBy.TryGetValue(authority, out long at) ? at : null, BetweenReplacements, now)))
            {
                return null;
            }

            fetch = secret is null ? throw new TokenException(_shownUrl, fault, "") : FetchLocked(secret, now);
        }

        Outcome outcome = await WaitAsync(fetch, cancellationToken);
        if (outcome.Token is not { } token)
        {
            throw ToException(outcome);
        }

        if (!isDue)
        {
            lock (_lock)
            {
                if (_refusedBy.Count >= MaxRefusing)
                {
                    _refusedBy.Clear();
                }

                _replacedAt = _refusedBy[authority] = time.GetTimestamp();
            }
        }

        // Some servers give the same token until it expires.
        return token.Header != refused.Header ? token : null;
    }

    /// <summary>Ends what is under way and closes the connections to the token server.</summary>
    public void Dispose()
    {
        _disposing.Cancel();
        client.Dispose();
    }

    private bool IsWithin(long? timestamp, TimeSpan span, long now) => timestamp is { } at && time.GetElapsedTime(at, now) < span;

    private async ValueTask<(string? Secret, string Fault)> ReadSecretAsync(CancellationToken cancellationToken)
    {
        if (_secretFile is null)
        {
            return (arguments.ClientSecret.Content, "");
        }

        try
        {
            return (await _secretFile.ReadAsync(cancellationToken), "");
        }
        catch (HttpRequestException exception)
        {
            return (null, exception.Message);
        }
    }

    /// <summary>The fetch that is under way, or the last failure while its pause lasts, or a new fetch.</summary>
    private Task<Outcome> FetchLocked(string secret, long now)
    {
        if (_fetch is { IsCompleted: false })
        {
            return _fetch;
        }

        if (_failure is { } failure && failure.Secret == secret && now < failure.RetryAt)
        {
            return Task.FromResult(failure);
        }

        // On a thread of its own, because nobody's cancellation may end it and this lock is held.
        return _fetch = Task.Run(() => FetchAsync(secret));
    }

    private async Task<Outcome> WaitAsync(Task<Outcome> fetch, CancellationToken cancellationToken)
    {
        try
        {
            return await fetch.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException exception)
        {
            var failure = new TokenException(
                _shownUrl, "it had not answered when the request's own time was over", "the token server hangs or is slow: check token_url");
            throw new OperationCanceledException(exception.Message, failure, cancellationToken);
        }
    }

    private async Task<Outcome> FetchAsync(string secret)
    {
        long started = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _disposing.Token);
        TokenAnswer? answer = null;
        TokenRefusal? refusal;
        try
        {
            (answer, refusal) = await _endpoint.RequestAsync(secret, either.Token);
        }
        catch (Exception) when (_disposing.IsCancellationRequested)
        {
            refusal = new TokenRefusal("the client was closed before it had answered", "");
        }
        catch (Exception exception) when (!deadline.IsCancellationRequested)
        {
            // Whatever it is, it must not become a fetch for each request, so it has its pause and its line in the log as every failure.
            refusal = new TokenRefusal($"the request failed: {exception.Message}", "");
        }
        catch (Exception)
        {
            refusal = new TokenRefusal(
                $"no answer within {GoDuration.Format(Deadline)}",
                "the token server hangs or is slow: check token_url, and proxy_url inside the oauth2 block");
        }

        return Settle(secret, started, answer, refusal);
    }

    private Outcome Settle(string secret, long started, TokenAnswer? answer, TokenRefusal? refusal)
    {
        Outcome outcome;
        int failuresBefore;
        bool hasPresent;
        lock (_lock)
        {
            failuresBefore = _failuresInARow;
            if (answer is not null)
            {
                outcome = new Outcome(secret, Create(answer, secret, started));
                _token = outcome.Token;
                _failure = null;
                _failuresInARow = 0;
            }
            else
            {
                TimeSpan pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(_failuresInARow, 10)));
                _failuresInARow++;
                outcome = new Outcome(secret, refusal!, After(time.GetTimestamp(), pause));
                _failure = outcome;
            }

            hasPresent = _token is { } token && time.GetTimestamp() < token.ExpiresAt;
        }

        if (_disposing.IsCancellationRequested)
        {
            return outcome;
        }

        if (refusal is not null && failuresBefore == 0)
        {
            Log.TokenFailed(logger, _shownUrl, refusal.Reason, refusal.Remedy, hasPresent);
        }
        else if (refusal is null && failuresBefore > 0)
        {
            Log.TokenRecovered(logger, _shownUrl);
        }

        return outcome;
    }

    private AccessToken Create(TokenAnswer answer, string secret, long started)
    {
        if (answer.ExpiresIn is not { } life)
        {
            return new AccessToken(answer.Header!, secret, long.MaxValue, long.MaxValue);
        }

        TimeSpan early = TimeSpan.FromTicks(Math.Min(RenewBefore.Ticks, life.Ticks / RenewInLast));
        return new AccessToken(answer.Header!, secret, After(started, life - early), After(started, life));
    }

    private long After(long timestamp, TimeSpan span) => timestamp + (long)(span.TotalSeconds * time.TimestampFrequency);

    private TokenException ToException(Outcome failed) => new(_shownUrl, failed.Refusal!.Reason, failed.Refusal.Remedy);

    /// <summary>How a fetch has ended: a token, or a refusal with the timestamp from which the next one may be tried.</summary>
    private sealed class Outcome
    {
        public Outcome(string secret, AccessToken? token) => (Secret, Token) = (secret, token);

        public Outcome(string secret, TokenRefusal refusal, long retryAt) => (Secret, Refusal, RetryAt) = (secret, refusal, retryAt);

        public string Secret { get; }

        public AccessToken? Token { get; }

        public TokenRefusal? Refusal { get; }

        public long RetryAt { get; }
    }
}
