using System.Text.RegularExpressions;
using Stoker.Syntax.Values;

namespace Stoker.Components.Arguments;

/// <summary>What to say where a value stands in place of something that a component exports.</summary>
internal static partial class ReferenceHint
{
    private const int MaxListedNames = 12;

    /// <summary>The remedy with the punctuation before it; empty where nothing is known.</summary>
    public static string For(Value value) => value switch
    {
        StringValue text when Reference().IsMatch(text.Content) => $"; a reference stands without quotes: {text.Content}",
        ObjectValue { Fields: { Count: > 0 and <= MaxListedNames } fields } => $"; it has {string.Join(", ", fields.Keys.Order(StringComparer.Ordinal))}",
        _ => "",
    };

    // A component's name, its label and one of its exports; an address ends in a number, or has a port.
    [GeneratedRegex(@"^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){2,5}$", RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
