using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Delivery.Write;

/// <summary>The headers of an endpoint: plain text in the file, as in Alloy, but the API does not show those that carry credentials.</summary>
internal sealed class HeadersArgument : ArgumentType<IReadOnlyDictionary<string, string>>
{
    private static readonly ArgumentType<IReadOnlyDictionary<string, string>> Plain = ArgumentTypes.Map(ArgumentTypes.String);

    private static readonly HashSet<string> Credentials = new(StringComparer.OrdinalIgnoreCase) { "Authorization", "Cookie", "Proxy-Authorization" };

    public override string Name => Plain.Name;

    public override IReadOnlyDictionary<string, string> Zero => Plain.Zero;

    public override Value ToValue(IReadOnlyDictionary<string, string> item) => new ObjectValue(item.Select(header =>
        new KeyValuePair<string, Value>(header.Key, Credentials.Contains(header.Key) ? new SecretValue(header.Value) : new StringValue(header.Value))));

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out IReadOnlyDictionary<string, string> result) =>
        Plain.TryConvert(source, diagnostics, out result);
}
