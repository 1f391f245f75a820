using System.Globalization;
using System.Text;

namespace Stoker.Syntax.Parsing;

/// <summary>One escape sequence of a quoted string.</summary>
internal static class Escape
{
    /// <summary>
    /// <code>
    /// Escape = "\" ( "a" | "b" | "f" | "n" | "r" | "t" | "v" | "\" | '"' | octal octal octal
    ///              | "x" hex hex | "u" 4 * hex | "U" 8 * hex )
    /// </code>
    /// </summary>
    /// <param name="text">What follows the backslash.</param>
    /// <param name="length">How much of <paramref name="text"/> the sequence takes.</param>
    /// <param name="output">Gets the bytes that the sequence stands for, at most four.</param>
    /// <param name="written">How many bytes it stands for.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out int length, Span<byte> output, out int written, out string error)
    {
        length = 1;
        written = 1;
        error = "";
        switch (text.IsEmpty ? (byte)0 : text[0])
        {
            case (byte)'a':
                output[0] = 0x07;
                return true;
            case (byte)'b':
                output[0] = 0x08;
                return true;
            case (byte)'f':
                output[0] = 0x0C;
                return true;
            case (byte)'n':
                output[0] = 0x0A;
                return true;
            case (byte)'r':
                output[0] = 0x0D;
                return true;
            case (byte)'t':
                output[0] = 0x09;
                return true;
            case (byte)'v':
                output[0] = 0x0B;
                return true;
            case (byte)'\\' or (byte)'"':
                output[0] = text[0];
                return true;
            case >= (byte)'0' and <= (byte)'7':
                return TryReadOctal(text, out length, output, out error);
            case (byte)'x':
                return TryReadHex(text, 2, out length, output, out written, out error);
            case (byte)'u':
                return TryReadHex(text, 4, out length, output, out written, out error);
            case (byte)'U':
                return TryReadHex(text, 8, out length, output, out written, out error);
            case (byte)'\'':
                error = "a single quote needs no backslash";
                break;
            default:
                error = "unknown escape sequence; write \\\\ for a backslash, or put the string in backticks to leave it as it is";
                break;
        }

        length = 0;
        written = 0;
        return false;
    }

    private static bool TryReadOctal(ReadOnlySpan<byte> text, out int length, Span<byte> output, out string error)
    {
        length = 0;
        int content = 0;
        while (length < 3 && length < text.Length && text[length] is >= (byte)'0' and <= (byte)'7')
        {
            content = (content * 8) + text[length] - '0';
            length++;
        }

        error = length < 3 ? "an octal escape has exactly three digits from 0 to 7, such as \\101"
            : content > 255 ? "an octal escape goes up to \\377"
            : "";
        output[0] = (byte)content;
        return error.Length == 0;
    }

    private static bool TryReadHex(ReadOnlySpan<byte> text, int digits, out int length, Span<byte> output, out int written, out string error)
    {
        length = 1;
        while (length <= digits && length < text.Length && char.IsAsciiHexDigit((char)text[length]))
        {
            length++;
        }

        written = 0;
        error = "";
        if (length <= digits)
        {
            error = $"\\{(char)text[0]} needs exactly {digits} hexadecimal digits after it";
            return false;
        }

        uint content = uint.Parse(text[1..length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        if (digits == 2)
        {
            output[0] = (byte)content;
            written = 1;
            return true;
        }

        if (!Rune.TryCreate(content, out Rune rune))
        {
            error = "the escape is no Unicode character: surrogates (D800 to DFFF) and values over 10FFFF are not allowed";
            return false;
        }

        written = rune.EncodeToUtf8(output);
        return true;
    }
}
