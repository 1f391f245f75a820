using System.Collections.Concurrent;
using System.Globalization;

namespace Stoker.Labels.Patterns;

/// <summary>The character classes that have a name: <c>\d</c>, <c>[:alpha:]</c> and the general categories of Unicode. ASCII where RE2 means ASCII.</summary>
internal static class NamedClasses
{
    private static readonly CodePointSet Digit = CodePointSet.Of([('0', '9')]);
    private static readonly CodePointSet Space = CodePointSet.Of([('\t', '\n'), ('\f', '\r'), (' ', ' ')]);
    private static readonly CodePointSet Word = CodePointSet.Of([('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]);

    private static readonly Dictionary<string, CodePointSet> Posix = new()
    {
        ["alnum"] = CodePointSet.Of([('0', '9'), ('A', 'Z'), ('a', 'z')]),
        ["alpha"] = CodePointSet.Of([('A', 'Z'), ('a', 'z')]),
        ["ascii"] = CodePointSet.Of([(0, 0x7F)]),
        ["blank"] = CodePointSet.Of([('\t', '\t'), (' ', ' ')]),
        ["cntrl"] = CodePointSet.Of([(0, 0x1F), (0x7F, 0x7F)]),
        ["digit"] = Digit,
        ["graph"] = CodePointSet.Of([('!', '~')]),
        ["lower"] = CodePointSet.Of([('a', 'z')]),
        ["print"] = CodePointSet.Of([(' ', '~')]),
        ["punct"] = CodePointSet.Of([('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
        ["space"] = CodePointSet.Of([('\t', '\r'), (' ', ' ')]),
        ["upper"] = CodePointSet.Of([('A', 'Z')]),
        ["word"] = Word,
        ["xdigit"] = CodePointSet.Of([('0', '9'), ('A', 'F'), ('a', 'f')]),
    };

    /// <summary>The general categories by the names that patterns use; a name of one letter stands for all that begin with it.</summary>
    private static readonly Dictionary<string, UnicodeCategory[]> CategoryNames = CreateNames();

    private static readonly Lazy<CodePointSet[]> Categories = new(BuildCategories);

    // At most as many as there are names.
    private static readonly ConcurrentDictionary<string, CodePointSet> Known = new();

    /// <summary>The class of <c>\d</c>, <c>\s</c>, <c>\w</c>, by its lower-case letter; null for another letter.</summary>
    public static CodePointSet? Perl(char letter) => letter switch
    {
        'd' => Digit,
        's' => Space,
        'w' => Word,
        _ => null,
    };

    /// <summary>The class of <c>[:name:]</c>, or null.</summary>
    public static CodePointSet? OfPosix(string name) => Posix.GetValueOrDefault(name);

    /// <summary>The class of <c>\p{name}</c>, or null where the name is no general category.</summary>
    public static CodePointSet? Category(string name)
    {
        if (name == "Any")
        {
            return CodePointSet.Any;
        }

        if (!CategoryNames.TryGetValue(name, out UnicodeCategory[]? categories))
        {
            return null;
        }

        return Known.GetOrAdd(
            name,
            _ =>
            {
                var ranges = new List<(int Low, int High)>();
                foreach (UnicodeCategory category in categories)
                {
                    ranges.AddRange(Categories.Value[(int)category].Ranges);
                }

                return CodePointSet.Of(ranges);
            });
    }

    private static Dictionary<string, UnicodeCategory[]> CreateNames()
    {
        (string Name, UnicodeCategory Category)[] names =
        [
            ("Lu", UnicodeCategory.UppercaseLetter), ("Ll", UnicodeCategory.LowercaseLetter), ("Lt", UnicodeCategory.TitlecaseLetter),
            ("Lm", UnicodeCategory.ModifierLetter), ("Lo", UnicodeCategory.OtherLetter), ("Mn", UnicodeCategory.NonSpacingMark),
            ("Mc", UnicodeCategory.SpacingCombiningMark), ("Me", UnicodeCategory.EnclosingMark), ("Nd", UnicodeCategory.DecimalDigitNumber),
            ("Nl", UnicodeCategory.LetterNumber), ("No", UnicodeCategory.OtherNumber), ("Zs", UnicodeCategory.SpaceSeparator),
            ("Zl", UnicodeCategory.LineSeparator), ("Zp", UnicodeCategory.ParagraphSeparator), ("Cc", UnicodeCategory.Control),
            ("Cf", UnicodeCategory.Format), ("Cs", UnicodeCategory.Surrogate), ("Co", UnicodeCategory.PrivateUse),
            ("Pc", UnicodeCategory.ConnectorPunctuation), ("Pd", UnicodeCategory.DashPunctuation), ("Ps", UnicodeCategory.OpenPunctuation),
            ("Pe", UnicodeCategory.ClosePunctuation), ("Pi", UnicodeCategory.InitialQuotePunctuation),
            ("Pf", UnicodeCategory.FinalQuotePunctuation), ("Po", UnicodeCategory.OtherPunctuation), ("Sm", UnicodeCategory.MathSymbol),
            ("Sc", UnicodeCategory.CurrencySymbol), ("Sk", UnicodeCategory.ModifierSymbol), ("So", UnicodeCategory.OtherSymbol),
        ];
        var all = names.ToDictionary(entry => entry.Name, entry => new[] { entry.Category });
        foreach (IGrouping<char, (string Name, UnicodeCategory Category)> group in names.GroupBy(entry => entry.Name[0]))
        {
            all.Add(group.Key.ToString(), [.. group.Select(entry => entry.Category)]);
        }

        return all;
    }

    private static CodePointSet[] BuildCategories()
    {
        var ranges = new List<(int Low, int High)>[(int)UnicodeCategory.OtherNotAssigned + 1];
        for (int i = 0; i < ranges.Length; i++)
        {
            ranges[i] = [];
        }

        int start = 0;
        UnicodeCategory current = CharUnicodeInfo.GetUnicodeCategory(0);
        for (int i = 1; i <= CodePointSet.Last; i++)
        {
            UnicodeCategory category = CharUnicodeInfo.GetUnicodeCategory(i);
            if (category != current)
            {
                ranges[(int)current].Add((start, i - 1));
                (start, current) = (i, category);
            }
        }

        ranges[(int)current].Add((start, CodePointSet.Last));
        return [.. ranges.Select(CodePointSet.Of)];
    }
}
