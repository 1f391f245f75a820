using System.Text;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Syntax.Evaluation;

/// <summary>The operators that take two values, except <c>&amp;&amp;</c> and <c>||</c>.</summary>
internal static class BinaryOperation
{
    public static Value? Apply(BinaryExpression binary, Value left, Value right, DiagnosticBag diagnostics)
    {
        switch (binary.Operator)
        {
            case BinaryOperator.Equal or BinaryOperator.NotEqual:
                return PoisonSearch.Contains(left) || PoisonSearch.Contains(right)
                    ? null
                    : BoolValue.Of(AreEqual(left, right) == (binary.Operator == BinaryOperator.Equal));
            case BinaryOperator.Less or BinaryOperator.LessOrEqual or BinaryOperator.Greater or BinaryOperator.GreaterOrEqual:
                return Compare(binary, left, right, diagnostics);
            case BinaryOperator.Add when left is StringValue first && right is StringValue second:
                return TextLimit.Check(first.Content.Length + (long)second.Content.Length, binary.Span, diagnostics)
                    ? new StringValue(first.Content + second.Content)
                    : null;
            case BinaryOperator.Add when IsText(left) && IsText(right):
                return TextLimit.Check(ContentOf(left).Length + (long)ContentOf(right).Length, binary.Span, diagnostics) ? Join(left, right) : null;
            default:
                return left is NumberValue leftNumber && right is NumberValue rightNumber
                    ? Arithmetic.Apply(binary, leftNumber, rightNumber, diagnostics)
                    : Refuse(binary, left, right, diagnostics);
        }
    }

    /// <summary>The language's <c>==</c>: that of the values, and a secret against a string by content.</summary>
    public static bool AreEqual(Value left, Value right) => (left, right) switch
    {
        (StringValue text, SecretValue or OptionalSecretValue) => text.Content == ContentOf(right),
        (SecretValue or OptionalSecretValue, StringValue text) => text.Content == ContentOf(left),
        (FunctionValue, _) or (_, FunctionValue) => false,
        _ => left.Equals(right),
    };

    private static BoolValue? Compare(BinaryExpression binary, Value left, Value right, DiagnosticBag diagnostics)
    {
        int? order = (left, right) switch
        {
            (StringValue first, StringValue second) => CompareBytes(first.Content, second.Content),
            (NumberValue first, NumberValue second) => Arithmetic.Compare(first, second),
            _ => null,
        };
        if (order is not { } sign)
        {
            Refuse(binary, left, right, diagnostics);
            return null;
        }

        return BoolValue.Of(binary.Operator switch
        {
            BinaryOperator.Less => sign < 0,
            BinaryOperator.LessOrEqual => sign <= 0,
            BinaryOperator.Greater => sign > 0,
            _ => sign >= 0,
        });
    }

    // Not string.CompareOrdinal, because UTF-16 sorts the characters beyond U+FFFF before U+E000.
    private static int CompareBytes(string left, string right) =>
        Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));

    private static bool IsText(Value value) => value is StringValue or SecretValue or OptionalSecretValue;

    private static string ContentOf(Value text) => text switch
    {
        SecretValue secret => secret.Content,
        OptionalSecretValue secret => secret.Content,
        _ => ((StringValue)text).Content,
    };

    /// <summary>Joins texts of which at least one is a secret or may be one: the result is as secret as the more secret of the two.</summary>
    private static Value Join(Value left, Value right)
    {
        string content = ContentOf(left) + ContentOf(right);
        if (left is SecretValue || right is SecretValue)
        {
            return new SecretValue(content);
        }

        bool isSecret = left is OptionalSecretValue { IsSecret: true } || right is OptionalSecretValue { IsSecret: true };
        return !isSecret && (left is StringValue || right is StringValue) ? new StringValue(content) : new OptionalSecretValue(content, isSecret);
    }

    /// <summary>Reports which operand is wrong: the left one where the operator never takes its type, else the right one.</summary>
    private static Value? Refuse(BinaryExpression binary, Value left, Value right, DiagnosticBag diagnostics)
    {
        string symbol = $"`{binary.OperatorSpan.Text}`";
        string allowed = binary.Operator switch
        {
            BinaryOperator.Add => "number, string or secret",
            BinaryOperator.Less or BinaryOperator.LessOrEqual or BinaryOperator.Greater or BinaryOperator.GreaterOrEqual => "number or string",
            _ => "number",
        };
        if (!Takes(binary.Operator, left))
        {
            diagnostics.Error(binary.Left.Span, $"the operands of {symbol} should be {allowed}, got {left.TypeName}");
        }
        else if (!Takes(binary.Operator, right))
        {
            diagnostics.Error(binary.Right.Span, $"the operands of {symbol} should be {allowed}, got {right.TypeName}");
        }
        else
        {
            string remedy = binary.Operator == BinaryOperator.Add && (left is StringValue || right is StringValue)
                ? "; string.format joins different types, as in string.format(\"%s:%d\", \"localhost\", 80)"
                : "";
            diagnostics.Error(
                binary.Right.Span, $"both operands of {symbol} should have one type, got {left.TypeName} and {right.TypeName}{remedy}");
        }

        return null;
    }

    private static bool Takes(BinaryOperator symbol, Value value) => symbol switch
    {
        BinaryOperator.Add => value is NumberValue || IsText(value),
        BinaryOperator.Less or BinaryOperator.LessOrEqual or BinaryOperator.Greater or BinaryOperator.GreaterOrEqual =>
            value is NumberValue or StringValue,
        _ => value is NumberValue,
    };
}
