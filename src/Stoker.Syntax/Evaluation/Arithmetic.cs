using System.Numerics;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Syntax.Evaluation;

/// <summary>
/// Calculates with numbers. Integers are exact: the result is the number itself wherever 64 bits, signed or unsigned, hold it, and an error
/// elsewhere, never a wrapped value. As soon as one operand is a float, all is done in floats.
/// </summary>
internal static class Arithmetic
{
    public static NumberValue? Negate(NumberValue operand, SourceSpan place, DiagnosticBag diagnostics) =>
        operand.NumberKind == NumberKind.Float
            ? new NumberValue(-operand.AsFloat())
            : FromInteger(-ToInteger(operand), place, diagnostics);

    public static int Compare(NumberValue left, NumberValue right) =>
        left.NumberKind == NumberKind.Float || right.NumberKind == NumberKind.Float
            ? left.AsFloat().CompareTo(right.AsFloat())
            : ToInteger(left).CompareTo(ToInteger(right));

    public static NumberValue? Apply(BinaryExpression binary, NumberValue left, NumberValue right, DiagnosticBag diagnostics)
    {
        if (binary.Operator is BinaryOperator.Divide or BinaryOperator.Modulo && right.AsFloat() == 0)
        {
            diagnostics.Error(binary.Right.Span, "division by zero");
            return null;
        }

        if (left.NumberKind == NumberKind.Float || right.NumberKind == NumberKind.Float)
        {
            return FromFloat(Calculate(binary.Operator, left.AsFloat(), right.AsFloat()), binary.Span, diagnostics);
        }

        BigInteger first = ToInteger(left);
        BigInteger second = ToInteger(right);
        return binary.Operator switch
        {
            BinaryOperator.Add => FromInteger(first + second, binary.Span, diagnostics),
            BinaryOperator.Subtract => FromInteger(first - second, binary.Span, diagnostics),
            BinaryOperator.Multiply => FromInteger(first * second, binary.Span, diagnostics),
            BinaryOperator.Divide => FromInteger(first / second, binary.Span, diagnostics),
            BinaryOperator.Modulo => FromInteger(first % second, binary.Span, diagnostics),
            _ => Power(first, second, binary.Span, diagnostics),
        };
    }

    private static NumberValue? Power(BigInteger radix, BigInteger exponent, SourceSpan place, DiagnosticBag diagnostics)
    {
        if (exponent < 0)
        {
            return FromFloat(Math.Pow((double)radix, (double)exponent), place, diagnostics);
        }

        // Beyond 64 only 0, 1 and -1 have powers that fit, and for those the exponent's parity is all that counts.
        if (BigInteger.Abs(radix) <= 1)
        {
            exponent = exponent <= 2 ? exponent : 2 - (exponent % 2);
        }
        else if (exponent > 64)
        {
            return Overflow(place, diagnostics);
        }

        return FromInteger(BigInteger.Pow(radix, (int)exponent), place, diagnostics);
    }

    private static double Calculate(BinaryOperator symbol, double left, double right) => symbol switch
    {
        BinaryOperator.Add => left + right,
        BinaryOperator.Subtract => left - right,
        BinaryOperator.Multiply => left * right,
        BinaryOperator.Divide => left / right,
        BinaryOperator.Modulo => left % right,
        _ => Math.Pow(left, right),
    };

    private static BigInteger ToInteger(NumberValue number)
    {
        if (number.TryGetInt64(out long signed))
        {
            return signed;
        }

        number.TryGetUInt64(out ulong unsigned);
        return unsigned;
    }

    private static NumberValue? FromInteger(BigInteger content, SourceSpan place, DiagnosticBag diagnostics) =>
        content >= long.MinValue && content <= long.MaxValue ? new NumberValue((long)content)
        : content > 0 && content <= ulong.MaxValue ? new NumberValue((ulong)content)
        : Overflow(place, diagnostics);

    private static NumberValue? FromFloat(double content, SourceSpan place, DiagnosticBag diagnostics)
    {
        if (double.IsFinite(content))
        {
            return new NumberValue(content);
        }

        diagnostics.Error(place, double.IsNaN(content) ? "the result is no real number" : "the result is too large for a number");
        return null;
    }

    private static NumberValue? Overflow(SourceSpan place, DiagnosticBag diagnostics)
    {
        diagnostics.Error(place, "the result does not fit into an integer of 64 bits; write one operand as a float (such as 2.0) where that is precise enough");
        return null;
    }
}
