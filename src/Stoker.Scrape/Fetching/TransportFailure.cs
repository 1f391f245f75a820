using System.Net.Sockets;
using System.Security.Authentication;
using Stoker.Http;
using Stoker.Syntax;

namespace Stoker.Scrape;

/// <summary>Explains what went wrong before the whole body had come.</summary>
internal static class TransportFailure
{
    public static ScrapeFailure OfSend(ScrapeRequest request, HttpRequestException exception)
    {
        if (exception is TokenException token)
        {
            return OfToken(request, token);
        }

        // The client explains itself what is not its target's doing alone: TLS, proxies, what came about too late.
        if (exception is ConnectionException explained)
        {
            return new ScrapeFailure(ReasonOf(explained), request.Url, explained.Summary, explained.Remedy);
        }

        Uri uri = request.Uri;
        bool isTls = uri.Scheme == Uri.UriSchemeHttps;
        SocketException? socket = Find<SocketException>(exception);
        switch (exception.HttpRequestError)
        {
            case HttpRequestError.NameResolutionError:
                return new ScrapeFailure(
                    ScrapeFailureReason.Dns, request.Url, $"the host name \"{uri.Host}\" was not resolved ({Reason(exception)})",
                    "check __address__ and the name server of this machine");
            case HttpRequestError.ConnectionError:
                return new ScrapeFailure(
                    ScrapeFailureReason.Connect, request.Url, $"no connection to {uri.Authority} ({Reason(exception)})",
                    socket?.SocketErrorCode == SocketError.ConnectionRefused
                        ? "nothing listens there: is the target running, and is this its pprof port?"
                        : "check __address__, routes and firewalls");
            case HttpRequestError.SecureConnectionError:
                return OfTls(request, exception);
            case HttpRequestError.ProxyTunnelError:
                return new ScrapeFailure(
                    ScrapeFailureReason.Proxy, request.Url, $"the proxy gave no connection ({exception.Message})", "check proxy_url and no_proxy");
            case HttpRequestError.ResponseEnded:
                return new ScrapeFailure(
                    ScrapeFailureReason.Closed, request.Url, "the target closed the connection without an answer",
                    isTls ? "the target may have stopped, or it takes only clients with another certificate (cert_file in tls_config)" : "the target may have stopped, or it speaks HTTPS on this port: then set scheme = \"https\"");
            case HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError:
                return new ScrapeFailure(
                    ScrapeFailureReason.Protocol, request.Url, $"the answer is no HTTP ({Reason(exception)})",
                    isTls ? "is this the pprof port?" : "is this the pprof port? If the target speaks HTTPS on it, set scheme = \"https\"");
            case HttpRequestError.ConfigurationLimitExceeded:
                return new ScrapeFailure(
                    ScrapeFailureReason.Protocol, request.Url, $"the headers of the answer are too large ({exception.Message})", "is this the pprof port?");
            default:
                return Find<AuthenticationException>(exception) is not null ? OfTls(request, exception)
                    : Find<IOException>(exception) is not null || socket is not null
                        ? new ScrapeFailure(ScrapeFailureReason.Closed, request.Url, $"the connection was lost ({Reason(exception)})", "")
                    : new ScrapeFailure(ScrapeFailureReason.Protocol, request.Url, exception.Message, "");
        }
    }

    /// <summary>The token server's failure and not the target's.</summary>
    public static ScrapeFailure OfToken(ScrapeRequest request, TokenException token) =>
        new(ScrapeFailureReason.OAuth2, request.Url, token.Message, token.Remedy);

    public static ScrapeFailure OfConnectTimeout(ScrapeRequest request) => new(
        ScrapeFailureReason.Connect, request.Url, $"no connection to {request.Uri.Authority} came about in time",
        "nothing answers there: check __address__, routes and firewalls");

    public static ScrapeFailure OfTimeout(ScrapeRequest request, ScrapeOutcome outcome)
    {
        string deadline = $"the deadline of {GoDuration.Format(request.Deadline)}";
        if (outcome.WaitsForRoom)
        {
            return new ScrapeFailure(
                ScrapeFailureReason.Timeout, request.Url, $"{deadline} passed while other scrapes held all the memory that bodies may take",
                "targets send very much at the same time: lower response_size_limit and body_size_limit, or spread the targets over several agents");
        }

        if (outcome.Status is { } status)
        {
            return new ScrapeFailure(
                ScrapeFailureReason.Timeout, request.Url, $"{deadline} passed while the body came: {outcome.WireBytes} bytes after status {(int)status}",
                "the target or the network is slow: raise scrape_timeout");
        }

        return request.Requested is { } requested
            ? new ScrapeFailure(
                ScrapeFailureReason.Timeout, request.Url, $"{deadline} passed without an answer; the profile itself takes {GoDuration.Format(requested)}",
                "raise scrape_timeout or lower delta_profiling_duration, if the target answers at all")
            : new ScrapeFailure(
                ScrapeFailureReason.Timeout, request.Url, $"{deadline} passed without an answer",
                "the target hangs or is slow, or this profile type runs for some seconds: then set delta = true or raise scrape_timeout");
    }

    public static ScrapeFailure OfBody(ScrapeRequest request, ScrapeOutcome outcome, long? declaredBytes, IOException exception) => new(
        ScrapeFailureReason.Closed, request.Url,
        declaredBytes is { } declared
            ? $"the connection was closed after {outcome.WireBytes} of {declared} bytes of the body"
            : $"the connection was closed in the middle of the body, after {outcome.WireBytes} bytes ({Reason(exception)})",
        "the target stopped, or its write time-out or a proxy cut the answer");

    public static ScrapeFailure OfTooLarge(ScrapeRequest request, ScrapeOutcome outcome, long? declaredBytes) => new(
        ScrapeFailureReason.TooLarge, request.Url,
        declaredBytes is { } declared
            ? $"the answer has {declared} bytes, over the limit of {request.ResponseLimit}{Content(outcome)}"
            : $"the answer has more than the limit of {request.ResponseLimit} bytes{Content(outcome)}",
        "is this a profile? If so, raise response_size_limit");

    private static string Content(ScrapeOutcome outcome) => outcome.ContentType.Length > 0 ? $" (content type {outcome.ContentType})" : "";

    private static ScrapeFailure OfTls(ScrapeRequest request, HttpRequestException exception) => new(
        ScrapeFailureReason.Tls, request.Url, $"the TLS handshake failed ({exception.GetBaseException().Message})", "check tls_config and the target's TLS settings");

    private static ScrapeFailureReason ReasonOf(ConnectionException exception) => exception.HttpRequestError switch
    {
        HttpRequestError.ProxyTunnelError => ScrapeFailureReason.Proxy,
        HttpRequestError.SecureConnectionError => ScrapeFailureReason.Tls,
        HttpRequestError.ResponseEnded => ScrapeFailureReason.Closed,
        _ => ScrapeFailureReason.Connect,
    };

    private static string Reason(Exception exception) => Find<SocketException>(exception)?.Message ?? exception.InnerException?.Message ?? exception.Message;

    private static TException? Find<TException>(Exception exception)
        where TException : Exception
    {
        for (Exception? inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is TException found)
            {
                return found;
            }
        }

        return null;
    }
}
