using System.Globalization;

namespace Stoker.LoadTest;

/// <summary>
/// How late requests came, seen from the targets, against the slots that the program has told. What is measured so includes the way of the
/// request through both network stacks.
/// </summary>
internal sealed class Lateness
{
    private readonly List<(double At, double Late)> _requests = [];

    /// <param name="loops">Arrivals of each loop in milliseconds.</param>
    /// <param name="slots">A moment at which each loop is due, in milliseconds; the others are whole intervals from it.</param>
    /// <param name="expectedLoops">How many loops there should be: one from which nothing came has missed every tick.</param>
    /// <param name="from">The start of the measurement in milliseconds; what came earlier was the warm-up.</param>
    /// <param name="to">The end of the measurement in milliseconds.</param>
    public Lateness(
        IReadOnlyCollection<LoopArrivals> loops, Dictionary<(int Port, string Path), double> slots, int expectedLoops, double from, double to, TimeSpan interval)
    {
        double length = interval.TotalMilliseconds;
        int ticksInTime = (int)((to - from) / length);
        Missed = (expectedLoops - loops.Count) * ticksInTime;
        foreach (LoopArrivals loop in loops)
        {
            // A clock that was set by a little makes requests come early by it; so a tick is the one that is nearest.
            double slot = slots[(loop.Port, loop.Path)];
            double[] arrivals = [.. loop.At.Where(at => at >= from && at <= to).Order()];
            _requests.AddRange(arrivals.Select(at => (at, at - slot - (Math.Round((at - slot) / length) * length))));

            // A tenth of an interval of grace at either end: a slot so near the edge may fall on either side of it.
            double first = Math.Ceiling(((from - slot) / length) + 0.1);
            double last = Math.Floor(((to - slot) / length) - 0.1);
            Missed += (int)Math.Max(0, last - first + 1 - arrivals.Length);
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
