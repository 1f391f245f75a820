using Stoker.Syntax.Evaluation;
using Stoker.Syntax.Values;

namespace Stoker.Syntax.Library;

/// <summary>Checks and converts the arguments of a call. What fails is reported at its argument; poison fails silently.</summary>
internal static class Parameters
{
    public static bool CheckCount(FunctionCall call, string path, int min, int? max)
    {
        int count = call.Arguments.Count;
        if (count >= min && count <= (max ?? int.MaxValue))
        {
            return true;
        }

        string wanted = max is null ? $"at least {Plural(min)}" : max == min ? Plural(min) : $"{min} to {Plural(max.Value)}";
        call.Diagnostics.Error(call.FunctionSpan, $"{path} takes {wanted}, got {count}");
        return false;
    }

    /// <summary>All arguments as strings.</summary>
    public static bool TryTexts(FunctionCall call, string path, out string[] texts)
    {
        texts = new string[call.Arguments.Count];
        bool complete = true;
        for (int i = 0; i < texts.Length; i++)
        {
            complete &= TryText(call, path, i, out texts[i]);
        }

        return complete && TextLimit.Check(texts.Sum(text => (long)text.Length), call.FunctionSpan, call.Diagnostics);
    }

    public static bool TryText(FunctionCall call, string path, int index, out string text) =>
        TryText(call, call.Arguments[index], index, $"argument {index + 1} of {path}", out text);

    /// <summary>An argument that is a list of strings.</summary>
    public static bool TryTextList(FunctionCall call, string path, int index, out string[] texts)
    {
        texts = [];
        if (call.Arguments[index] is NullValue)
        {
            return true;
        }

        if (!TryList(call, path, index, out IReadOnlyList<Value> items))
        {
            return false;
        }

        bool complete = true;
        texts = new string[items.Count];
        for (int i = 0; i < texts.Length; i++)
        {
            complete &= TryText(call, items[i], index, $"element {i} of argument {index + 1} of {path}", out texts[i]);
        }

        return complete;
    }

    public static bool TryList(FunctionCall call, string path, int index, out IReadOnlyList<Value> items)
    {
        items = (call.Arguments[index] as ArrayValue)?.Items ?? [];
        if (call.Arguments[index] is ArrayValue)
        {
            return true;
        }

        call.Diagnostics.Error(
            call.ArgumentSpans[index], $"argument {index + 1} of {path} should be array, got {call.Arguments[index].TypeName}");
        return false;
    }

    /// <summary>An argument that is a list of objects, or of targets, which are read as objects.</summary>
    public static bool TryObjects(FunctionCall call, string path, int index, out IReadOnlyList<ObjectValue> objects)
    {
        objects = [];
        if (call.Arguments[index] is NullValue)
        {
            return true;
        }

        if (!TryList(call, path, index, out IReadOnlyList<Value> items) || items.Any(PoisonSearch.Contains))
        {
            return false;
        }

        var found = new List<ObjectValue>(items.Count);
        for (int i = 0; i < items.Count; i++)
        {
            if ((items[i] as ObjectValue ?? (items[i] as CapsuleValue)?.AsObject()) is not { } item)
            {
                call.Diagnostics.Error(call.ArgumentSpans[index], $"element {i} of argument {index + 1} of {path} should be object, got {items[i].TypeName}");
                return false;
            }

            found.Add(item);
        }

        objects = found;
        return true;
    }

    /// <summary>An argument that is true or false; null counts as false.</summary>
    public static bool TryFlag(FunctionCall call, string path, int index, out bool content)
    {
        content = call.Arguments[index] is BoolValue { Content: true };
        if (call.Arguments[index] is BoolValue or NullValue)
        {
            return true;
        }

        if (call.Arguments[index] is not PoisonValue)
        {
            call.Diagnostics.Error(call.ArgumentSpans[index], $"argument {index + 1} of {path} should be bool, got {call.Arguments[index].TypeName}");
        }

        return false;
    }

    private static bool TryText(FunctionCall call, Value value, int index, string what, out string text)
    {
        text = "";
        switch (value)
        {
            case StringValue written:
                text = written.Content;
                return true;
            case NumberValue number:
                text = NumberText.Format(number);
                return true;
            case OptionalSecretValue { IsSecret: false } plain:
                text = plain.Content;
                return true;
            case PoisonValue:
                return false;
            case NullValue:
                return true;
            case SecretValue or OptionalSecretValue:
                call.Diagnostics.Error(
                    call.ArgumentSpans[index], $"{what} is a secret and may not become a string; convert.nonsensitive makes it one where that is meant");
                return false;
            default:
                call.Diagnostics.Error(call.ArgumentSpans[index], $"{what} should be string, got {value.TypeName}");
                return false;
        }
    }

    private static string Plural(int count) => count == 1 ? "1 argument" : $"{count} arguments";
}
