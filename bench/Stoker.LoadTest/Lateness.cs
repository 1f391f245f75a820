using System.Globalization;

namespace Stoker.LoadTest;

/// <summary>
/// How late requests came, seen from the targets: each loop has a fixed slot in its interval, which is taken to be the earliest phase at which
/// any of its requests came. What is measured so includes the way of the request through both network stacks.
/// </summary>
internal sealed class Lateness
{
    private readonly List<(double At, double Late)> _requests = [];

    /// <param name="loops">Arrivals of each loop in milliseconds.</param>
    /// <param name="expectedLoops">How many loops there should be: one from which nothing came has missed every tick.</param>
    /// <param name="from">The start of the measurement in milliseconds; what came earlier was the warm-up.</param>
    /// <param name="to">The end of the measurement in milliseconds.</param>
    public Lateness(IReadOnlyCollection<LoopArrivals> loops, int expectedLoops, double from, double to, TimeSpan interval)
    {
        int ticksInTime = (int)((to - from) / interval.TotalMilliseconds);
        Missed = (expectedLoops - loops.Count) * ticksInTime;
        foreach (LoopArrivals loop in loops)
        {
            double[] arrivals = [.. loop.At.Where(at => at >= from && at <= to).Order()];
            if (arrivals.Length == 0)
            {
                Missed += ticksInTime;
                continue;
            }

            double[] ticks = [.. arrivals.Select(at => Math.Round((at - arrivals[0]) / interval.TotalMilliseconds))];
            double[] phases = [.. arrivals.Zip(ticks, (at, tick) => at - (tick * interval.TotalMilliseconds))];
            double slot = phases.Min();
            _requests.AddRange(arrivals.Zip(phases, (at, phase) => (at, phase - slot)));

            // A tenth of an interval of grace at either end: a slot so near the edge may fall on either side of it.
            int before = (int)Math.Max(0, ((arrivals[0] - from) / interval.TotalMilliseconds) - 0.1);
            int after = (int)Math.Max(0, ((to - arrivals[^1]) / interval.TotalMilliseconds) - 0.1);
            Missed += before + (int)ticks[^1] + 1 - arrivals.Length + after;
        }
    }

    public int Missed { get; }

    /// <summary>The figures of the requests that came within a time, in milliseconds.</summary>
    public string During(double from, double to)
    {
        double[] late = [.. _requests.Where(request => request.At >= from && request.At <= to).Select(request => request.Late).Order()];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Quantile(late, 0.5):F1} ms, {Quantile(late, 0.99):F1} ms, {Quantile(late, 1):F1} ms of {late.Length} requests");
    }

    private static double Quantile(double[] sorted, double quantile) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(quantile * sorted.Length))];
}
