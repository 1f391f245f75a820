using System.Buffers.Binary;
using System.Numerics;
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

    private const int CutNumber = -1;
    private const int LongNumber = -2;
    private const int LongField = -3;
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

        int next = LongVarint(_bytes, position, End, out ulong wide);
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
                return LongVarint(bytes, position, end, out _);
            case WireType.Length:
                int start = LongVarint(bytes, position, end, out ulong length);
                return start < 0 ? start : length > (ulong)(end - start) ? LongField : start + (int)length;
            case WireType.Fixed64:
                return end - position < sizeof(ulong) ? CutNumber : position + sizeof(ulong);
            case WireType.Fixed32:
                return end - position < sizeof(uint) ? CutNumber : position + sizeof(uint);
            default:
                return BadWireType;
        }
    }

    /// <summary>Reads a varint of any length. Returns the position after it, or the fault.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int LongVarint(ReadOnlySpan<byte> bytes, int position, int end, out ulong value)
    {
        if (end - position >= sizeof(ulong))
        {
            // Eight bytes at once: find the last byte of the number, drop what follows, and close the gaps between the groups of seven bits.
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes[position..]);
            ulong ends = ~word & 0x8080808080808080;
            if (ends != 0)
            {
                word &= (ends ^ (ends - 1)) & 0x7F7F7F7F7F7F7F7F;
                word = ((word & 0x7F007F007F007F00) >> 1) | (word & 0x007F007F007F007F);
                word = ((word & 0x3FFF00003FFF0000) >> 2) | (word & 0x00003FFF00003FFF);
                value = ((word & 0x0FFFFFFF00000000) >> 4) | (word & 0x000000000FFFFFFF);
                return position + (BitOperations.TrailingZeroCount(ends) >> 3) + 1;
            }
        }

        return VarintByByte(bytes, position, end, out value);
    }

    private static int VarintByByte(ReadOnlySpan<byte> bytes, int position, int end, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (position >= end)
            {
                return CutNumber;
            }

            byte next = bytes[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                // The tenth byte holds the one bit that is left of the 64.
                return shift == 63 && next > 1 ? LongNumber : position;
            }
        }

        return LongNumber;
    }
}
