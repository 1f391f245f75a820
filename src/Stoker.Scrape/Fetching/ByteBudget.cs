namespace Stoker.Scrape;

/// <summary>
/// Bounds the bytes that all scrapes together hold. A scrape that finds no room waits. One scrape at a time that already holds bytes may go
/// over the limit, so that scrapes which all wait for more cannot keep each other waiting for ever: the bound is the limit and one body.
/// Safe from several threads.
/// </summary>
public sealed class ByteBudget(long limitBytes)
{
    // Guards everything below; nothing is called under it but a waiter's completion, which runs elsewhere.
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiters = new();
    private ByteLease? _overdraft;
    private long _used;

    public long LimitBytes { get; } = limitBytes;

    public long UsedBytes
    {
        get
        {
            lock (_lock)
            {
                return _used;
            }
        }
    }

    internal ByteLease Lease() => new(this);

    internal ValueTask TakeAsync(ByteLease lease, long bytes, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            if (_waiters.Count == 0 && FitsLocked(bytes))
            {
                GrantLocked(lease, bytes);
                return ValueTask.CompletedTask;
            }

            if (lease.Bytes > 0 && (_overdraft is null || _overdraft == lease))
            {
                _overdraft = lease;
                GrantLocked(lease, bytes);
                return ValueTask.CompletedTask;
            }

            waiter = new Waiter(lease, bytes);
            _waiters.AddLast(waiter);
        }

        return WaitAsync(waiter, cancellationToken);
    }

    /// <summary>Counts bytes that are held already, where nobody could wait for them.</summary>
    internal void Count(ByteLease lease, long bytes)
    {
        lock (_lock)
        {
            GrantLocked(lease, bytes);
            ReleaseWaitersLocked();
        }
    }

    internal void Return(ByteLease lease)
    {
        lock (_lock)
        {
            _used -= lease.Bytes;
            lease.Bytes = 0;
            if (_overdraft == lease)
            {
                _overdraft = null;
            }

            ReleaseWaitersLocked();
        }
    }

    private async ValueTask WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        await using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Waiter)state!).Granted.TrySetCanceled(token), waiter);
        try
        {
            await waiter.Granted.Task;
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                _waiters.Remove(waiter);
            }

            throw;
        }
    }

    private bool FitsLocked(long bytes) => _used + bytes <= LimitBytes || _used == 0;

    private void GrantLocked(ByteLease lease, long bytes)
    {
        lease.Bytes += bytes;
        _used += bytes;
    }

    private void ReleaseWaitersLocked()
    {
        while (_waiters.First is { Value: var waiter })
        {
            bool mayOverdraw = waiter.Lease.Bytes > 0 && _overdraft is null;
            if (!FitsLocked(waiter.Bytes) && !mayOverdraw)
            {
                return;
            }

            _waiters.RemoveFirst();
            if (!waiter.Granted.TrySetResult())
            {
                continue;
            }

            if (!FitsLocked(waiter.Bytes))
            {
                _overdraft = waiter.Lease;
            }

            GrantLocked(waiter.Lease, waiter.Bytes);
        }
    }

    private sealed class Waiter(ByteLease lease, long bytes)
    {
        public ByteLease Lease { get; } = lease;

        public long Bytes { get; } = bytes;

        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>What one scrape holds of a <see cref="ByteBudget"/>; disposing gives it back. Used by one scrape at a time.</summary>
internal sealed class ByteLease(ByteBudget budget) : IDisposable
{
    /// <summary>Guarded by the budget's lock.</summary>
    public long Bytes { get; set; }

    public ValueTask TakeAsync(long bytes, CancellationToken cancellationToken) =>
        bytes <= 0 ? ValueTask.CompletedTask : budget.TakeAsync(this, bytes, cancellationToken);

    public void Count(long bytes) => budget.Count(this, bytes);

    public void Dispose() => budget.Return(this);
}
