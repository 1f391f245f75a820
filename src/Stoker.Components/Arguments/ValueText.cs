using System.Globalization;
using System.Text;
using Stoker.Syntax.Values;

namespace Stoker.Components.Arguments;

/// <summary>Writes values as they would stand in a configuration file.</summary>
public static class ValueText
{
    public static string Format(Value value) => value switch
    {
        StringValue text => Quote(text.Content),
        BoolValue flag => flag.Content ? "true" : "false",
        NumberValue number when number.TryGetInt64(out long integer) => integer.ToString(CultureInfo.InvariantCulture),
        NumberValue number when number.TryGetUInt64(out ulong integer) => integer.ToString(CultureInfo.InvariantCulture),
        NumberValue number => number.AsFloat().ToString("R", CultureInfo.InvariantCulture),
        ArrayValue array => "[" + string.Join(", ", array.Items.Select(Format)) + "]",
        ObjectValue fields => FormatObject(fields),
        FunctionValue function => $"function({function.Name})",
        CapsuleValue capsule => capsule.AsObject() is { } fields ? FormatObject(fields) : capsule.Display,
        _ => "null",
    };

    private static string FormatObject(ObjectValue value) =>
        "{" + string.Join(", ", value.Fields.Select(field => $"{Quote(field.Key)} = {Format(field.Value)}")) + "}";

    // Not as JSON, because the language has other escapes: none of half a surrogate pair, for one.
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when char.IsControl(c) => $"\\u{(int)c:X4}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
