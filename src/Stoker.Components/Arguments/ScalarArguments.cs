using System.Globalization;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Components.Arguments;

internal sealed class StringArgument : ArgumentType<string>
{
    public override string Name => "string";

    public override string Zero => "";

    public override Value ToValue(string item) => new StringValue(item);

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out string result)
    {
        result = "";
        switch (source.Value)
        {
            case StringValue text:
                result = text.Content;
                return true;
            case NumberValue number:
                result = NumberText.Format(number);
                return true;
            case SecretValue or OptionalSecretValue:
                source.Error(diagnostics, "is a secret and may not become a string; convert.nonsensitive makes it one where that is meant");
                return false;
            default:
                source.WrongType(diagnostics, Name);
                return false;
        }
    }
}

internal sealed class BoolArgument : ArgumentType<bool>
{
    public override string Name => "bool";

    public override bool Zero => false;

    public override Value ToValue(bool item) => BoolValue.Of(item);

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out bool result)
    {
        result = source.Value is BoolValue { Content: true };
        if (source.Value is BoolValue)
        {
            return true;
        }

        source.WrongType(diagnostics, Name, source.Value is StringValue { Content: "true" or "false" } word ? $"; write {word.Content} without quotes" : "");
        return false;
    }
}

internal sealed class IntegerArgument : ArgumentType<long>
{
    public override string Name => "number";

    public override long Zero => 0;

    public override Value ToValue(long item) => new NumberValue(item);

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out long result)
    {
        result = 0;
        switch (source.Value)
        {
            case NumberValue number when number.TryGetInt64(out result):
                return true;
            case NumberValue { NumberKind: NumberKind.Float } number when IsWhole(number.AsFloat()):
                result = (long)number.AsFloat();
                return true;
            case NumberValue:
                source.Error(diagnostics, "should be a whole number of at most 64 bits");
                return false;
            case StringValue text when !text.Content.StartsWith('+')
                && long.TryParse(text.Content, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out result):
                return true;
            case StringValue text when FloatArgument.TryParse(text.Content, out double number) && IsWhole(number):
                result = (long)number;
                return true;
            case StringValue:
                source.Error(diagnostics, "should be a whole number of at most 64 bits");
                return false;
            default:
                source.WrongType(diagnostics, Name);
                return false;
        }
    }

    // Beyond 2^53 a float stands for several integers.
    private static bool IsWhole(double number) => double.IsInteger(number) && Math.Abs(number) < 1L << 53;
}

internal sealed class FloatArgument : ArgumentType<double>
{
    private const NumberStyles PlainFloat = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public override string Name => "number";

    public override double Zero => 0;

    public override Value ToValue(double item) => new NumberValue(item);

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out double result)
    {
        result = 0;
        switch (source.Value)
        {
            case NumberValue number:
                result = number.AsFloat();
                return true;
            case StringValue text when TryParse(text.Content, out result):
                return true;
            case StringValue:
                source.Error(diagnostics, "should be a number such as \"1.5\"");
                return false;
            default:
                source.WrongType(diagnostics, Name);
                return false;
        }
    }

    /// <summary>Reads a decimal number without white space and without a plus sign before it.</summary>
    public static bool TryParse(string text, out double number)
    {
        ReadOnlySpan<char> digits = text.StartsWith('-') ? text.AsSpan(1) : text;
        number = 0;
        return digits is [var first, ..] && (char.IsAsciiDigit(first) || first == '.')
            && double.TryParse(text, PlainFloat, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }
}

internal sealed class DurationArgument : ArgumentType<TimeSpan>
{
    public override string Name => "duration";

    public override TimeSpan Zero => TimeSpan.Zero;

    public override Value ToValue(TimeSpan item) => new StringValue(GoDuration.Format(item));

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out TimeSpan result)
    {
        result = TimeSpan.Zero;
        string text;
        switch (source.Value)
        {
            case StringValue written:
                text = written.Content;
                break;
            case NumberValue number:
                text = NumberText.Format(number);
                break;
            default:
                source.WrongType(diagnostics, Name);
                return false;
        }

        if (GoDuration.TryParse(text, out result, out string error))
        {
            return true;
        }

        string remedy = text.Length is > 0 and < 20 && text.All(char.IsAsciiDigit) ? $"; did you mean \"{text}s\"?" : "";
        source.Error(diagnostics, $"should be a duration such as \"15s\" or \"1m30s\": {error}{remedy}");
        return false;
    }
}

internal sealed class SecretArgument : ArgumentType<SecretValue>
{
    public override string Name => "secret";

    public override SecretValue Zero { get; } = new("");

    public override Value ToValue(SecretValue item) => item;

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out SecretValue result)
    {
        result = Zero;
        switch (source.Value)
        {
            case SecretValue secret:
                result = secret;
                return true;
            case OptionalSecretValue secret:
                result = new SecretValue(secret.Content);
                return true;
            case StringValue text:
                result = new SecretValue(text.Content);
                return true;
            default:
                // Not with the expression's text, because what is written here may be the secret itself.
                diagnostics.Error(source.Span, $"the value should be a secret or a string, got {source.Value.TypeName}");
                return false;
        }
    }
}

internal sealed class OneOfArgument(string[] words) : ArgumentType<string>
{
    public override string Name => "string";

    public override string Zero => "";

    public override Value ToValue(string item) => new StringValue(item);

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out string result)
    {
        if (!ArgumentTypes.String.TryConvert(source, diagnostics, out result))
        {
            return false;
        }

        if (result.Length == 0 || words.Contains(result))
        {
            return true;
        }

        source.Error(diagnostics, $"should be one of {string.Join(", ", words.Select(word => $"\"{word}\""))}{Suggestion.For(result, words)}");
        return false;
    }
}

internal sealed class UnsetArgument<T>(ArgumentType<T> type) : ArgumentType<T?>
    where T : struct
{
    public override string Name => type.Name;

    public override T? Zero => null;

    public override Value ToValue(T? item) => item is { } set ? type.ToValue(set) : NullValue.Instance;

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out T? result)
    {
        bool converted = type.TryConvert(source, diagnostics, out T inner);
        result = inner;
        return converted;
    }
}
