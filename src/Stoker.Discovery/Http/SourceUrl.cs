using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Http;

/// <summary>
/// The URL of a list of targets: absolute, http or https. A password in it is used and never shown; nor is its query in messages.
/// </summary>
internal sealed class SourceUrl : ArgumentType<string>
{
    private const string Example = "such as \"http://inventory:8080/targets\"";

    public static SourceUrl Type { get; } = new();

    public override string Name => "string";

    public override string Zero => "";

    protected override bool AcceptsNull => false;

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

    public override bool AreEqual(string left, string right) => left == right;

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out string result)
    {
        if (!ArgumentTypes.String.TryConvert(source, diagnostics, out result))
        {
            return false;
        }

        if (Fault(result) is not { } fault)
        {
            return true;
        }

        source.Error(diagnostics, fault);
        return false;
    }

    private static string? Fault(string url)
    {
        if (url.Trim().Length == 0)
        {
            return $"is empty; write the URL of a list of targets, {Example}";
        }

        if (!url.Contains("://", StringComparison.Ordinal))
        {
            return $"has no scheme; write an absolute URL {Example}";
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed))
        {
            return $"is not a valid URL; write one {Example}";
        }

        if (parsed.Scheme != Uri.UriSchemeHttp && parsed.Scheme != Uri.UriSchemeHttps)
        {
            return $"has the scheme {parsed.Scheme}; only http and https can be asked";
        }

        return parsed.Host.Length == 0 ? $"has no host; write an absolute URL {Example}" : null;
    }
}
