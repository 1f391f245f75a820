using System.Globalization;
using System.Text;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Parsing;
using Stoker.Syntax.Values;

namespace Stoker.Syntax;

/// <summary>The values of literals, from their source text.</summary>
internal static class Literal
{
    /// <summary>The value; null with an error where the literal has none.</summary>
    public static Value? Evaluate(LiteralExpression literal, DiagnosticBag diagnostics)
    {
        ReadOnlySpan<byte> text = TextOf(literal.Span);
        switch (literal.Kind)
        {
            case LiteralKind.Null:
                return NullValue.Instance;
            case LiteralKind.Bool:
                return BoolValue.Of(text.SequenceEqual("true"u8));
            case LiteralKind.String:
                return new StringValue(Unquote(text[1..^1], out _));
            case LiteralKind.RawString:
                return new StringValue(Encoding.UTF8.GetString(text[1..^1]).Replace("\r", "", StringComparison.Ordinal));
            case LiteralKind.Number when TryReadInteger(text) is { } integer:
                return integer;
            default:
                double content = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
                if (double.IsFinite(content))
                {
                    return new NumberValue(content);
                }

                diagnostics.Error(literal.Span, "the number is too large; the largest is about 1.8e308");
                return null;
        }
    }

    /// <summary>What the user should know about a literal that is valid but hardly meant so; null where there is nothing.</summary>
    public static string? WarningFor(LiteralKind kind, SourceSpan span)
    {
        ReadOnlySpan<byte> text = TextOf(span);
        if (kind == LiteralKind.Number && text.Length > 1 && text[0] == '0' && text.ContainsAnyExcept((byte)'0'))
        {
            return TryReadInteger(text) is { } octal && !text.ContainsAny("89"u8)
                ? $"a leading zero makes a number octal: {span.Text} is {NumberText.Format(octal)}; write it without the zero if decimal is meant"
                : $"a number with a leading zero should be octal, but {span.Text} is not and is read as decimal; write it without the zero";
        }

        if (kind == LiteralKind.String)
        {
            Unquote(text[1..^1], out bool valid);
            return valid ? null : "the bytes of the escapes are not valid UTF-8 text and are replaced by U+FFFD";
        }

        return null;
    }

    private static ReadOnlySpan<byte> TextOf(SourceSpan span) => span.File.Utf8[span.Start..span.End];

    /// <summary>Signed 64 bits where they are enough, else unsigned; null for what fits neither or has a leading zero and is not octal.</summary>
    private static NumberValue? TryReadInteger(ReadOnlySpan<byte> text)
    {
        int radix = text[0] == '0' ? 8 : 10;
        UInt128 content = 0;
        foreach (byte digit in text)
        {
            int value = digit - '0';
            content = (content * (uint)radix) + (uint)value;
            if (value >= radix || content > ulong.MaxValue)
            {
                return null;
            }
        }

        return content <= (ulong)long.MaxValue ? new NumberValue((long)content) : new NumberValue((ulong)content);
    }

    /// <param name="valid">False where escapes yield bytes that are not UTF-8.</param>
    private static string Unquote(ReadOnlySpan<byte> text, out bool valid)
    {
        valid = true;
        if (!text.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(text);
        }

        var content = new byte[text.Length];
        int written = 0;
        while (!text.IsEmpty)
        {
            if (text[0] == '\\' && Escape.TryRead(text[1..], out int length, content.AsSpan(written), out int count, out _))
            {
                text = text[(length + 1)..];
                written += count;
            }
            else
            {
                content[written++] = text[0];
                text = text[1..];
            }
        }

        valid = System.Text.Unicode.Utf8.IsValid(content.AsSpan(0, written));
        return Encoding.UTF8.GetString(content, 0, written);
    }
}
