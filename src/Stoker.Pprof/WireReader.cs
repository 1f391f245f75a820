using System.Runtime.CompilerServices;

namespace Stoker.Pprof;

/// <summary>
/// Reads protobuf fields of a part of a profile. Positions are offsets in the whole profile. A method that returns false has set
/// <see cref="Fault"/> and <see cref="FaultOffset"/>; the reader is of no use after that.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes, int position, int end)
{
    // The largest field number of protobuf is 2^29 - 1.
    private const ulong MaxTag = uint.MaxValue;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position = position;

    public int End { get; } = end;

    public string? Fault { get; private set; }

    public int FaultOffset { get; private set; }

    public readonly bool AtEnd => Position >= End;

    public readonly ReadOnlySpan<byte> Bytes => _bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryVarint(out ulong value)
    {
        int position = Position;
        if (position < End)
        {
            byte first = _bytes[position];
            if (first < 0x80)
            {
                value = first;
                Position = position + 1;
                return true;
            }

            if (position + 1 < End && _bytes[position + 1] < 0x80)
            {
                value = (ulong)((first & 0x7F) | (_bytes[position + 1] << 7));
                Position = position + 2;
                return true;
            }
        }

        int next = LongVarint(_bytes, position, End, out ulong wide);
        value = wide;
        if (next > 0)
        {
            Position = next;
            return true;
        }

        return Fail(position, next == 0 ? "The bytes end inside a number" : "A number is longer than 64 bits");
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
        return (value is >= 8 and <= MaxTag) || Fail(position, "A field has an impossible number");
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
            return Fail(position, TooLong(length, End - Position));
        }

        contentEnd = Position + (int)length;
        return true;
    }

    /// <summary>Skips the content of a field whose tag has been read.</summary>
    public bool TrySkip(uint tag)
    {
        int position = Position;
        switch ((WireType)(tag & 7))
        {
            case WireType.Varint:
                return TryVarint(out _);
            case WireType.Length:
                if (!TryLength(out int contentEnd))
                {
                    return false;
                }

                Position = contentEnd;
                return true;
            case WireType.Fixed64 or WireType.Fixed32:
                int size = (WireType)(tag & 7) == WireType.Fixed64 ? 8 : 4;
                if (End - position < size)
                {
                    return Fail(position, "The bytes end inside a number");
                }

                Position = position + size;
                return true;
            default:
                return Fail(position, $"A field has the wire type {tag & 7}, which profiles do not use");
        }
    }

    private bool Fail(int offset, string fault)
    {
        Fault = fault;
        FaultOffset = offset;
        return false;
    }

    public static string WrongType(uint tag) => $"The field has the wrong wire type {tag & 7}";

    // A method of its own, because the text would bloat every caller that TryLength is inlined into.
    private static string TooLong(ulong claimed, int left) => $"A field claims {claimed} bytes where {left} are left";

    /// <summary>Reads a varint of any length. Returns the position after it, 0 where the bytes end inside it, -1 where it is too long.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int LongVarint(ReadOnlySpan<byte> bytes, int position, int end, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (position >= end)
            {
                return 0;
            }

            byte next = bytes[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                // The tenth byte holds the one bit that is left of the 64.
                return shift == 63 && next > 1 ? -1 : position;
            }
        }

        return -1;
    }
}
