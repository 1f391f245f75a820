using System.Buffers;

namespace Stoker.Scrape;

/// <summary>
/// A growing run of bytes in pooled memory. Whoever makes it disposes it; what it handed out is invalid from then on. What is larger than any usual
/// profile is left to the garbage collector: the shared pool would keep such an array for each thread, and a few hostile targets would fill it.
/// </summary>
internal sealed class PooledBuffer(int initialBytes) : IBufferWriter<byte>, IDisposable
{
    private const int SmallestGrowth = 4096;
    private const int LargestPooledBytes = 1 << 20;

    private byte[] _array = Rent(initialBytes);

    public int Length { get; private set; }

    public int Capacity => _array.Length;

    public ReadOnlyMemory<byte> Written => _array.AsMemory(0, Length);

    /// <summary>The room behind what is written; it may be empty.</summary>
    public Memory<byte> Room => _array.AsMemory(Length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _array.Length - Length);
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_array.Length - Length < Math.Max(sizeHint, 1))
        {
            Resize((int)Math.Min(Array.MaxLength, Math.Max(_array.Length * 2L, Length + (long)Math.Max(sizeHint, SmallestGrowth))));
        }

        return Room;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Resize(int capacity)
    {
        byte[] larger = Rent(capacity);
        _array.AsSpan(0, Length).CopyTo(larger);
        Return(_array);
        _array = larger;
    }

    public void Dispose()
    {
        if (_array.Length > 0)
        {
            Return(_array);
            _array = [];
            Length = 0;
        }
    }

    private static byte[] Rent(int bytes) =>
        bytes <= LargestPooledBytes ? ArrayPool<byte>.Shared.Rent(bytes) : GC.AllocateUninitializedArray<byte>(bytes);

    private static void Return(byte[] array)
    {
        if (array.Length <= LargestPooledBytes)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
