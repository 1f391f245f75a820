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
        Generation generation = await AcquireAsync(cancellationToken);
        try
        {
            return await generation.Invoker.SendAsync(request, cancellationToken);
        }
        finally
        {
            generation.Release();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _current?.Release();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<Generation> AcquireAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            FileStamp[] stamps = [.. _files.Select(FileStamp.Of)];
            if (_current is { } current && current.Stamps.AsSpan().SequenceEqual(stamps) && current.TryAcquire())
            {
                return current;
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
            _current = new Generation(stamps, material, new HttpMessageInvoker(connect(material)));
            old?.Release();
        }
        finally
        {
            _change.Release();
        }
    }

    /// <summary>The connections of one state of the files, kept by the transport and by every request that is being sent.</summary>
    private sealed class Generation(FileStamp[] stamps, TlsMaterial material, HttpMessageInvoker invoker)
    {
        private int _users = 1;

        public FileStamp[] Stamps { get; } = stamps;

        public HttpMessageInvoker Invoker { get; } = invoker;

        public bool TryAcquire()
        {
            int users = Volatile.Read(ref _users);
            while (users > 0)
            {
                int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
                if (seen == users)
                {
                    return true;
                }

                users = seen;
            }

            return false;
        }

        public void Release()
        {
            if (Interlocked.Decrement(ref _users) == 0)
            {
                // A body that is still being read keeps its own connection.
                Invoker.Dispose();
                material.Dispose();
            }
        }
    }
}
