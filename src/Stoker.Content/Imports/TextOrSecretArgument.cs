using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Content.Imports;

/// <summary>A text that may be a secret, and is shown only where it is none. Immutable.</summary>
internal sealed class TextOrSecretArgument : ArgumentType<OptionalSecretValue>
{
    public override string Name => "string or secret";

    public override OptionalSecretValue Zero { get; } = new("", isSecret: false);

    public override Value ToValue(OptionalSecretValue item) => item;

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out OptionalSecretValue result)
    {
        // A plain optional secret comes here as the string that it holds.
        bool isSecret = source.Value is SecretValue or OptionalSecretValue;
        bool isText = ArgumentTypes.Secret.TryConvert(source, diagnostics, out SecretValue text);
        result = new OptionalSecretValue(text?.Content ?? "", isSecret);
        return isText;
    }
}
