using System.Buffers;
using System.Text;

namespace Stoker.Labels.Patterns;

/// <summary>Where the parser stands in the expression, and the escapes that mean the same inside a class and outside.</summary>
internal sealed class PatternCursor(string text)
{
    public string Text { get; } = text;

    public int Position { get; set; }

    public bool AtEnd => Position == Text.Length;

    /// <summary>The unit that comes next, or NUL at the end.</summary>
    public char Peek => AtEnd ? '\0' : Text[Position];

    public bool StartsWith(string expected) => Text.AsSpan(Position).StartsWith(expected, StringComparison.Ordinal);

    public bool TryTake(char expected)
    {
        if (AtEnd || Text[Position] != expected)
        {
            return false;
        }

        Position++;
        return true;
    }

    /// <summary>Takes the code point that comes next.</summary>
    public int TakeCodePoint()
    {
        if (Rune.DecodeFromUtf16(Text.AsSpan(Position), out Rune rune, out int length) != OperationStatus.Done)
        {
            throw new PatternFaultException(Position, "half of a surrogate pair stands alone here");
        }

        Position += length;
        return rune.Value;
    }

    /// <summary><c>\</c> and what follows it, as one code point. The cursor is on the backslash.</summary>
    public int TakeEscape()
    {
        int start = Position++;
        if (AtEnd)
        {
            throw new PatternFaultException(start, "the expression ends with a backslash; write \\\\ for the character itself");
        }

        int escaped = TakeCodePoint();
        return escaped switch
        {
            >= '0' and <= '7' => TakeOctal(start, escaped - '0'),
            'x' => TakeHexadecimal(start),
            'a' => 7,
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\v',
            < 0x80 when !char.IsAsciiLetterOrDigit((char)escaped) => escaped,
            _ => throw new PatternFaultException(start, Unknown(escaped)),
        };
    }

    private static string Unknown(int escaped)
    {
        string what = $"\\{char.ConvertFromUtf32(escaped)}";
        return escaped switch
        {
            '8' or '9' => Backreference(what),
            'C' => "\\C, a single byte of a character, is not supported",
            'Z' => "\\Z is not part of RE2 syntax; \\z is the end of the text",
            'G' or 'K' or 'R' or 'X' or 'h' or 'H' or 'e' or 'c' or 'u' or 'U' or 'N' or 'k' =>
                $"{what} is not part of RE2 syntax" + (escaped is 'u' or 'U' ? "; write \\x{...}" : escaped == 'e' ? "; write \\x1b" : ""),
            'E' => "\\E without \\Q before it",
            _ => $"unknown escape {what}",
        };
    }

    private static string Backreference(string what) => $"{what} would be a backreference, which RE2 does not have";

    private int TakeOctal(int start, int value)
    {
        // A digit from 1 to 7 alone is what other engines take for a backreference.
        if (value != 0 && Peek is < '0' or > '7')
        {
            throw new PatternFaultException(start, Backreference($"\\{value}"));
        }

        for (int i = 0; i < 2 && Peek is >= '0' and <= '7'; i++)
        {
            value = (value * 8) + Text[Position++] - '0';
        }

        return value;
    }

    private int TakeHexadecimal(int start)
    {
        bool braces = TryTake('{');
        int value = 0;
        int digits = 0;
        while ((braces || digits < 2) && char.IsAsciiHexDigit(Peek))
        {
            value = (value * 16) + Convert.ToInt32(Text.Substring(Position++, 1), 16);
            digits++;
            if (value > CodePointSet.Last)
            {
                throw new PatternFaultException(start, "there is no code point beyond \\x{10FFFF}");
            }
        }

        if (braces ? digits == 0 || !TryTake('}') : digits < 2)
        {
            throw new PatternFaultException(start, "\\x takes two hexadecimal digits, or any number of them in braces: \\x{1F600}");
        }

        return value;
    }
}
