using System.Buffers.Binary;

namespace Stoker.Profiling.EventPipe;

/// <summary>Reads a block from front to back. Once something does not fit it has failed, and everything it gives from then on is zero or empty.</summary>
internal ref struct NettraceCursor(ReadOnlySpan<byte> block)
{
    private ReadOnlySpan<byte> _rest = block;

    public bool HasFailed { get; private set; }

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public void Fail()
    {
        HasFailed = true;
        _rest = default;
    }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            Fail();
            return default;
        }

        ReadOnlySpan<byte> bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }

    public byte Byte() => Bytes(1) is [var value] ? value : (byte)0;

    public short Int16() => Bytes(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadInt16LittleEndian(bytes) : (short)0;

    public int Int32() => Bytes(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;

    /// <summary>A number in groups of seven bits, the lowest first.</summary>
    public ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte group = Byte();
            value |= (ulong)(group & 0x7F) << shift;
            if (group < 0x80)
            {
                return value;
            }
        }

        Fail();
        return 0;
    }
}
