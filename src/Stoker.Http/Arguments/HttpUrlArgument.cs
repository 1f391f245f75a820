using Stoker.Components.Arguments;
using Stoker.Syntax;

namespace Stoker.Http;

/// <summary>The URL of a server as an argument: absolute, http or https, with a host. A password in it is used and never shown. Immutable.</summary>
/// <param name="whenEmpty">What to write, for who wrote nothing.</param>
/// <param name="example">A URL of the kind.</param>
/// <param name="use">What is done with the server, behind "can be".</param>
public abstract class HttpUrlArgument(string whenEmpty, string example, string use) : ArgumentType<string>
{
    public override string Name => "string";

    public override string Zero => "";

    protected override bool AcceptsNull => false;

    // The values that the API shows lack the password, in which alone two URLs may differ.
    public override bool AreEqual(string left, string right) => left == right;

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out string result)
    {
        if (!ArgumentTypes.String.TryConvert(source, diagnostics, out result))
        {
            return false;
        }

        if (FaultOf(result) is not { } fault)
        {
            return true;
        }

        source.Error(diagnostics, fault);
        return false;
    }

    /// <summary>What else is wrong with a URL that is one; null where nothing is.</summary>
    protected virtual string? FaultOf(Uri url) => null;

    private string? FaultOf(string url)
    {
        if (url.Trim().Length == 0)
        {
            return $"is empty; {whenEmpty}, such as \"{example}\"";
        }

        if (!url.Contains("://", StringComparison.Ordinal))
        {
            return $"has no scheme; write an absolute URL such as \"{example}\"";
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed))
        {
            return $"is not a valid URL; write one such as \"{example}\"";
        }

        if (parsed.Scheme != Uri.UriSchemeHttp && parsed.Scheme != Uri.UriSchemeHttps)
        {
            return $"has the scheme {parsed.Scheme}; only http and https can be {use}";
        }

        return parsed.Host.Length == 0 ? $"has no host; write an absolute URL such as \"{example}\"" : FaultOf(parsed);
    }
}
