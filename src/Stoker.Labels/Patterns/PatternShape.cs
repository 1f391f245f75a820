using System.Text;

namespace Stoker.Labels.Patterns;

/// <summary>
/// The shapes of most expressions in relabelling, which need no engine: a choice of texts (<c>true</c>, <c>(a|b)</c>), and anything between
/// two texts (<c>(.*)</c>, <c>__meta_label_(.+)</c>). It gives what the engine gives. Immutable and safe from several threads.
/// </summary>
internal sealed class PatternShape
{
    private readonly HashSet<string>? _texts;
    private readonly string _prefix = "";
    private readonly string _suffix = "";
    private readonly int _least;
    private readonly bool _hasGroup;

    private PatternShape(HashSet<string> texts, bool hasGroup) => (_texts, _hasGroup) = (texts, hasGroup);

    private PatternShape(string prefix, string suffix, int least, bool hasGroup) =>
        (_prefix, _suffix, _least, _hasGroup) = (prefix, suffix, least, hasGroup);

    /// <summary>The shape of a tree with at most one group, or null where it has none of these.</summary>
    public static PatternShape? Of(PatternNode tree)
    {
        bool hasGroup = tree is GroupNode;
        PatternNode body = tree is GroupNode group ? group.Body : tree;
        IReadOnlyList<PatternNode> alternatives = body is AlternationNode alternation ? alternation.Alternatives : [body];
        string?[] texts = [.. alternatives.Select(TextOf)];
        if (texts.All(text => text is not null))
        {
            return new PatternShape(texts.ToHashSet(StringComparer.Ordinal)!, hasGroup);
        }

        IReadOnlyList<PatternNode> items = tree is SequenceNode sequence ? sequence.Items : [tree];
        int middle = 0;
        while (middle < items.Count && items[middle] is SetNode)
        {
            middle++;
        }

        if (middle == items.Count || LeastOfAnything(items[middle], out hasGroup) is not { } least)
        {
            return null;
        }

        return TextOf(new SequenceNode([.. items.Take(middle)])) is { } prefix && TextOf(new SequenceNode([.. items.Skip(middle + 1)])) is { } suffix
            ? new PatternShape(prefix, suffix, least, hasGroup)
            : null;
    }

    public bool IsMatch(string value) =>
        _texts?.Contains(value)
        ?? (value.Length >= _prefix.Length + _suffix.Length + _least
            && value.StartsWith(_prefix, StringComparison.Ordinal)
            && value.EndsWith(_suffix, StringComparison.Ordinal));

    /// <summary>The groups of a match, as <see cref="GoPattern.TryMatch"/> gives them.</summary>
    public bool TryMatch(string value, Span<int> groups)
    {
        if (!IsMatch(value))
        {
            return false;
        }

        (groups[0], groups[1]) = (0, value.Length);
        if (_hasGroup)
        {
            (groups[2], groups[3]) = (_prefix.Length, value.Length - _suffix.Length);
        }

        return true;
    }

    /// <summary>The one text that a node matches, or null.</summary>
    private static string? TextOf(PatternNode node)
    {
        IReadOnlyList<PatternNode> items = node is SequenceNode sequence ? sequence.Items : [node];
        var text = new StringBuilder(items.Count);
        foreach (PatternNode item in items)
        {
            // Half a surrogate pair in a value is the replacement character to the engine; that one is left to it.
            if (item is not SetNode { Set.Single: >= 0 and var single } || single is 0xFFFD or (>= 0xD800 and <= 0xDFFF))
            {
                return null;
            }

            text.Append(char.ConvertFromUtf32(single));
        }

        return text.ToString();
    }

    /// <summary>How many characters <c>.*</c> and <c>.+</c> ask for; null for another node.</summary>
    private static int? LeastOfAnything(PatternNode node, out bool hasGroup)
    {
        hasGroup = node is GroupNode;
        PatternNode body = node is GroupNode group ? group.Body : node;
        return body is RepeatNode { Max: -1, Min: 0 or 1, Body: SetNode { Set.IsAny: true } } repeat ? repeat.Min : null;
    }
}
