using System.Buffers;

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
    public static void Deflate(ReadOnlySpan<byte> profile, IBufferWriter<byte> output) => throw new NotImplementedException();
}
