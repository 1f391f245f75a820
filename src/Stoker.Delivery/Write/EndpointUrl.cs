using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Delivery.Write;

/// <summary>The URL of an endpoint: absolute, http or https. A password in it is used and never shown.</summary>
internal sealed class EndpointUrl : ArgumentType<string>
{
    public static EndpointUrl Type { get; } = new();

    public override string Name => "string";

    public override string Zero => "";

    protected override bool AcceptsNull => false;

    public static string Redact(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) || parsed.UserInfo.Length == 0)
        {
            return url;
        }

        int scheme = url.IndexOf("://", StringComparison.Ordinal) + 3;
        int at = url.LastIndexOf('@', AuthorityEnd(url, scheme));
        string user = parsed.UserInfo.Split(':')[0];
        return $"{url[..scheme]}{user}:(secret){url[at..]}";
    }

    public override Value ToValue(string item) => new StringValue(Redact(item));

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
        const string Example = "such as \"http://pyroscope:4040\"";
        if (url.Trim().Length == 0)
        {
            return $"is empty; the endpoint needs the URL of a Pyroscope, {Example}";
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
            return $"has the scheme {parsed.Scheme}; only http and https can be pushed to";
        }

        if (parsed.Host.Length == 0)
        {
            return $"has no host; write an absolute URL {Example}";
        }

        return parsed.Fragment.Length > 0 ? "has a fragment (#...), which no server would see; leave it out" : null;
    }

    private static int AuthorityEnd(string url, int scheme)
    {
        int end = url.IndexOfAny(['/', '?', '#'], scheme);
        return end < 0 ? url.Length - 1 : end;
    }
}
