using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Http;

/// <summary>The URL of a proxy; the API shows it without its password.</summary>
internal sealed class ProxyUrlArgument : ArgumentType<string>
{
    public override string Name => "string";

    public override string Zero => "";

    public override Value ToValue(string item) => new StringValue(ProxyAddress.TryParse(item, out ProxyAddress? address, out _) ? address.Display : item);

    public override bool AreEqual(string left, string right) => left == right;

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out string result)
    {
        if (!ArgumentTypes.String.TryConvert(source, diagnostics, out result))
        {
            return false;
        }

        if (result.Length == 0 || ProxyAddress.TryParse(result, out _, out string reason))
        {
            return true;
        }

        // Not the usual report with the written value, because that may hold the proxy's password.
        diagnostics.Error(source.Span, $"proxy_url {reason}");
        return false;
    }
}
