namespace Stoker.Syntax.Values;

public enum NumberKind
{
    // In the order of the ranks: an operation is done in the higher rank of its operands.
    Unsigned,
    Signed,
    Float,
}

/// <summary>A number of one of three hidden kinds: unsigned or signed 64-bit integer, or 64-bit float.</summary>
public sealed class NumberValue : Value
{
    private readonly ulong _unsigned;
    private readonly long _signed;
    private readonly double _float;

    public NumberValue(ulong content)
    {
        NumberKind = NumberKind.Unsigned;
        _unsigned = content;
    }

    public NumberValue(long content)
    {
        NumberKind = NumberKind.Signed;
        _signed = content;
    }

    public NumberValue(double content)
    {
        NumberKind = NumberKind.Float;
        _float = content;
    }

    public NumberKind NumberKind { get; }

    public override ValueKind Kind => ValueKind.Number;

    public double AsFloat() => NumberKind switch
    {
        NumberKind.Unsigned => _unsigned,
        NumberKind.Signed => _signed,
        _ => _float,
    };

    /// <summary>The integer, exact. False for a float and for an unsigned value over 2^63-1.</summary>
    public bool TryGetInt64(out long content)
    {
        content = NumberKind == NumberKind.Unsigned ? (long)_unsigned : _signed;
        return NumberKind == NumberKind.Signed || (NumberKind == NumberKind.Unsigned && _unsigned <= long.MaxValue);
    }

    /// <summary>The integer, exact. False for a float and for a negative value.</summary>
    public bool TryGetUInt64(out ulong content)
    {
        content = NumberKind == NumberKind.Unsigned ? _unsigned : (ulong)_signed;
        return NumberKind == NumberKind.Unsigned || (NumberKind == NumberKind.Signed && _signed >= 0);
    }

    public override bool Equals(object? obj)
    {
        if (obj is not NumberValue other)
        {
            return false;
        }

        if (TryGetInt64(out long left) && other.TryGetInt64(out long right))
        {
            return left == right;
        }

        if (TryGetUInt64(out ulong leftUnsigned) && other.TryGetUInt64(out ulong rightUnsigned))
        {
            return leftUnsigned == rightUnsigned;
        }

        return (NumberKind == NumberKind.Float || other.NumberKind == NumberKind.Float) && AsFloat() == other.AsFloat();
    }

    public override int GetHashCode() => AsFloat().GetHashCode();
}
