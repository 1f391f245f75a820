using Stoker.Syntax.Values;

namespace Stoker.Syntax.Evaluation;

internal static class PoisonSearch
{
    /// <summary>True where the value is poison or holds some: then nothing can be said about it as a whole.</summary>
    public static bool Contains(Value value) => value switch
    {
        PoisonValue => true,
        ArrayValue array => array.Items.Any(Contains),
        ObjectValue fields => fields.Fields.Values.Any(Contains),
        _ => false,
    };
}
