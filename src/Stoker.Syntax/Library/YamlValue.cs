using System.Globalization;
using System.Text.RegularExpressions;
using Stoker.Syntax.Values;
using Stoker.Syntax.Yaml;

namespace Stoker.Syntax.Library;

/// <summary>
/// YAML as values, by the types that Alloy's reader gives to plain scalars: <c>yes</c> and <c>no</c> are strings, integers stay integers, and a date
/// becomes a string in the form of RFC 3339. The key <c>&lt;&lt;</c> merges other mappings.
/// </summary>
internal static partial class YamlValue
{
    private const string StandardTag = "tag:yaml.org,2002:";

    private static readonly string[] LocalTimes = ["yyyy-M-d H:m:s.FFFFFFF", "yyyy-M-d"];
    private static readonly string[] ZonedTimes = ["yyyy-M-d'T'H:m:s.FFFFFFFK", "yyyy-M-d't'H:m:s.FFFFFFFK"];

    public static Value From(YamlNode? node)
    {
        if (node?.Items is { } items)
        {
            return new ArrayValue([.. items.Select(From)]);
        }

        return node?.Fields is not null ? FromMapping(node) : node is null ? NullValue.Instance : FromScalar(node);
    }

    private static ObjectValue FromMapping(YamlNode mapping)
    {
        var fields = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
        foreach ((YamlNode key, YamlNode value) in mapping.Fields!)
        {
            if (!IsMerge(key))
            {
                fields[KeyText(key)] = From(value);
            }
        }

        // What the mapping itself says wins over what it merges, and of that the first.
        foreach (YamlNode merged in mapping.Fields.Where(field => IsMerge(field.Key)).SelectMany(field => field.Value.Items ?? [field.Value]))
        {
            if (From(merged) is ObjectValue inner)
            {
                foreach ((string name, Value value) in inner.Fields)
                {
                    fields.TryAdd(name, value);
                }
            }
        }

        return new ObjectValue(fields);
    }

    private static bool IsMerge(YamlNode key) => key is { Text: "<<", IsPlain: true, Tag: "" };

    // A key is a string in this language; a number or true stands for its text.
    private static string KeyText(YamlNode key) => key.Text ?? throw new YamlFaultException("has a list or a mapping as a key; keys are strings");

    private static Value FromScalar(YamlNode scalar)
    {
        string text = scalar.Text ?? "";
        bool isTyped = scalar.IsPlain || scalar.Tag.StartsWith(StandardTag, StringComparison.Ordinal);
        if (!isTyped || (scalar.Tag.Length > 0 && scalar.Tag is not (StandardTag + "int" or StandardTag + "float" or StandardTag + "bool" or StandardTag + "null")))
        {
            return new StringValue(text);
        }

        Value value = text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => NullValue.Instance,
            "true" or "True" or "TRUE" => BoolValue.True,
            "false" or "False" or "FALSE" => BoolValue.False,
            ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" => new NumberValue(double.PositiveInfinity),
            "-.inf" or "-.Inf" or "-.INF" => new NumberValue(double.NegativeInfinity),
            ".nan" or ".NaN" or ".NAN" => new NumberValue(double.NaN),
            _ => (Value?)Integer(text) ?? Float(text) ?? (Value)(Time(text) ?? new StringValue(text)),
        };
        return scalar.Tag == StandardTag + "float" && value is NumberValue number ? new NumberValue(number.AsFloat()) : value;
    }

    private static NumberValue? Integer(string text)
    {
        Match match = IntegerForm().Match(text);
        if (!match.Success)
        {
            return null;
        }

        string digits = match.Groups["digits"].Value.Replace("_", "", StringComparison.Ordinal);
        int radix = match.Groups["prefix"].Value.ToLowerInvariant() switch { "0x" => 16, "0b" => 2, "0o" or "0" => 8, _ => 10 };
        UInt128 size = 0;
        foreach (char digit in digits)
        {
            int content = char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : radix;
            if (content >= radix || size > ulong.MaxValue)
            {
                return null;
            }

            size = (size * (UInt128)radix) + (UInt128)content;
        }

        bool isNegative = match.Groups["sign"].Value == "-";
        return size <= long.MaxValue ? new NumberValue(isNegative ? -(long)size : (long)size)
            : isNegative ? size == (UInt128)long.MaxValue + 1 ? new NumberValue(long.MinValue) : null
            : size <= ulong.MaxValue ? new NumberValue((ulong)size)
            : null;
    }

    private static NumberValue? Float(string text) =>
        FloatForm().IsMatch(text) && double.TryParse(text.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture, out double content)
            && double.IsFinite(content)
            ? new NumberValue(content)
            : null;

    private static StringValue? Time(string text)
    {
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal;
        if (text.Length is < 8 or > 40 || !char.IsAsciiDigit(text[0])
            || !(DateTimeOffset.TryParseExact(text, LocalTimes, CultureInfo.InvariantCulture, Styles, out DateTimeOffset time)
                || DateTimeOffset.TryParseExact(text, ZonedTimes, CultureInfo.InvariantCulture, Styles, out time)))
        {
            return null;
        }

        string zone = time.Offset == TimeSpan.Zero ? "Z" : time.ToString("zzz", CultureInfo.InvariantCulture);
        return new StringValue(time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture) + zone);
    }

    [GeneratedRegex("^(?<sign>[-+]?)(?<prefix>0[xX]|0[bB]|0[oO]|0(?=[0-9_]))?(?<digits>[0-9a-fA-F][0-9a-fA-F_]*)\\z")]
    private static partial Regex IntegerForm();

    [GeneratedRegex("^[-+]?(\\.[0-9]+|[0-9][0-9_]*(\\.[0-9_]*)?)([eE][-+]?[0-9]+)?\\z")]
    private static partial Regex FloatForm();
}
