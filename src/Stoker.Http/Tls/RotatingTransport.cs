namespace Stoker.Http;

/// <summary>
/// A transport whose certificates come from files: when one of them has changed, new connections are made with the new content and the old ones
/// are closed as soon as nothing uses them. Safe from several threads.
/// </summary>
internal sealed class RotatingTransport(TlsArguments tls, Func<TlsMaterial, HttpMessageHandler> connect) : HttpMessageHandler
{
    private readonly SemaphoreSlim _change = new(1, 1);
    private readonly string[] _files = [.. new[] { tls.CaFile, tls.CertFile, tls.KeyFile }.Where(file => file.Length > 0)];
    private volatile Generation? _current;
    private volatile bool _disposed;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        SharedClient client = await UseAsync(cancellationToken);
        try
        {
            return await client.Client.SendAsync(request, cancellationToken);
        }
        finally
        {
            client.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _current?.Client.Release();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<SharedClient> UseAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            FileStamp[] stamps = [.. _files.Select(FileStamp.Of)];
            if (_current is { } current && current.Stamps.AsSpan().SequenceEqual(stamps) && current.Client.TryUse())
            {
                return current.Client;
            }

            await ReplaceAsync(stamps, cancellationToken);
        }
    }

    private async Task ReplaceAsync(FileStamp[] stamps, CancellationToken cancellationToken)
    {
        await _change.WaitAsync(cancellationToken);
        try
        {
            if (_current is { } current && current.Stamps.AsSpan().SequenceEqual(stamps))
            {
                return;
            }

            TlsMaterial material = await TlsMaterial.ReadAsync(tls, cancellationToken);
            Generation? old = _current;
            _current = new Generation(stamps, new SharedClient(new HttpMessageInvoker(connect(material)), material));
            old?.Client.Release();
        }
        finally
        {
            _change.Release();
        }
    }

    /// <summary>The connections of one state of the files, kept by the transport and by every request that is being sent.</summary>
    private sealed record Generation(FileStamp[] Stamps, SharedClient Client);
}
