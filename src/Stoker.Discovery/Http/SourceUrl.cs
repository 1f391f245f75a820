using Stoker.Http;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Http;

/// <summary>
/// The URL of a list of targets: absolute, http or https. A password in it is used and never shown; nor is its query in messages.
/// </summary>
internal sealed class SourceUrl() : HttpUrlArgument("write the URL of a list of targets", "http://inventory:8080/targets", "asked")
{
    public static SourceUrl Type { get; } = new();

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
        return parsed.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
            + (parsed.Query.Length > 1 ? "?..." : "");
    }

    public override Value ToValue(string item) => new StringValue(item.Length == 0 ? item : WithoutPassword(item));
}
