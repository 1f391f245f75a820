namespace Stoker.Scrape;

/// <summary>
/// The slots of one loop. The first is where wall time has the loop's offset; from there a monotonic clock counts, so that a jump of the wall
/// clock moves nothing. Not safe from several threads, but for <see cref="Next"/>.
/// </summary>
internal sealed class TickSchedule
{
    private readonly TimeProvider _time;
    private readonly long _origin;
    private long _nextTicks;

    public TickSchedule(TimeProvider time, TimeSpan interval, TimeSpan offset)
    {
        _time = time;
        _origin = time.GetTimestamp();
        Restart(interval, offset);
    }

    public TimeSpan Interval { get; private set; }

    /// <summary>The time of the monotonic clock since the loop started.</summary>
    public TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>The next slot, on the same clock.</summary>
    public TimeSpan Next => TimeSpan.FromTicks(Interlocked.Read(ref _nextTicks));

    /// <summary>How long a slot is past at the given moment of the time provider's timestamps.</summary>
    public TimeSpan LatenessOf(TimeSpan slot, long timestamp) => _time.GetElapsedTime(_origin, timestamp) - slot;

    /// <summary>Takes another interval, with a first slot by wall time again.</summary>
    public void Restart(TimeSpan interval, TimeSpan offset)
    {
        Interval = interval;
        long wall = _time.GetUtcNow().Ticks % interval.Ticks;
        long wait = (offset.Ticks - wall + interval.Ticks) % interval.Ticks;
        Interlocked.Exchange(ref _nextTicks, Now.Ticks + wait);
    }

    /// <summary>
    /// The time until the next scrape starts. While one runs, the slot is its own still, and the next is <paramref name="ticks"/> further, or at
    /// the first slot after now.
    /// </summary>
    public TimeSpan TimeUntilNext(int ticks)
    {
        TimeSpan left = Next - Now;
        if (left <= TimeSpan.Zero)
        {
            left += Interval * ticks;
        }

        return left > TimeSpan.Zero ? left : Interval + TimeSpan.FromTicks(left.Ticks % Interval.Ticks);
    }

    /// <summary>Moves on by so many ticks on purpose.</summary>
    public void Advance(int ticks) => Interlocked.Add(ref _nextTicks, Interval.Ticks * ticks);

    /// <summary>Moves to the first slot after now and says how many were passed over.</summary>
    public long SkipPast()
    {
        long late = Now.Ticks - Next.Ticks;
        if (late < 0)
        {
            return 0;
        }

        long missed = (late / Interval.Ticks) + 1;
        Interlocked.Add(ref _nextTicks, missed * Interval.Ticks);
        return missed;
    }
}
