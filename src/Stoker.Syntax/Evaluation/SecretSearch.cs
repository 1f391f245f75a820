using Stoker.Syntax.Values;

namespace Stoker.Syntax.Evaluation;

internal static class SecretSearch
{
    /// <summary>True where the value is a secret or holds one.</summary>
    public static bool Contains(Value value) => value switch
    {
        SecretValue or OptionalSecretValue { IsSecret: true } => true,
        ArrayValue array => array.Items.Any(Contains),
        ObjectValue fields => fields.Fields.Values.Any(Contains),
        CapsuleValue capsule => capsule.AsObject() is { } fields && Contains(fields),
        _ => false,
    };
}
