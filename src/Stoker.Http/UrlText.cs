namespace Stoker.Http;

/// <summary>Shows URLs without what is secret in them. The URLs are absolute ones that were checked.</summary>
public static class UrlText
{
    /// <summary>The URL as it was written, but for the password of its user.</summary>
    public static string WithoutPassword(string url)
    {
        var parsed = new Uri(url);
        int colon = parsed.UserInfo.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return url;
        }

        int user = url.IndexOf("://", StringComparison.Ordinal) + 3;
        int end = url.IndexOfAny(['/', '?', '#', '\\'], user);
        int at = url.LastIndexOf('@', end < 0 ? url.Length - 1 : end);
        return url[..user] + parsed.UserInfo[..colon] + url[at..];
    }

    /// <summary>The URL as messages show it: without user and password, and without the query, which may hold a token.</summary>
    public static string ForMessages(string url)
    {
        var parsed = new Uri(url);
        return WithoutUserAndQuery(url) + (parsed.Query.Length > 1 ? "?..." : "");
    }

    /// <summary>The URL without user, password, query and fragment: the name of what is there.</summary>
    public static string WithoutUserAndQuery(string url) =>
        new Uri(url).GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
