using FsCheck;
using FsCheck.Fluent;

namespace Stoker.Labels.Tests.Patterns;

/// <summary>Random expressions over few characters, so that many of them match, and random text that looks like expressions.</summary>
internal static class RandomPatterns
{
    private static readonly string[] Characters = ["a", "b", "A", "-", ":", "é", "É", "日", "\U0001F600", "\u212A", "k", "s", "\u017F", "_", "\n", "1"];

    private static readonly string[] Atoms =
    [
        .. Characters, ".", "[ab]", "[^a]", "[a-c]", "\\d", "\\w", "\\W", "\\s", "\\S", "\\D", "[[:alpha:]]", "[^[:digit:]]", "\\pL", "\\p{Lu}", "\\PL", "[\\w-]",
        "[é-日]", "[^\\pL1]", "\\x{1F600}", "\\x61", "\\141", "\\Qa.\\E", "\\.", "[\\]a-]", "[^\\n]", "\\p{^L}", "[\\x{80}-\\x{10FFFF}]",
    ];

    private static readonly string[] Assertions = ["^", "$", "\\b", "\\B", "\\A", "\\z", "(?m:^)", "(?m:$)"];

    private static readonly string[] Repeats = ["*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,}", "{2,3}?", "{0}"];

    private static readonly string[] Pieces =
    [
        .. Atoms, .. Assertions, .. Repeats, "(", ")", "(?:", "(?i)", "(?i:", "(?P<n>", "(?s-m)", "(?U)", "(?m)", "[", "]", "[^", "|", "{", "}", "\\", "?", ",", "\\E", "\\Q", "(?=",
        "(?!", "(?>", "\\1", "\\Z", "\\G", "\\C", "\\e", "\\p", "{Greek}", "[:", ":]", "&&", "(?#x)", "(?-i)", "(?-", "\\x", "\\x{", "{1001}", "{3,2}", "++", "\\k<n>", "\\é",
        "(?P=n)", "(?'n'a)", "\\8", "\\08", "\\u0061", "(?x)", "\0",
    ];

    /// <summary>Expressions that Go takes.</summary>
    public static Gen<string> Valid { get; } = Gen.Sized(size => OfDepth(Math.Min(size / 12, 4)));

    /// <summary>Text of which Go takes some.</summary>
    public static Gen<string> Any { get; } = Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces));

    public static Gen<string> Texts { get; } =
        from length in Gen.Frequency((6, Gen.Choose(0, 3)), (1, Gen.Choose(4, 12)))
        from characters in Gen.Frequency((1, Gen.Constant("a")), (2, Gen.Elements(Characters))).ListOf(length)
        select string.Concat(characters);

    private static Gen<string> OfDepth(int depth)
    {
        Gen<string> leaf = Gen.Frequency((8, Gen.Elements(Atoms)), (2, Gen.Elements(Assertions)), (1, Gen.Constant("")));
        if (depth == 0)
        {
            return leaf;
        }

        Gen<string> inner = OfDepth(depth - 1);
        return Gen.Frequency(
            (2, leaf),
            (4, inner.Two().Select(pair => pair.Item1 + pair.Item2)),
            (2, inner.Two().Select(pair => $"(?:{pair.Item1}|{pair.Item2})")),
            (3, inner.Select(body => $"({body})")),
            (1, inner.Select(body => $"(?P<n>{body})")),
            (1, inner.Select(body => $"(?i:{body})")),
            (1, inner.Select(body => $"(?U-s:{body})")),
            (4, inner.Zip(Gen.Elements(Repeats)).Select(pair => $"(?:{pair.Item1}){pair.Item2}")));
    }
}
