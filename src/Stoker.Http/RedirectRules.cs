using System.Net;

namespace Stoker.Http;

/// <summary>How redirects are followed.</summary>
internal static class RedirectRules
{
    public const int MaxRedirects = 10;

    private static readonly HashSet<string> SensitiveHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Cookie", "Cookie2", "Www-Authenticate", "Proxy-Authorization", "Proxy-Authenticate",
    };

    public static bool IsRedirect(HttpStatusCode status) => status
        is HttpStatusCode.MovedPermanently
        or HttpStatusCode.Found
        or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect
        or HttpStatusCode.PermanentRedirect;

    /// <summary>True where the next request is a GET without the body: 301, 302 and 303 for all but HEAD.</summary>
    public static bool BecomesGet(HttpStatusCode status, HttpMethod method) =>
        status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        && method != HttpMethod.Get && method != HttpMethod.Head;

    /// <summary>
    /// True where a request to <paramref name="next"/> may carry what was meant for <paramref name="origin"/>: the same host or a sub-domain of it,
    /// the same port, and never plain text after TLS. The step from http on port 80 to https on port 443 is the usual upgrade and keeps them.
    /// </summary>
    public static bool KeepsCredentials(Uri origin, Uri next)
    {
        bool upgrade = origin is { Scheme: "http", Port: 80 } && next is { Scheme: "https", Port: 443 };
        bool sameTransport = origin.Port == next.Port && (next.Scheme == origin.Scheme || next.Scheme == Uri.UriSchemeHttps);
        return (upgrade || sameTransport) && IsSameOrSubdomain(origin, next);
    }

    public static bool IsSensitive(string header) => SensitiveHeaders.Contains(header);

    /// <summary>A URL as messages show it: no user, no password, no query.</summary>
    public static string Show(Uri uri) => uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    private static bool IsSameOrSubdomain(Uri origin, Uri next)
    {
        string parent = origin.IdnHost;
        string host = next.IdnHost;
        return host.Equals(parent, StringComparison.OrdinalIgnoreCase)
            || (origin.HostNameType == UriHostNameType.Dns && host.EndsWith("." + parent, StringComparison.OrdinalIgnoreCase));
    }
}
