namespace Stoker.Pprof;

/// <summary>
/// A read-only stream over bytes in memory, followed by others. It copies only what is asked for and counts it, and hands out one byte at a
/// time from <c>fineFrom</c> on, so that a reader who stops there has read nothing too much.
/// </summary>
internal sealed class MemorySource(ReadOnlyMemory<byte> bytes, ReadOnlyMemory<byte> tail, int fineFrom = int.MaxValue) : Stream
{
    private int _tailPosition;

    /// <summary>How much of the first bytes has been read.</summary>
    public int Consumed { get; private set; }

    /// <summary>Where the last read of the first bytes began.</summary>
    public int LastRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (Consumed == bytes.Length)
        {
            int last = Math.Min(buffer.Length, tail.Length - _tailPosition);
            tail.Span.Slice(_tailPosition, last).CopyTo(buffer);
            _tailPosition += last;
            return last;
        }

        int length = Math.Min(buffer.Length, Consumed < fineFrom ? Math.Min(bytes.Length, fineFrom) - Consumed : 1);
        bytes.Span.Slice(Consumed, length).CopyTo(buffer);
        LastRead = Consumed;
        Consumed += length;
        return length;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
