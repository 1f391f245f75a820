using System.Net;
using Stoker.Http;
using Stoker.Pprof;

namespace Stoker.Scrape;

/// <summary>
/// What came of one request: an inflated body or a failure. It owns pooled memory; whoever has it disposes it, and its bytes are invalid
/// from then on.
/// </summary>
internal sealed class ScrapeOutcome : IDisposable
{
    private readonly List<PooledBuffer> _buffers = [];

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the request was handed to the connection, by the monotonic clock.</summary>
    public required long SentTimestamp { get; init; }

    public HttpStatusCode? Status { get; set; }

    public string ContentType { get; set; } = "";

    public string ContentEncoding { get; set; } = "";

    /// <summary>How many bytes of the body came over the wire.</summary>
    public long WireBytes { get; set; }

    public ScrapeFailure? Failure { get; set; }

    /// <summary>What the request carried that may not be shown; null where nothing was secret.</summary>
    public SentSecrets? Secrets { get; set; }

    /// <summary>True while the scrape waits for other scrapes to give memory back.</summary>
    public bool WaitsForRoom { get; private set; }

    /// <summary>The body as the target sent it: gzip or plain.</summary>
    public ReadOnlyMemory<byte> Sent { get; set; }

    public bool IsGzip => GzipBody.IsGzip(Sent.Span);

    /// <summary>The same bytes inflated.</summary>
    public ReadOnlyMemory<byte> Plain { get; set; }

    /// <summary>Null until the body was read, and where it is no profile.</summary>
    public ProfileSummary? Summary { get; set; }

    public PooledBuffer Rent(int bytes)
    {
        var buffer = new PooledBuffer(bytes);
        _buffers.Add(buffer);
        return buffer;
    }

    public async ValueTask TakeAsync(ByteLease lease, long bytes, CancellationToken cancellationToken)
    {
        WaitsForRoom = true;
        await lease.TakeAsync(bytes, cancellationToken);
        WaitsForRoom = false;
    }

    public void Dispose()
    {
        foreach (PooledBuffer buffer in _buffers)
        {
            buffer.Dispose();
        }

        _buffers.Clear();
        Sent = default;
        Plain = default;
    }
}
