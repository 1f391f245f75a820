using System.Runtime.CompilerServices;

namespace Stoker.Pprof;

/// <summary>
/// Reads protobuf fields of a part of a profile. Positions are offsets in the whole profile. After a method has returned false,
/// <see cref="Position"/> is where the fault is, <see cref="End"/> which one, and the reader is of no further use.
/// </summary>
/// <remarks>
/// It is small, never passed by reference, and its methods are inlined or static, because only then the compiler keeps it in registers; that is
/// why a fault is kept in <see cref="End"/>.
/// </remarks>
internal ref struct WireReader(ReadOnlySpan<byte> bytes, int position, int end)
{
    // The largest field number of protobuf is 2^29 - 1.
    private const ulong MaxTag = uint.MaxValue;

    public const int CutNumber = -1;
    public const int LongNumber = -2;
    public const int LongField = -3;
    private const int BadField = -4;
    private const int BadWireType = -5;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position = position;

    public int End { get; private set; } = end;

    public readonly bool AtEnd => Position >= End;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryVarint(out ulong value)
    {
        int position = Position;
        if (position < End && _bytes[position] < 0x80)
        {
            value = _bytes[position];
            Position = position + 1;
            return true;
        }

        int next = Varint.ReadOutOfLine(_bytes, position, End, out ulong wide);
        value = wide;
        if (next < 0)
        {
            return Fail(position, next);
        }

        Position = next;
        return true;
    }

    /// <summary>Reads a field's number and wire type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTag(out uint tag)
    {
        int position = Position;
        if (!TryVarint(out ulong value))
        {
            tag = 0;
            return false;
        }

        tag = (uint)value;
        return (value is >= 8 and <= MaxTag) || Fail(position, BadField);
    }

    /// <summary>Reads the length of a field and leaves <see cref="Position"/> where its content begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryLength(out int contentEnd)
    {
        int position = Position;
        contentEnd = 0;
        if (!TryVarint(out ulong length))
        {
            return false;
        }

        if (length > (ulong)(End - Position))
        {
            return Fail(position, LongField);
        }

        contentEnd = Position + (int)length;
        return true;
    }

    /// <summary>Skips the content of a field whose tag has been read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySkip(uint tag)
    {
        int next = Skip(_bytes, Position, End, tag);
        if (next < 0)
        {
            return Fail(Position, next);
        }

        Position = next;
        return true;
    }

    /// <summary>What is wrong, by the <see cref="End"/> of a reader that has failed.</summary>
    public static string Describe(int fault) => fault switch
    {
        CutNumber => "The bytes end inside a number",
        LongNumber => "A number is longer than 64 bits",
        LongField => "A field claims more bytes than are left",
        BadField => "A field has an impossible number",
        _ => "A field has a wire type that profiles do not use",
    };

    public static string WrongType(uint tag) => $"The field has the wrong wire type {tag & 7}";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Fail(int position, int fault)
    {
        Position = position;
        End = fault;
        return false;
    }

    private static int Skip(ReadOnlySpan<byte> bytes, int position, int end, uint tag)
    {
        switch ((WireType)(tag & 7))
        {
            case WireType.Varint:
                return Varint.ReadOutOfLine(bytes, position, end, out _);
            case WireType.Length:
                int start = Varint.ReadOutOfLine(bytes, position, end, out ulong length);
                return start < 0 ? start : length > (ulong)(end - start) ? LongField : start + (int)length;
            case WireType.Fixed64:
                return end - position < sizeof(ulong) ? CutNumber : position + sizeof(ulong);
            case WireType.Fixed32:
                return end - position < sizeof(uint) ? CutNumber : position + sizeof(uint);
            default:
                return BadWireType;
        }
    }
}
