using System.Globalization;
using System.Numerics;
using System.Text;
using Stoker.Syntax.Values;

namespace Stoker.Syntax.Library;

/// <summary>One value by one verb of <c>string.format</c>.</summary>
internal static class FormatVerb
{
    /// <summary>The text before it is padded with spaces; null with the reason where the value does not fit the verb.</summary>
    public static string? Format(char verb, Value value, FormatFlags flags, int? precision, int width, out string error)
    {
        error = "";
        switch (verb)
        {
            case 'v' when value is NumberValue { NumberKind: not NumberKind.Float }:
                return Integer('d', value, flags, precision, width, out error);
            case 'v' when value is NumberValue real:
                return Float('g', real.AsFloat(), flags, precision, width);
            case 'v' when value is not (StringValue or OptionalSecretValue):
                return GoText.Show(value, out error);
            case 's' or 'v':
                return Plain(value, out error) is { } plain ? Cut(plain, precision) : null;
            case 'q' when value is NumberValue code:
                error = $"{NumberText.Format(code)} is no Unicode character";
                return ToInteger(code) is { } point && point >= 0 && point <= 0x10FFFF && Rune.TryCreate((int)point, out Rune character)
                    ? GoQuote.Character(character, flags)
                    : null;
            case 'q':
                return Plain(value, out error) is { } text ? GoQuote.Text(Cut(text, precision), flags) : null;
            case 't':
                error = $"should be bool, got {value.TypeName}";
                return value is BoolValue flag ? flag.Content ? "true" : "false" : null;
            case 'x' or 'X' when value is StringValue bytes:
                return Hexadecimal(verb, bytes.Content, flags, precision);
            case 'd' or 'b' or 'o' or 'O' or 'x' or 'X' or 'c' or 'U':
                return Integer(verb, value, flags, precision, width, out error);
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G':
                error = $"should be number, got {value.TypeName}";
                return value is NumberValue number ? Float(verb, number.AsFloat(), flags, precision, width) : null;
            default:
                error = $"there is no verb `{verb}`; verbs are v, s, q, d, t, x, X, o, O, b, c, U, e, E, f, F, g, G and %%";
                return null;
        }
    }

    private static string? Plain(Value value, out string error)
    {
        error = "";
        switch (value)
        {
            case StringValue text:
                return text.Content;
            case NumberValue number:
                return NumberText.FormatWithExponent(number);
            case BoolValue flag:
                return flag.Content ? "true" : "false";
            case ArrayValue or ObjectValue:
                return GoText.Show(value, out error);
            case OptionalSecretValue plain:
                return plain.Content;
            default:
                error = $"should be string, got {value.TypeName}";
                return null;
        }
    }

    private static string Cut(string text, int? precision) =>
        precision is { } most && text.Length > most ? string.Concat(text.EnumerateRunes().Take(most).Select(rune => rune.ToString())) : text;

    private static string Hexadecimal(char verb, string text, FormatFlags flags, int? precision)
    {
        IEnumerable<byte> bytes = Encoding.UTF8.GetBytes(text).Take(precision ?? int.MaxValue);
        string prefix = flags.Alternate && text.Length > 0 ? $"0{verb}" : "";
        string all = string.Join(flags.Space ? " " + prefix : "", bytes.Select(one => one.ToString(verb == 'x' ? "x2" : "X2", CultureInfo.InvariantCulture)));
        return all.Length > 0 ? prefix + all : "";
    }

