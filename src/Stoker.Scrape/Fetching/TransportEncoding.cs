using System.IO.Compression;
using System.Runtime.InteropServices;
using Stoker.Pprof;

namespace Stoker.Scrape;

/// <summary>The compression that a server or a proxy put around a body for the transport, as <c>Content-Encoding: gzip</c> says.</summary>
internal static class TransportEncoding
{
    private const int Step = 16 * 1024;

    /// <summary>
    /// True where a gzip profile lies within the gzip of the transport. The outer layer is not checked to its end: the inner one has checksums of
    /// its own. Where there is nothing to unwrap or it goes over a limit, the body stays as it is.
    /// </summary>
    public static bool TryUnwrap(ScrapeRequest request, ScrapeOutcome outcome, out ReadOnlyMemory<byte> inner)
    {
        inner = default;
        if (!MemoryMarshal.TryGetArray(outcome.Sent, out ArraySegment<byte> sent))
        {
            return false;
        }

        using var body = new MemoryStream(sent.Array!, sent.Offset, sent.Count, writable: false);
        using var gzip = new GZipStream(body, CompressionMode.Decompress);
        try
        {
            Span<byte> start = stackalloc byte[2];
            if (gzip.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) < start.Length || !GzipBody.IsGzip(start))
            {
                return false;
            }

            PooledBuffer unwrapped = outcome.Rent(outcome.Sent.Length + Step);
            start.CopyTo(unwrapped.GetSpan(start.Length));
            unwrapped.Advance(start.Length);
            int read;
            while ((read = gzip.Read(unwrapped.GetSpan(Step))) > 0)
            {
                unwrapped.Advance(read);
                if (unwrapped.Length > request.ResponseLimit)
                {
                    return false;
                }
            }

            inner = unwrapped.Written;
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
