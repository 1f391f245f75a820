using System.Globalization;
using System.Text;
using System.Text.Json;
using Stoker.Syntax.Evaluation;
using Stoker.Syntax.Values;

namespace Stoker.Syntax.Library;

/// <summary>Values as JSON and back.</summary>
internal static class JsonText
{
    // As deep as the reader goes.
    private const int MaxDepth = 64;

    private const ulong MaxExactFloat = 1UL << 53;

    /// <summary>
    /// The value of a JSON element; null with the reason where it has none. Numbers become floats, except whole ones
    /// that a float does not hold.
    /// Throws <see cref="InvalidOperationException"/> for a string with half a surrogate pair, because the reader does.
    /// </summary>
    public static Value? ToValue(JsonElement element, out string error)
    {
        error = "";
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return new StringValue(element.GetString() ?? "");
            case JsonValueKind.Number when element.TryGetInt64(out long signed) && Math.Abs((decimal)signed) > MaxExactFloat:
                return new NumberValue(signed);
            case JsonValueKind.Number when element.TryGetUInt64(out ulong unsigned) && unsigned > MaxExactFloat:
                return new NumberValue(unsigned);
            case JsonValueKind.Number when element.TryGetDouble(out double number) && double.IsFinite(number):
                return new NumberValue(number);
            case JsonValueKind.Number:
                error = "holds a number that is too large";
                return null;
            case JsonValueKind.True or JsonValueKind.False:
                return BoolValue.Of(element.ValueKind == JsonValueKind.True);
            case JsonValueKind.Array:
                var items = new List<Value>();
                foreach (JsonElement inner in element.EnumerateArray())
                {
                    if (ToValue(inner, out error) is not { } item)
                    {
                        return null;
                    }

                    items.Add(item);
                }

                return new ArrayValue(items);
            case JsonValueKind.Object:
                var fields = new List<KeyValuePair<string, Value>>();
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    if (ToValue(property.Value, out error) is not { } field)
                    {
                        return null;
                    }

                    fields.Add(new KeyValuePair<string, Value>(property.Name, field));
                }

                return new ObjectValue(fields);
            default:
                return NullValue.Instance;
        }
    }

    /// <summary>JSON with sorted keys; null with the reason, or with an empty one where the value holds poison.</summary>
    public static string? Write(Value value, out string error)
    {
        error = "";
        if (value is not (ObjectValue or ArrayValue or CapsuleValue))
        {
            error = $"should be object, got {value.TypeName}";
            return null;
        }

        var output = new StringBuilder();
        return TryWrite(value, output, MaxDepth, out error) ? output.ToString() : null;
    }

    private static bool TryWrite(Value value, StringBuilder output, int depth, out string error)
    {
        error = "";
        if (depth == 0)
        {
            error = $"nests more than {MaxDepth} levels deep";
            return false;
        }

        if (output.Length > TextLimit.MaxLength)
        {
            error = $"would be longer than {TextLimit.MaxLength} characters";
            return false;
        }

        switch (value)
        {
            case PoisonValue:
                return false;
            case NullValue:
                output.Append("null");
                return true;
            case BoolValue flag:
                output.Append(flag.Content ? "true" : "false");
                return true;
            case NumberValue number when !double.IsFinite(number.AsFloat()):
                error = "holds an infinite number, which JSON cannot express";
                return false;
            case NumberValue number:
                output.Append(NumberText.FormatWithExponent(number));
                return true;
            case StringValue text:
                WriteString(text.Content, output);
                return true;
            case OptionalSecretValue { IsSecret: false } plain:
                WriteString(plain.Content, output);
                return true;
            case SecretValue or OptionalSecretValue:
                error = "holds a secret, which may not become a string; convert.nonsensitive makes it one where that is meant";
                return false;
            case ArrayValue array:
                return TryWriteArray(array, output, depth, out error);
            case ObjectValue fields:
                return TryWriteObject(fields, output, depth, out error);
            case CapsuleValue capsule when capsule.AsObject() is { } fields:
                return TryWriteObject(fields, output, depth, out error);
            default:
                error = $"holds {value.TypeName}, which JSON cannot express";
                return false;
        }
    }

    private static bool TryWriteArray(ArrayValue array, StringBuilder output, int depth, out string error)
    {
        error = "";
        output.Append('[');
        for (int i = 0; i < array.Items.Count; i++)
        {
            output.Append(i > 0 ? "," : "");
            if (!TryWrite(array.Items[i], output, depth - 1, out error))
            {
                return false;
            }
        }

        output.Append(']');
        return true;
    }

    private static bool TryWriteObject(ObjectValue value, StringBuilder output, int depth, out string error)
    {
        error = "";
        output.Append('{');
        bool first = true;
        foreach ((string name, Value field) in value.Fields.OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            output.Append(first ? "" : ",");
            first = false;
            WriteString(name, output);
            output.Append(':');
            if (!TryWrite(field, output, depth - 1, out error))
            {
                return false;
            }
        }

        output.Append('}');
        return true;
    }

    /// <summary>Escapes what Go's encoder escapes, so that the result is the same text.</summary>
    private static void WriteString(string text, StringBuilder output)
    {
        output.Append('"');
        foreach (char c in text)
        {
            switch (c)
            {
                case '"' or '\\':
                    output.Append('\\').Append(c);
                    break;
                case '\n':
                    output.Append("\\n");
                    break;
                case '\r':
                    output.Append("\\r");
                    break;
                case '\t':
                    output.Append("\\t");
                    break;
                case '\b':
                    output.Append("\\b");
                    break;
                case '\f':
                    output.Append("\\f");
                    break;
                case < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029':
                    output.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    break;
                default:
                    output.Append(c);
                    break;
            }
        }

        output.Append('"');
    }
}
