using Microsoft.Extensions.Logging;

namespace Stoker.Http;

/// <summary>
/// A transport whose certificates come from files: when one of them has changed, new connections are made with the new content and the old
/// ones are closed as soon as nothing uses them. Files are replaced one after the other and not always at once, so while what is there does
/// not read or certificate and key do not belong together, what was read last stays in use. Safe from several threads.
/// </summary>
internal sealed class RotatingTransport(TlsArguments tls, Func<TlsMaterial, HttpMessageHandler> connect, TimeProvider time, ILogger logger)
    : HttpMessageHandler
{
    // The stamps alone do not tell that a file was finished within the tick of the file system's clock in which it was begun.
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(1);

    // Nor that another file with the same length and time stands there, as "cp -p" or links into a store of packages leave it.
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(5);

    // One request at a time looks for what is new; it is the only one that makes generations.
    private readonly SemaphoreSlim _change = new(1, 1);

    // Around the one place where a generation comes and those where it goes, so that it has exactly one who releases it.
    private readonly Lock _swap = new();
    private readonly string[] _files = [.. new[] { tls.CaFile, tls.CertFile, tls.KeyFile }.Where(file => file.Length > 0)];

    // Written while _swap is held.
    private volatile Generation? _current;
    private volatile bool _disposed;

    // Written while _change is held.
    private volatile Refusal? _refusal;

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
        if (disposing)
        {
            Generation? last;
            lock (_swap)
            {
                _disposed = true;
                last = _current;
                _current = null;
            }

            last?.Client.Release();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<SharedClient> UseAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_current is { } current && IsSettled(current, Stamps()) && current.Client.TryUse())
        {
            return current.Client;
        }

        await _change.WaitAsync(cancellationToken);
        try
        {
            return await UseOrReplaceAsync(cancellationToken);
        }
        finally
        {
            _change.Release();
        }
    }

    private FileStamp[] Stamps() => [.. _files.Select(FileStamp.Of)];

    /// <summary>True where reading the files would give what is in use, or fail as it did a moment ago.</summary>
    private bool IsSettled(Generation? current, FileStamp[] stamps) =>
        _refusal is { } refusal
            ? refusal.Stamps.AsSpan().SequenceEqual(stamps) && time.GetElapsedTime(refusal.Timestamp) < TryAgainAfter
            : current is not null && current.Stamps.AsSpan().SequenceEqual(stamps) && time.GetElapsedTime(current.Timestamp) < ReadAgainAfter;

    /// <summary>While _change is held: a client that is taken into use, of the newest content that can be used.</summary>
    private async Task<SharedClient> UseOrReplaceAsync(CancellationToken cancellationToken)
    {
        // Before the files are read, so that what changes meanwhile is seen by the next request. And not before the wait, because then
        // each of those that waited would find that what the first of them has made is not what it saw.
        FileStamp[] stamps = Stamps();
        Generation? old = _current;
        if (IsSettled(old, stamps))
        {
            return old is null ? throw new HttpRequestException(_refusal!.Error) : Use(old);
        }

        Generation fresh;
        try
        {
            PemTexts texts = await PemTexts.ReadAsync(tls, cancellationToken);
            long timestamp = time.GetTimestamp();
            string digest = texts.Digest();
            if (old is not null && old.Digest == digest)
            {
                fresh = old with { Stamps = stamps, Timestamp = timestamp };
            }
            else
            {
                var material = TlsMaterial.Create(tls, texts);
                fresh = new Generation(stamps, timestamp, digest, new SharedClient(new HttpMessageInvoker(connect(material)), material));
            }
        }
        catch (HttpRequestException exception)
        {
            // Where nothing good was read yet, it is the request that fails and says so.
            if (old is not null && _refusal?.Error != exception.Message)
            {
                Log.CertificatesRefused(logger, exception.Message);
            }

            _refusal = new Refusal(stamps, time.GetTimestamp(), exception.Message);
            return old is null ? throw new HttpRequestException(exception.Message, exception) : Use(old);
        }

        SharedClient client = Install(fresh, old);
        if (old is not null && (_refusal is not null || old.Client != client))
        {
            Log.CertificatesReplaced(logger);
        }

        _refusal = null;
        return client;
    }

    private SharedClient Use(Generation generation)
    {
        // Only Dispose can have ended it, since generations are replaced while _change is held.
        ObjectDisposedException.ThrowIf(!generation.Client.TryUse(), this);
        return generation.Client;
    }

    private SharedClient Install(Generation fresh, Generation? old)
    {
        bool isNew = old?.Client != fresh.Client;
        bool isUsed;
        lock (_swap)
        {
            isUsed = !_disposed && fresh.Client.TryUse();
            if (isUsed)
            {
                _current = fresh;
            }
        }

        if (isNew)
        {
            // Where Dispose came first it has released the old one, and nobody knows of the new one.
            (isUsed ? old : fresh)?.Client.Release();
        }

        ObjectDisposedException.ThrowIf(!isUsed, this);
        return fresh.Client;
    }

    /// <summary>The connections of one state of the files, kept by the transport and by every request that is being sent.</summary>
    /// <param name="Timestamp">When the content was read last.</param>
    private sealed record Generation(FileStamp[] Stamps, long Timestamp, string Digest, SharedClient Client);

    /// <summary>A state of the files that could not be used.</summary>
    private sealed record Refusal(FileStamp[] Stamps, long Timestamp, string Error);
}
