namespace Stoker.Discovery.Consul;

/// <summary>
/// Keeps a loop of blocking queries from becoming a busy one where an answer changes all the time: a token bucket of two, one more for each interval. After a
/// quiet time two answers in a row are taken at once. For one loop.
/// </summary>
internal sealed class QueryPace(TimeProvider time, TimeSpan interval)
{
    // When the bucket is full again.
    private TimeSpan _full;
    private readonly long _start = time.GetTimestamp();

    /// <summary>Takes a token, and waits for it where there is none.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        TimeSpan now = time.GetElapsedTime(_start);
        _full = (_full > now ? _full : now) + interval;
        TimeSpan wait = _full - now - (interval * 2);
        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }
}