    private static string? Integer(char verb, Value value, FormatFlags flags, int? precision, int width, out string error)
    {
        error = $"should be a whole number, got {value.TypeName}";
        if (value is not NumberValue number || ToInteger(number) is not { } content)
        {
            error = value is NumberValue fraction ? $"should be a whole number, got {NumberText.Format(fraction)}" : error;
            return null;
        }

        if (verb is 'c' or 'U')
        {
            error = $"{content} is no Unicode character";
            return content < 0 || content > 0x10FFFF || !Rune.TryCreate((int)content, out Rune rune) ? null
                : verb == 'c' ? rune.ToString()
                : $"U+{rune.Value:X4}";
        }

        BigInteger size = BigInteger.Abs(content);
        string digits = verb switch
        {
            'd' => size.ToString(CultureInfo.InvariantCulture),
            'b' => size.ToString("b", CultureInfo.InvariantCulture),
            'x' => size.ToString("x", CultureInfo.InvariantCulture),
            'X' => size.ToString("X", CultureInfo.InvariantCulture),
            _ => Octal(size),
        };
        digits = verb == 'd' ? digits : digits.TrimStart('0').PadLeft(1, '0');
        if (precision == 0 && size.IsZero)
        {
            // Go writes nothing at all then, no sign either.
            return "";
        }

        string prefix = (verb, flags.Alternate) switch
        {
            ('O', _) => "0o",
            ('x', true) => "0x",
            ('X', true) => "0X",
            ('b', true) => "0b",
            ('o', true) => "0",
            _ => "",
        };
        string sign = Sign(content < 0, flags);
        int zeros = precision ?? (flags.Zero && !flags.Left ? width - sign.Length - prefix.Length : 0);
        return sign + prefix + digits.PadLeft(Math.Max(zeros, 0), '0');
    }

    private static string Octal(BigInteger content)
    {
        var digits = new StringBuilder();
        do
        {
            digits.Insert(0, (int)(content % 8));
            content /= 8;
        }
        while (content > 0);
        return digits.ToString();
    }

    private static BigInteger? ToInteger(NumberValue number) =>
        number.TryGetInt64(out long signed) ? signed
        : number.TryGetUInt64(out ulong unsigned) ? unsigned
        : double.IsInteger(number.AsFloat()) ? new BigInteger(number.AsFloat())
        : null;

    /// <summary>The shortest digits that give the number again, with an exponent where it is very small or from 1e21 on.</summary>
    public static string Shortest(double content) => Float('g', content, default, null, 0);

    private static string Float(char verb, double content, FormatFlags flags, int? precision, int width)
    {
        double size = Math.Abs(content);
        if (!double.IsFinite(content))
        {
            return double.IsNaN(content) ? "NaN" : double.IsNegative(content) ? "-Inf" : "+Inf";
        }

        string text = char.ToLowerInvariant(verb) switch
        {
            'f' => size.ToString($"F{precision ?? 6}", CultureInfo.InvariantCulture),
            'e' => Exponent(size, precision ?? 6),
            _ => General(size, precision),
        };
        string sign = Sign(double.IsNegative(content), flags);
        text = flags.Zero && !flags.Left ? text.PadLeft(Math.Max(width - sign.Length, 0), '0') : text;
        return sign + (char.IsUpper(verb) ? text.ToUpperInvariant() : text);
    }

    private static string General(double size, int? precision)
    {
        int digits = Math.Max(precision ?? 17, 1);
        int exponent = size == 0 ? 0 : int.Parse(Exponent(size, digits - 1).Split('e')[1], CultureInfo.InvariantCulture);
        bool shortest = precision is null;
        if (exponent < -4 || exponent >= (shortest ? 21 : digits))
        {
            string text = shortest ? ShortestExponent(size) : Exponent(size, digits - 1);
            string[] parts = text.Split('e');
            return TrimFraction(parts[0]) + "e" + parts[1];
        }

        return shortest
            ? NumberText.Format(new NumberValue(size))
            : TrimFraction(size.ToString($"F{Math.Max(digits - 1 - exponent, 0)}", CultureInfo.InvariantCulture));
    }

    private static string TrimFraction(string text) =>
        text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;

    /// <summary>One digit before the point and at least two in the exponent, as Go writes it.</summary>
    private static string Exponent(double size, int precision)
    {
        string[] parts = size.ToString($"e{precision}", CultureInfo.InvariantCulture).Split('e');
        return parts[0] + "e" + parts[1][0] + parts[1][1..].TrimStart('0').PadLeft(2, '0');
    }

    private static string ShortestExponent(double size)
    {
        // The shortest digits that give the same number: at most 17 significant ones are ever needed.
        for (int precision = 0; precision < 16; precision++)
        {
            string text = Exponent(size, precision);
            if (double.Parse(text, CultureInfo.InvariantCulture) == size)
            {
                return text;
            }
        }

        return Exponent(size, 16);
    }

    private static string Sign(bool negative, FormatFlags flags) => negative ? "-" : flags.Plus ? "+" : flags.Space ? " " : "";
}
