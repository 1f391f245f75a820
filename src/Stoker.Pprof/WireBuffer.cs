using System.Buffers;
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

    public void Truncate(int length) => Length = length;

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

    /// <summary>A sample: what stood before its values, the values, what stood behind them.</summary>
    public void Sample(ReadOnlySpan<byte> before, ReadOnlySpan<long> values, ReadOnlySpan<byte> after)
    {
        int length = 0;
        foreach (long value in values)
        {
            length += WireFormat.VarintLength((ulong)value);
        }

        int packed = 1 + WireFormat.VarintLength((ulong)length) + length;
        int content = before.Length + packed + after.Length;
        Span<byte> room = Room(1 + WireFormat.MaxVarintLength + content);
        int position = 0;
        room[position++] = (ProfileField.Sample << 3) | (int)WireType.Length;
        position = Put(room, position, (ulong)content);
        before.CopyTo(room[position..]);
        position += before.Length;
        room[position++] = (SampleField.Value << 3) | (int)WireType.Length;
        position = Put(room, position, (ulong)length);
        foreach (long value in values)
        {
            position = Put(room, position, (ulong)value);
        }

        after.CopyTo(room[position..]);
        Length += position + after.Length;
    }

    public void Repeat(ReadOnlySpan<byte> bytes, int count)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        for (int i = 0; i < count; i++)
        {
            Raw(bytes);
        }
    }

    public void Varint(ulong value)
    {
        if (value < 0x80 && Length < _bytes.Length)
        {
            _bytes[Length++] = (byte)value;
            return;
        }

        Length += Put(Room(WireFormat.MaxVarintLength), 0, value);
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
    private static int Put(Span<byte> room, int position, ulong value)
    {
        while (value >= 0x80)
        {
            room[position++] = (byte)(value | 0x80);
            value >>= 7;
        }

        room[position++] = (byte)value;
        return position;
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
