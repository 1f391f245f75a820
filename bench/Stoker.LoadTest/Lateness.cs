namespace Stoker.LoadTest;

/// <summary>
/// How late requests came, seen from the targets: each loop has a fixed slot in its interval, which is taken to be the earliest phase at which
/// any of its requests came. What is measured so includes the way of the request through both network stacks.
/// </summary>
internal sealed record Lateness(double Median, double Percentile99, double Worst, int Requests, int Missed)
{
    /// <param name="loops">Arrivals of each loop in milliseconds.</param>
    /// <param name="expectedLoops">How many loops there should be: one from which nothing came has missed every tick.</param>
    /// <param name="from">The start of the measurement in milliseconds; what came earlier was the warm-up.</param>
    /// <param name="to">The end of the measurement in milliseconds.</param>
    public static Lateness Measure(IReadOnlyCollection<LoopArrivals> loops, int expectedLoops, double from, double to, TimeSpan interval)
    {
        var late = new List<double>();
        int ticksInTime = (int)((to - from) / interval.TotalMilliseconds);
        int missed = (expectedLoops - loops.Count) * ticksInTime;
        foreach (LoopArrivals loop in loops)
        {
            double[] arrivals = [.. loop.At.Where(at => at >= from && at <= to).Order()];
            if (arrivals.Length == 0)
            {
                missed += ticksInTime;
                continue;
            }

            double[] ticks = [.. arrivals.Select(at => Math.Round((at - arrivals[0]) / interval.TotalMilliseconds))];
            double[] phases = [.. arrivals.Zip(ticks, (at, tick) => at - (tick * interval.TotalMilliseconds))];
            double slot = phases.Min();
            late.AddRange(phases.Select(phase => phase - slot));

            // A tenth of an interval of grace at either end: a slot so near the edge may fall on either side of it.
            int before = (int)Math.Max(0, ((arrivals[0] - from) / interval.TotalMilliseconds) - 0.1);
            int after = (int)Math.Max(0, ((to - arrivals[^1]) / interval.TotalMilliseconds) - 0.1);
            missed += before + (int)ticks[^1] + 1 - arrivals.Length + after;
        }

        late.Sort();
        return new Lateness(Quantile(late, 0.5), Quantile(late, 0.99), Quantile(late, 1), late.Count, missed);
    }

    private static double Quantile(List<double> sorted, double quantile) =>
        sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, (int)(quantile * sorted.Count))];
}
