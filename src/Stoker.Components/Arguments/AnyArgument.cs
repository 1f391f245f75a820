using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Components.Arguments;

/// <summary>Whatever the expression gives.</summary>
internal sealed class AnyArgument : ArgumentType<Value>
{
    public override string Name => "any";

    public override Value Zero => NullValue.Instance;

    public override Value ToValue(Value item) => item;

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out Value result)
    {
        result = source.Value;
        return true;
    }
}
