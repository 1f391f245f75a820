using System.Buffers;
using System.Globalization;
using System.Text;

namespace Stoker.Syntax.Parsing;

/// <summary>Which characters make an identifier.</summary>
internal static class Characters
{
    public static bool IsIdentifierStart(Rune rune) =>
        rune.IsAscii ? rune.Value == '_' || char.IsAsciiLetter((char)rune.Value) : Rune.IsLetter(rune);

    public static bool IsIdentifierPart(Rune rune) =>
        IsIdentifierStart(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber;

    /// <summary>True for an identifier that is not a keyword.</summary>
    public static bool IsIdentifier(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text.SequenceEqual("true"u8) || text.SequenceEqual("false"u8) || text.SequenceEqual("null"u8))
        {
            return false;
        }

        int at = 0;
        while (at < text.Length)
        {
            if (Rune.DecodeFromUtf8(text[at..], out Rune rune, out int length) != OperationStatus.Done
                || !(at == 0 ? IsIdentifierStart(rune) : IsIdentifierPart(rune)))
            {
                return false;
            }

            at += length;
        }

        return true;
    }

    /// <summary>True when only comments and white space stand between the start of the text and its next line, or a comment holds the line break.</summary>
    public static bool CommentsReachLineEnd(ReadOnlySpan<byte> rest)
    {
        while (!rest.IsEmpty)
        {
            if (rest[0] == '\n' || rest.StartsWith("//"u8))
            {
                return true;
            }

            if (rest[0] is (byte)' ' or (byte)'\t' or (byte)'\r')
            {
                rest = rest[1..];
            }
            else if (rest.StartsWith("/*"u8))
            {
                int length = rest[2..].IndexOf("*/"u8);
                if (length < 0 || rest.Slice(2, length).Contains((byte)'\n'))
                {
                    return true;
                }

                rest = rest[(length + 4)..];
            }
            else
            {
                return false;
            }
        }

        return true;
    }
}
