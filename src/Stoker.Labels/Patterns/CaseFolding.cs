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

    /// <summary>What has a case, in order: so many code points are looked at for a range, however large it is.</summary>
    private static readonly Lazy<int[]> Cased = new(() => [.. Classes.Value.Keys.Order()]);

    /// <summary>See <see cref="CodePointSet.Folded"/>, which remembers it.</summary>
    public static CodePointSet Fold(CodePointSet set)
    {
        List<(int Low, int High)>? folded = null;
        int[] cased = Cased.Value;
        foreach ((int low, int high) in set.Ranges)
        {
            int first = Array.BinarySearch(cased, low);
            for (int i = first < 0 ? ~first : first; i < cased.Length && cased[i] <= high; i++)
            {
                folded ??= [.. set.Ranges];
                folded.AddRange(Classes.Value[cased[i]].Select(member => (member, member)));
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
