using System.Globalization;

namespace Stoker.Syntax.Parsing;

/// <summary>
/// What people write who come from another language, and what to write in its place: one sentence each. Kept apart from the grammar, which only
/// asks for the sentence where it has met something that it does not know.
/// </summary>
internal static class SyntaxHints
{
    public const string HashComment = "`#` starts no comment; write `//` for a comment";
    public const string SingleQuotes = "strings stand in double quotes, not in single quotes";

    /// <summary>What is often written in place of an operator; null for what is none of these.</summary>
    /// <param name="length">How many characters the scanner takes for one operator.</param>
    public static string? ForSymbol(char symbol, int length) => symbol switch
    {
        '|' when length == 1 => "`|` is no operator; write `||` for \"or\"",
        '&' when length == 1 => "`&` is no operator; write `&&` for \"and\"",
        ':' => "`:` is not part of the language; write `=` between a name and its value",
        ';' => "`;` is not part of the language; each statement stands on a line of its own",
        _ => null,
    };

    /// <summary>The message for a character that no token starts with.</summary>
    public static string ForCharacter(string shown) => shown switch
    {
        "?" => "`?` is not part of the language, which has no conditional; coalesce(a, b) takes the first value that is not empty",
        "$" => "`$` is not part of the language; a reference stands without it, and sys.env(\"NAME\") reads an environment variable",
        "\u201C" or "\u201D" or "\u201E" or "\u2018" or "\u2019" => $"`{shown}` is not part of the language; strings stand in straight double quotes",
        _ => $"`{shown}` is not part of the language",
    };

    /// <summary>For a number with letters behind it, such as <c>15s</c>, <c>1d</c> and <c>0x1F</c>.</summary>
    public static string ForUnit(string number, string unit)
    {
        string written = number + unit;
        if (written.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return $"`{written}` is no number: numbers are written in decimal";
        }

        int hours = unit switch { "d" => 24, "w" => 168, _ => 0 };
        return hours > 0 && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count < 1_000_000
            ? $"`{written}` is no number; a duration stands in double quotes and has no unit larger than the hour: \"{count * hours}h\""
            : $"`{written}` is no number; a duration or size stands in double quotes: \"{written}\"";
    }

    /// <summary>For a statement that begins with a quoted name, as JSON and YAML have it.</summary>
    /// <param name="literal">The string with its quotes.</param>
    public static string ForQuotedName(string literal, bool isBlock)
    {
        string name = literal[1..^1];
        bool isName = name.Split('.').All(part => Characters.IsIdentifier(System.Text.Encoding.UTF8.GetBytes(part)));
        string remedy = !isName ? "" : isBlock ? $": {name} {{ ... }}" : $": {name} = ...";
        return $"the name of {(isBlock ? "a block" : "an attribute")} stands without quotes{remedy}";
    }
}
