using System.Globalization;
using System.Text;
using Stoker.Syntax.Evaluation;
using Stoker.Syntax.Values;

namespace Stoker.Syntax.Library;

/// <summary>Values as Go prints them with <c>%v</c>, and the names of their types in the marks for a verb that does not fit.</summary>
internal static class GoText
{
    private const int MaxDepth = 64;

    /// <summary>The text; null with the reason where it would be too long or too deep.</summary>
    public static string? Show(Value value, out string error)
    {
        var output = new StringBuilder();
        bool complete = TryShow(value, output, MaxDepth);
        error = complete ? "" : $"is longer than {TextLimit.MaxLength} characters or nests more than {MaxDepth} levels deep";
        return complete ? output.ToString() : null;
    }

    public static string TypeOf(Value value) => value switch
    {
        StringValue or OptionalSecretValue => "string",
        BoolValue => "bool",
        NumberValue { NumberKind: NumberKind.Signed } => "int",
        NumberValue { NumberKind: NumberKind.Unsigned } => "uint",
        NumberValue => "float64",
        ArrayValue => "[]interface {}",
        ObjectValue => "map[string]interface {}",
        _ => value.TypeName,
    };

    private static bool TryShow(Value value, StringBuilder output, int depth)
    {
        switch (value)
        {
            case StringValue text:
                output.Append(text.Content);
                break;
            case NumberValue { NumberKind: NumberKind.Float } number:
                output.Append(FormatVerb.Shortest(number.AsFloat()));
                break;
            case NumberValue number:
                output.Append(NumberText.Format(number));
                break;
            case BoolValue flag:
                output.Append(flag.Content ? "true" : "false");
                break;
            case ArrayValue array when depth > 0:
                output.Append('[');
                for (int i = 0; i < array.Items.Count; i++)
                {
                    output.Append(i > 0 ? " " : "");
                    if (!TryShow(array.Items[i], output, depth - 1))
                    {
                        return false;
                    }
                }

                output.Append(']');
                break;
            case ObjectValue fields when depth > 0:
                return TryShowFields(fields, output, depth);
            case CapsuleValue capsule when capsule.AsObject() is { } fields && depth > 0:
                return TryShowFields(fields, output, depth);
            case CapsuleValue capsule:
                output.Append(capsule.Display);
                break;
            case FunctionValue function:
                output.Append(CultureInfo.InvariantCulture, $"function {function.Name}");
                break;
            case NullValue:
                output.Append("<nil>");
                break;
            default:
                return false;
        }

        return output.Length <= TextLimit.MaxLength;
    }

    private static bool TryShowFields(ObjectValue value, StringBuilder output, int depth)
    {
        output.Append("map[");
        bool first = true;
        foreach ((string name, Value field) in value.Fields.OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            output.Append(first ? "" : " ").Append(name).Append(':');
            first = false;
            if (!TryShow(field, output, depth - 1))
            {
                return false;
            }
        }

        output.Append(']');
        return output.Length <= TextLimit.MaxLength;
    }
}
