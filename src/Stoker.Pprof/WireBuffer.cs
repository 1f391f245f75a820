using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Stoker.Pprof;

/// <summary>
/// A growing buffer of protobuf fields. Its array comes from the shared pool and goes back on <see cref="Dispose"/>; spans of it are valid
/// until the next write. Not safe from several threads.
/// </summary>
internal sealed class WireBuffer(int capacity = 256) : IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>A varint field. Zero is the default of the format and is left out.</summary>
    public void Field(int number, long value) => Field(number, (ulong)value);

    public void Field(int number, ulong value)
    {
        if (value != 0)
        {
            FieldWithZero(number, value);
        }
    }

    public void FieldWithZero(int number, ulong value)
    {
        Varint(WireFormat.Tag(number, WireType.Varint));
        Varint(value);
    }

    public void Field(int number, ReadOnlySpan<byte> value)
    {
        Varint(WireFormat.Tag(number, WireType.Length));
        Varint((ulong)value.Length);
        Raw(value);
    }

    public void Field(int number, string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        Varint(WireFormat.Tag(number, WireType.Length));
        Varint((ulong)length);
        Encoding.UTF8.GetBytes(value, Room(length));
        Length += length;
    }

    public void Packed(int number, ReadOnlySpan<ulong> values)
    {
        int length = 0;
        foreach (ulong value in values)
        {
            length += WireFormat.VarintLength(value);
        }

        Varint(WireFormat.Tag(number, WireType.Length));
        Varint((ulong)length);
        foreach (ulong value in values)
        {
            Varint(value);
        }
    }

    public void Varint(ulong value)
    {
        Span<byte> room = Room(WireFormat.MaxVarintLength);
        int length = 0;
        while (value >= 0x80)
        {
            room[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        room[length++] = (byte)value;
        Length += length;
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    public void Dispose()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
            Length = 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Room(int bytes)
    {
        if (_bytes.Length - Length < bytes)
        {
            Grow(bytes);
        }

        return _bytes.AsSpan(Length);
    }

    private void Grow(int bytes)
    {
        long wanted = Math.Max((long)_bytes.Length * 2, (long)Length + bytes);
        if (wanted > Array.MaxLength)
        {
            wanted = checked(Length + bytes);
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent((int)wanted);
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}

internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Length = 2,
    StartGroup = 3,
    EndGroup = 4,
    Fixed32 = 5,
}

/// <summary>The numbers of the protobuf wire format that the reader and the writer share.</summary>
internal static class WireFormat
{
    /// <summary>64 bits at 7 bits a byte.</summary>
    public const int MaxVarintLength = 10;

    public static uint Tag(int field, WireType type) => ((uint)field << 3) | (uint)type;

    public static int VarintLength(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;
}
