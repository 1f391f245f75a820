namespace Stoker.Discovery.Api;

/// <summary>An answer was larger than what is read of one.</summary>
internal sealed class AnswerTooLargeException(long limitBytes) : IOException($"the answer is larger than {limitBytes >> 20} MiB")
{
}

/// <summary>Reads at most so many bytes of another stream; beyond them it throws <see cref="AnswerTooLargeException"/>. Does not dispose the other.</summary>
internal sealed class BoundedStream(Stream inner, long limitBytes) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer, cancellationToken));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int Count(int bytes)
    {
        _read += bytes;
        return _read <= limitBytes ? bytes : throw new AnswerTooLargeException(limitBytes);
    }
}
