using Stoker.Syntax;

namespace Stoker.Graph;

/// <summary>What a chain of names that leads nowhere was probably meant to be.</summary>
internal static class ReferenceSuggestion
{
    // Words of other languages for the keywords.
    private static readonly Dictionary<string, string> Keywords = new(StringComparer.OrdinalIgnoreCase)
    {
        ["true"] = "true",
        ["yes"] = "true",
        ["on"] = "true",
        ["false"] = "false",
        ["no"] = "false",
        ["off"] = "false",
        ["null"] = "null",
        ["nil"] = "null",
        ["none"] = "null",
    };

    /// <summary>The remedy with the punctuation before it; empty where nothing is near.</summary>
    /// <param name="names">The chain, such as pyroscope, write, main, receiver.</param>
    /// <param name="ids">The components that may be referred to.</param>
    /// <param name="roots">The names that need no component.</param>
    public static string For(IReadOnlyList<string> names, IEnumerable<string> ids, IEnumerable<string> roots)
    {
        string[] known = [.. ids];
        if (names.Count == 1)
        {
            return Keywords.TryGetValue(names[0], out string? keyword) ? $"; did you mean {keyword}?" : Suggestion.For(names[0], roots);
        }

        // The last name of a chain is usually the export, so the identifier is what stands before it.
        string remedy = Suggestion.For(string.Join('.', names.SkipLast(1)), known);
        remedy = remedy.Length > 0 ? remedy : Suggestion.For(string.Join('.', names), known);
        return remedy.Length > 0 ? remedy : Suggestion.For(names[0], roots);
    }
}
