using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Http;

/// <summary>The URL that gives tokens; the API shows it without the password that may stand in it.</summary>
internal sealed class TokenUrlArgument : ArgumentType<string>
{
    public override string Name => "string";

    public override string Zero => "";

    public override Value ToValue(string item) => new StringValue(
        Uri.TryCreate(item, UriKind.Absolute, out Uri? url) && url.UserInfo.Contains(':')
            ? new UriBuilder(url) { Password = "(secret)" }.ToString()
            : item);

    public override bool AreEqual(string left, string right) => left == right;

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out string result) =>
        ArgumentTypes.String.TryConvert(source, diagnostics, out result);
}
