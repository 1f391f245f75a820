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

    /// <summary>The groups within a repetition of what can match nothing; all of them in a tree with lines.</summary>
    public static IReadOnlySet<int> UncertainGroupsOf(PatternNode tree)
    {
        var groups = new HashSet<int>();
        bool all = HasLines(tree);
        Visit(tree, node =>
        {
            if (all && node is GroupNode any)
            {
                groups.Add(any.Number);
            }

            if (node is RepeatNode { Max: not (0 or 1) } repeat && CanBeEmpty(repeat.Body))
            {
                Visit(repeat.Body, inner =>
                {
                    if (inner is GroupNode group)
                    {
                        groups.Add(group.Number);
                    }
                });
            }
        });
        return groups;
    }

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
