namespace Stoker.Labels.Patterns;

/// <summary>What there is to know of a tree as a whole.</summary>
internal static class PatternTree
{
    /// <summary>The different sets of a tree.</summary>
    public static IReadOnlyCollection<CodePointSet> SetsOf(PatternNode tree)
    {
        var sets = new List<CodePointSet>();
        var known = new HashSet<CodePointSet>();
        Visit(tree, node =>
        {
            if (node is SetNode set && known.Add(set.Set))
            {
                sets.Add(set.Set);
            }
        });
        return sets;
    }

    /// <summary>Whether the tree asks where a line begins or ends.</summary>
    public static bool HasLines(PatternNode tree)
    {
        bool found = false;
        Visit(tree, node => found |= node is AssertionNode { Kind: Assertion.LineStart or Assertion.LineEnd });
        return found;
    }

    /// <summary>See <see cref="GoPattern.GroupDoubt"/>.</summary>
    public static string? DoubtOf(PatternNode tree)
    {
        string? doubt = HasLines(tree) ? "asks with (?m) where lines begin or end" : null;
        Visit(tree, node =>
        {
            if (node is RepeatNode { Max: not 0 } repeat && CanBeEmpty(repeat.Body))
            {
                doubt ??= "repeats what can match nothing, as (a*)* does";
            }
            else if (node is AlternationNode alternation && alternation.Alternatives.SkipLast(1).Any(CanBeEmpty))
            {
                doubt ??= "has an alternative before the last that can match nothing";
            }
            else if (node is RepeatNode { Max: not (0 or 1) } loop)
            {
                Visit(loop.Body, inner => doubt ??= inner is RepeatNode { Greedy: false } ? "has a lazy repetition inside a repetition" : null);
            }
        });
        return doubt;
    }

    /// <summary>True for what matches at every place, be it nothing.</summary>
    public static bool AlwaysMatches(PatternNode node) => node switch
    {
        SequenceNode sequence => sequence.Items.All(AlwaysMatches),
        AlternationNode alternation => alternation.Alternatives.Any(AlwaysMatches),
        GroupNode group => AlwaysMatches(group.Body),
        RepeatNode repeat => repeat.Min == 0 || AlwaysMatches(repeat.Body),
        _ => false,
    };

    private static bool CanBeEmpty(PatternNode node) => node switch
    {
        SetNode => false,
        SequenceNode sequence => sequence.Items.All(CanBeEmpty),
        AlternationNode alternation => alternation.Alternatives.Any(CanBeEmpty),
        GroupNode group => CanBeEmpty(group.Body),
        RepeatNode repeat => repeat.Min == 0 || CanBeEmpty(repeat.Body),
        _ => true,
    };

    private static void Visit(PatternNode node, Action<PatternNode> visitor)
    {
        visitor(node);
        IEnumerable<PatternNode> children = node switch
        {
            SequenceNode sequence => sequence.Items,
            AlternationNode alternation => alternation.Alternatives,
            GroupNode group => [group.Body],
            RepeatNode repeat => [repeat.Body],
            _ => [],
        };
        foreach (PatternNode child in children)
        {
            Visit(child, visitor);
        }
    }
}
