namespace Stoker.Delivery.Write;

/// <summary>Growing, jittered waits between tries.</summary>
internal static class Backoff
{
    /// <summary>How long to wait after the n-th failure in a row: anything between the shortest wait and one that doubles with each failure.</summary>
    /// <param name="failures">Counts from 1.</param>
    public static TimeSpan Next(int failures, TimeSpan shortest, TimeSpan longest)
    {
        double upper = Math.Min(longest.Ticks, shortest.Ticks * Math.Pow(2, Math.Min(failures, 62)));
        return Between(shortest, TimeSpan.FromTicks((long)upper));
    }

    /// <summary>A random moment of a range, so that many endpoints and many agents do not come back together.</summary>
    public static TimeSpan Between(TimeSpan shortest, TimeSpan longest) =>
        shortest + TimeSpan.FromTicks((long)(Random.Shared.NextDouble() * Math.Max(0, longest.Ticks - shortest.Ticks)));
}
