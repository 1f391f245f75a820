using Microsoft.Extensions.Logging;

namespace Stoker.Http;

/// <summary>
/// A transport whose certificates come from files: when one of them has changed, new connections are made with the new content and the old ones
/// are closed as soon as nothing uses them. Files are replaced one after the other and not always at once, so while what is there does not read or
/// certificate and key do not belong together, what was read last stays in use. Safe from several threads.
/// </summary>
internal sealed class RotatingTransport(TlsArguments tls, Func<TlsMaterial, HttpMessageHandler> connect, TimeProvider time, ILogger logger)
    : HttpMessageHandler
{
    // The stamps alone do not tell that a file was finished within the tick of the file system's clock in which it was begun.
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _change = new(1, 1);
    private readonly string[] _files = [.. new[] { tls.CaFile, tls.CertFile, tls.KeyFile }.Where(file => file.Length > 0)];
    private volatile Generation? _current;

    // Written while _change is held.
    private volatile Refusal? _refusal;
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
            if (_current is { } current && IsSettled(current, stamps) && current.Client.TryUse())
            {
                return current.Client;
            }

            await ReplaceAsync(stamps, cancellationToken);
        }
    }

    /// <summary>True where reading the files would give what is in use, or fail as it did a moment ago.</summary>
    private bool IsSettled(Generation current, FileStamp[] stamps) =>
        _refusal is { } refusal
            ? refusal.Stamps.AsSpan().SequenceEqual(stamps) && time.GetElapsedTime(refusal.Timestamp) < TryAgainAfter
            : current.Stamps.AsSpan().SequenceEqual(stamps);

    private async Task ReplaceAsync(FileStamp[] stamps, CancellationToken cancellationToken)
    {
        await _change.WaitAsync(cancellationToken);
        try
        {
            Generation? old = _current;
            if (old is not null && IsSettled(old, stamps))
            {
                return;
            }

            TlsMaterial material;
            try
            {
                material = await TlsMaterial.ReadAsync(tls, cancellationToken);
            }
            catch (HttpRequestException exception) when (old is not null)
            {
                if (_refusal?.Error != exception.Message)
                {
                    Log.CertificatesRefused(logger, exception.Message);
                }

                _refusal = new Refusal(stamps, time.GetTimestamp(), exception.Message);
                return;
            }

            _current = new Generation(stamps, new SharedClient(new HttpMessageInvoker(connect(material)), material));
            _refusal = null;
            if (old is not null)
            {
                Log.CertificatesReplaced(logger);
                old.Client.Release();
            }
        }
        finally
        {
            _change.Release();
        }
    }

    /// <summary>The connections of one state of the files, kept by the transport and by every request that is being sent.</summary>
    private sealed record Generation(FileStamp[] Stamps, SharedClient Client);

    /// <summary>A state of the files that could not be used.</summary>
    private sealed record Refusal(FileStamp[] Stamps, long Timestamp, string Error);
}
