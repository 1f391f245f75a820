using System.Text;

namespace Stoker.Discovery.Api;

/// <summary>Makes text from outside fit for a line of a log or a page.</summary>
internal static class PlainText
{
    private const int MaxCharacters = 200;

    /// <summary>At most 200 characters on one line, without control characters; runs of white space become one space.</summary>
    public static string OneLine(string text, int maxCharacters = MaxCharacters)
    {
        var line = new StringBuilder(Math.Min(text.Length, maxCharacters));
        bool space = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune))
            {
                space = line.Length > 0;
                continue;
            }

            if (line.Length >= maxCharacters)
            {
                return line.Append("...").ToString();
            }

            line.Append(space ? " " : "").Append(rune.ToString());
            space = false;
        }

        return line.ToString();
    }
}
