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
}
