namespace Stoker.Pprof;

/// <summary>Corrects the time of profiles from targets that give none or whose clock is wrong.</summary>
/// <param name="ScrapeNanos">The start of the scrape by the agent's clock, in nanoseconds since 1970.</param>
/// <param name="ToleranceNanos">How far a profile's own time may be from it.</param>
public readonly record struct ProfileClock(long ScrapeNanos, long ToleranceNanos)
{
    /// <summary>The profile's own time where it can be right, else the start of the scrape.</summary>
    public long Correct(long timeNanos) =>
        timeNanos == 0 || Int128.Abs((Int128)timeNanos - ScrapeNanos) > ToleranceNanos ? ScrapeNanos : timeNanos;
}
