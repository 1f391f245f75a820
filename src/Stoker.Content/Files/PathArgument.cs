using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Content.Files;

/// <summary>A path that must be there to be read. Relative ones are seen from the working directory. Immutable.</summary>
/// <param name="whenEmpty">What to write, for who wrote nothing.</param>
internal sealed class PathArgument(string whenEmpty) : ArgumentType<string>
{
    public override string Name => "string";

    public override string Zero => "";

    protected override bool AcceptsNull => false;

    public override Value ToValue(string item) => new StringValue(item);

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out string result)
    {
        if (!ArgumentTypes.String.TryConvert(source, diagnostics, out result))
        {
            return false;
        }

        string? fault = result.Trim().Length == 0 ? $"is empty; {whenEmpty}"
            : result.Contains('\0') ? "has a NUL character, which no path can have"
            : null;
        if (fault is not null)
        {
            source.Error(diagnostics, fault);
        }

        return fault is null;
    }
}
