using System.Buffers.Binary;

namespace Stoker.Profiling.Perf;

/// <summary>
/// The memory that the kernel writes one thread's samples to: a page of bookkeeping, then a ring of a power of two pages. This is the only unsafe
/// code: the memory belongs to the kernel, and its two positions need ordered reads and writes. Used by one thread.
/// </summary>
internal sealed unsafe class PerfRing : IDisposable
{
    private const int HeadOffset = 1024;
    private const int TailOffset = 1032;
    private const int RecordHeadBytes = 8;

    private readonly int _descriptor;
    private readonly nuint _bytes;
    private readonly byte* _page;
    private readonly byte* _ring;
    private readonly int _ringBytes;
    private byte[] _wrapped = [];

    private PerfRing(int descriptor, nint address, int dataPages)
    {
        _descriptor = descriptor;
        _bytes = (nuint)((1 + dataPages) * Environment.SystemPageSize);
        _page = (byte*)address;
        _ring = _page + Environment.SystemPageSize;
        _ringBytes = dataPages * Environment.SystemPageSize;
    }

    /// <summary>Takes over the descriptor. Null when the kernel gives no memory, mostly because what it may lock is used up; then it is closed.</summary>
    public static PerfRing? TryMap(int descriptor, int dataPages)
    {
        for (int pages = dataPages; pages >= 1; pages /= 2)
        {
            if (NativePerf.Map(descriptor, (nuint)((1 + pages) * Environment.SystemPageSize)) is { } address)
            {
                return new PerfRing(descriptor, address, pages);
            }
        }

        _ = NativePerf.Close(descriptor);
        return null;
    }

    /// <summary>Hands over every record that is in the ring and makes room. A record is valid during the call only.</summary>
    public void Drain(PerfRecordSink sink)
    {
        ulong head = Volatile.Read(ref *(ulong*)(_page + HeadOffset));
        ulong tail = *(ulong*)(_page + TailOffset);
        while (head - tail >= RecordHeadBytes)
        {
            // A record's head is 8 bytes, and so is the grain of the ring: it never wraps.
            var recordHead = new ReadOnlySpan<byte>(_ring + At(tail), RecordHeadBytes);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(recordHead[6..]);
            if (size < RecordHeadBytes || (ulong)size > head - tail)
            {
                tail = head;
                break;
            }

            sink.Take(BinaryPrimitives.ReadUInt32LittleEndian(recordHead), BinaryPrimitives.ReadUInt16LittleEndian(recordHead[4..]), Record(tail, size)[RecordHeadBytes..]);
            tail += (ulong)size;
        }

        Volatile.Write(ref *(ulong*)(_page + TailOffset), tail);
    }

    public void Dispose()
    {
        _ = NativePerf.Unmap((nint)_page, _bytes);
        _ = NativePerf.Close(_descriptor);
    }

    private ReadOnlySpan<byte> Record(ulong position, int size)
    {
        int start = At(position);
        if (start + size <= _ringBytes)
        {
            return new ReadOnlySpan<byte>(_ring + start, size);
        }

        if (_wrapped.Length < size)
        {
            _wrapped = new byte[size];
        }

        int first = _ringBytes - start;
        new ReadOnlySpan<byte>(_ring + start, first).CopyTo(_wrapped);
        new ReadOnlySpan<byte>(_ring, size - first).CopyTo(_wrapped.AsSpan(first));
        return _wrapped.AsSpan(0, size);
    }

    private int At(ulong position) => (int)(position & (ulong)(_ringBytes - 1));
}
