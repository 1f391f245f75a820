namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// The waits of one watch between attempts, as Kubernetes's own clients have them: 0.8 s at first, doubled each time up to 30 s with the jitter, and
/// from the start again after two minutes without a failure. Not safe from several threads.
/// </summary>
internal sealed class WatchBackoff(TimeProvider time)
{
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(800);
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan QuietTime = TimeSpan.FromMinutes(2);

    // The jitter is up to as long again, so that agents which lost the server together do not come back together.
    private TimeSpan _next = Shortest;
    private long _last = time.GetTimestamp();

    public TimeSpan Next()
    {
        if (time.GetElapsedTime(_last) > Longest + QuietTime)
        {
            _next = Shortest;
        }

        TimeSpan wait = _next + TimeSpan.FromTicks((long)(_next.Ticks * Random.Shared.NextDouble()));
        _next = TimeSpan.FromTicks(Math.Min(_next.Ticks * 2, Longest.Ticks / 2));
        _last = time.GetTimestamp();
        return wait;
    }
}
