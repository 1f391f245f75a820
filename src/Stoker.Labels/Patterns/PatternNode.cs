namespace Stoker.Labels.Patterns;

/// <summary>The tree of a pattern. Flags are resolved: a set holds both cases where case does not count, a dot is a set.</summary>
internal abstract record PatternNode;

/// <summary>One code point of the set.</summary>
internal sealed record SetNode(CodePointSet Set) : PatternNode;

internal sealed record SequenceNode(IReadOnlyList<PatternNode> Items) : PatternNode;

/// <summary>The first alternative that leads to a match counts.</summary>
internal sealed record AlternationNode(IReadOnlyList<PatternNode> Alternatives) : PatternNode;

/// <param name="Max">-1 where there is no limit.</param>
internal sealed record RepeatNode(PatternNode Body, int Min, int Max, bool Greedy) : PatternNode;

/// <param name="Number">From 1, in the order of the opening brackets, whether they have a name or not.</param>
internal sealed record GroupNode(int Number, PatternNode Body) : PatternNode;

internal sealed record AssertionNode(Assertion Kind) : PatternNode;

internal enum Assertion
{
    TextStart,
    TextEnd,
    LineStart,
    LineEnd,
    WordBoundary,
    NoWordBoundary,
}
