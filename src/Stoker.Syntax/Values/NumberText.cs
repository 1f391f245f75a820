using System.Globalization;

namespace Stoker.Syntax.Values;

/// <summary>Numbers as text, as the language converts them: decimal, shortest, never with an exponent.</summary>
public static class NumberText
{
    public static string Format(NumberValue number)
    {
        if (number.TryGetInt64(out long signed))
        {
            return signed.ToString(CultureInfo.InvariantCulture);
        }

        if (number.TryGetUInt64(out ulong unsigned))
        {
            return unsigned.ToString(CultureInfo.InvariantCulture);
        }

        double content = number.AsFloat();
        if (!double.IsFinite(content))
        {
            return content > 0 ? "+Inf" : content < 0 ? "-Inf" : "NaN";
        }

        string text = content.ToString("R", CultureInfo.InvariantCulture);
        int exponentAt = text.IndexOf('E', StringComparison.Ordinal);
        return exponentAt < 0 ? text : Expand(text[..exponentAt], int.Parse(text.AsSpan(exponentAt + 1), CultureInfo.InvariantCulture));
    }

    /// <summary>The form of JSON and of Go's <c>%v</c>: as <see cref="Format"/>, but with an exponent below 1e-6 and from 1e21 on.</summary>
    public static string FormatWithExponent(NumberValue number)
    {
        double size = Math.Abs(number.AsFloat());
        if (number.NumberKind != NumberKind.Float || size == 0 || (size >= 1e-6 && size < 1e21) || !double.IsFinite(size))
        {
            return Format(number);
        }

        return number.AsFloat().ToString("R", CultureInfo.InvariantCulture)
            .Replace("E", "e", StringComparison.Ordinal).Replace("e-0", "e-", StringComparison.Ordinal);
    }

    private static string Expand(string mantissa, int exponent)
    {
        string sign = mantissa.StartsWith('-') ? "-" : "";
        string[] parts = mantissa.TrimStart('-').Split('.');
        string digits = parts[0] + (parts.Length > 1 ? parts[1] : "");
        int point = parts[0].Length + exponent;
        if (point <= 0)
        {
            return $"{sign}0.{new string('0', -point)}{digits}";
        }

        return point >= digits.Length
            ? sign + digits + new string('0', point - digits.Length)
            : $"{sign}{digits[..point]}.{digits[point..]}";
    }
}
