using System.Text;

namespace Stoker.Labels.Patterns;

/// <summary>
/// Which code points are one letter where case does not count: Unicode's simple case folding, as RE2 has it. The classes are found from the
/// platform's one-to-one mappings to upper and lower case, which is the same but for what <see cref="Missing"/> adds.
/// </summary>
internal static class CaseFolding
{
    /// <summary>Above this no code point has a case.</summary>
    private const int LastCased = 0x1FFFF;

    /// <summary>Pairs that the platform's culture-free mappings leave out.</summary>
    private static readonly (int, int)[] Missing = [(0x017F, 's'), (0x212A, 'k'), (0x1E9E, 0xDF), (0x03F4, 0x03B8), (0x2126, 0x03C9), (0x212B, 0xE5)];

    private static readonly Lazy<Dictionary<int, int[]>> Classes = new(Build);

    /// <summary>The set with every code point that differs from one of its own by case alone.</summary>
    public static CodePointSet Fold(CodePointSet set)
    {
        List<(int Low, int High)>? folded = null;
        foreach ((int low, int high) in set.Ranges)
        {
            if (low == 0 && high >= LastCased)
            {
                return set;
            }

            for (int i = low; i <= Math.Min(high, LastCased); i++)
            {
                if (Classes.Value.TryGetValue(i, out int[]? members))
                {
                    folded ??= [.. set.Ranges];
                    folded.AddRange(members.Select(member => (member, member)));
                }
            }
        }

        return folded is null ? set : CodePointSet.Of(folded);
    }

    private static Dictionary<int, int[]> Build()
    {
        var links = new Dictionary<int, SortedSet<int>>();
        foreach ((int one, int other) in Missing)
        {
            Link(links, one, other);
        }

        for (int i = 0; i <= LastCased; i++)
        {
            if (Rune.TryCreate(i, out Rune rune))
            {
                Link(links, i, Rune.ToUpperInvariant(rune).Value);
                Link(links, i, Rune.ToLowerInvariant(rune).Value);
            }
        }

        return links.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
    }

    private static void Link(Dictionary<int, SortedSet<int>> links, int one, int other)
    {
        if (one == other)
        {
            return;
        }

        SortedSet<int> joined = [one, other];
        if (links.TryGetValue(one, out SortedSet<int>? first))
        {
            joined.UnionWith(first);
        }

        if (links.TryGetValue(other, out SortedSet<int>? second))
        {
            joined.UnionWith(second);
        }

        foreach (int member in joined)
        {
            links[member] = joined;
        }
    }
}
