using System.Globalization;
using System.Text;

namespace Stoker.Components;

/// <summary>Shows the beginning of what came from outside in a message.</summary>
public static class PrintableBytes
{
    private const int MaxShown = 256;
    private const int MaxHex = 16;

    /// <summary>At most 256 printable characters in quotes, white space drawn together; bytes that are no text are shown as hexadecimal digits.</summary>
    /// <param name="hide">Takes out of the text what must not be shown, such as the secrets of a request that its answer repeats.</param>
    public static string Show(ReadOnlySpan<byte> body, Func<string, string>? hide = null)
    {
        ReadOnlySpan<byte> start = body[..Math.Min(body.Length, MaxShown)];
        if (!IsMostlyText(start))
        {
            return "0x" + Convert.ToHexString(start[..Math.Min(start.Length, MaxHex)]) + (body.Length > MaxHex ? "..." : "");
        }

        var text = new StringBuilder("\"");
        bool wasSpace = true;
        string whole = Encoding.UTF8.GetString(start);
        foreach (char character in hide?.Invoke(whole) ?? whole)
        {
            bool isSpace = char.IsWhiteSpace(character) || char.GetUnicodeCategory(character) == UnicodeCategory.Format;
            if (!isSpace)
            {
                text.Append(char.IsControl(character) || character == '\uFFFD' ? '.' : character);
            }
            else if (!wasSpace)
            {
                text.Append(' ');
            }

            wasSpace = isSpace;
        }

        return text.ToString().TrimEnd() + (body.Length > MaxShown ? "...\"" : "\"");
    }

    public static bool IsMostlyText(ReadOnlySpan<byte> bytes)
    {
        int odd = 0;
        foreach (byte character in bytes)
        {
            odd += character is < 0x20 and not (byte)'\t' and not (byte)'\n' and not (byte)'\r' or 0x7F ? 1 : 0;
        }

        // Every binary profile has many control characters at its start: tags, lengths and small numbers.
        return odd * 20 <= bytes.Length && (bytes.IsEmpty || IsUtf8Start(bytes));
    }

    private static bool IsUtf8Start(ReadOnlySpan<byte> bytes)
    {
        // The cut may go through a character, so the last bytes do not count.
        int end = bytes.Length;
        for (int i = 0; i < 3 && end > 0 && (bytes[end - 1] & 0x80) != 0; i++)
        {
            end--;
        }

        return System.Text.Unicode.Utf8.IsValid(bytes[..end]);
    }
}
