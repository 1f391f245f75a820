using System.Buffers;
using System.IO.Compression;
using Stoker.Pprof;

namespace Stoker.Benchmarks;

/// <summary>The steps of the hot path with buffers that are used again and again, as a scrape loop does.</summary>
public sealed class Workbench
{
    private readonly ArrayBufferWriter<byte> _plain = new(4 << 20);
    private readonly ArrayBufferWriter<byte> _delta = new(4 << 20);
    private readonly ArrayBufferWriter<byte> _body = new(4 << 20);

    public int Inflate(byte[] body)
    {
        _plain.ResetWrittenCount();
        return GzipBody.TryInflate(body, 64 << 20, _plain, out PprofError? error) == InflateOutcome.Complete
            ? _plain.WrittenCount
            : throw new InvalidDataException(error?.ToString());
    }

    public int Delta(ProfileDelta delta, ReadOnlySpan<byte> profile)
    {
        _delta.ResetWrittenCount();
        return delta.Compute(profile, _delta).SampleCount;
    }

    public int Deflate(ReadOnlySpan<byte> profile)
    {
        _body.ResetWrittenCount();
        GzipBody.Deflate(profile, _body);
        return _body.WrittenCount;
    }

    /// <summary>Inflate, check, delta, deflate. Returns the bytes that would be sent.</summary>
    public int Pipeline(ProfileDelta delta, byte[] body)
    {
        Inflate(body);
        return Delta(delta, _plain.WrittenSpan) > 0 ? Deflate(_delta.WrittenSpan) : 0;
    }

    /// <summary>The framework's own inflate of the input and deflate of the delta: the yardstick of the pipeline.</summary>
    public int Framework(ProfilePair pair)
    {
        _plain.ResetWrittenCount();
        using (var gzip = new GZipStream(new MemoryStream(pair.AfterBody), CompressionMode.Decompress))
        {
            int read;
            while ((read = gzip.Read(_plain.GetSpan(16 << 10))) > 0)
            {
                _plain.Advance(read);
            }
        }

        return Deflate(pair.Delta);
    }
}
