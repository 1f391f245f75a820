using System.Globalization;
using System.Text;

namespace Stoker.Syntax.Library;

/// <summary>Text and characters in quotes, as Go's <c>%q</c> writes them.</summary>
internal static class GoQuote
{
    public static string Text(string text, FormatFlags flags)
    {
        if (flags.Alternate && CanBackquote(text))
        {
            return $"`{text}`";
        }

        var quoted = new StringBuilder("\"");
        foreach (Rune rune in text.EnumerateRunes())
        {
            quoted.Append(Escape(rune, '"', flags.Plus));
        }

        return quoted.Append('"').ToString();
    }

    public static string Character(Rune rune, FormatFlags flags) => $"'{Escape(rune, '\'', flags.Plus)}'";

    private static string Escape(Rune rune, char quote, bool asciiOnly) => rune.Value switch
    {
        var value when value == quote => $"\\{quote}",
        '\\' => "\\\\",
        '\a' => "\\a",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\v' => "\\v",
        < ' ' or 0x7F => $"\\x{rune.Value:x2}",
        _ when IsPrinted(rune) && (rune.IsAscii || !asciiOnly) => rune.ToString(),
        <= 0xFFFF => $"\\u{rune.Value:x4}",
        _ => $"\\U{rune.Value:x8}",
    };

    private static bool IsPrinted(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static bool CanBackquote(string text) =>
        text.EnumerateRunes().All(rune => rune.Value is not ('`' or 0x7F or 0xFEFF) && (rune.Value >= ' ' || rune.Value == '\t'));
}
