using System.Buffers;

namespace Stoker.Labels.Patterns;

/// <summary>Characters and words of RE2 syntax that more than one part of the parser names.</summary>
internal static class PatternCharacters
{
    /// <summary>ASCII letters, digits and the underscore.</summary>
    public static readonly SearchValues<char> Word = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    private static readonly (string Start, string What)[] Foreign =
    [
        ("(?=", "a lookahead"), ("(?!", "a lookahead"), ("(?<=", "a lookbehind"), ("(?<!", "a lookbehind"), ("(?>", "an atomic group"), ("(?#", "a comment"),
        ("(?(", "a conditional"), ("(?P=", "a backreference"), ("(?P>", "a recursion"), ("(?R", "a recursion"), ("(?|", "a branch reset"), ("(?'", "a group named in quotes"),
    ];

    /// <summary>What stands at a <c>(?</c> that begins nothing of RE2.</summary>
    public static string WhatIsNoGroup(ReadOnlySpan<char> text)
    {
        foreach ((string start, string what) in Foreign)
        {
            if (text.StartsWith(start, StringComparison.Ordinal))
            {
                return $"{start} begins {what}, which RE2 does not have";
            }
        }

        return "behind (? stand a name (?P<name>...), or flags of i, m, s and U, such as (?i) or (?i:...)";
    }
}
