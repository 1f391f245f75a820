using Prometheus;
using Stoker.Components.Arguments;
using Stoker.Syntax;

namespace Stoker.Discovery;

/// <summary>Asks again and again at a fixed interval, as http, dns, docker and process discovery do.</summary>
internal static class Polling
{
    private static readonly double[] Buckets = [.01, .1, 1, 10, 60];

    // What a timer takes at least, and a little less than what it takes at most.
    private static readonly TimeSpan MinInterval = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan MaxInterval = TimeSpan.FromDays(30);

    /// <summary>The check of a <c>refresh_interval</c>: an interval that no timer takes is a mistake of the file.</summary>
    public static void CheckInterval(TimeSpan interval, ValidationContext context, string name = "refresh_interval")
    {
        if (interval < MinInterval || interval > MaxInterval)
        {
            context.Error(name, $"{name} must be over 0 and at most {MaxInterval.TotalHours:0}h, got {GoDuration.Format(interval)}");
        }
    }

    /// <summary>
    /// Refreshes at once and then at every tick of the interval until cancelled; after each refresh the round is complete. A refresh that takes longer than
    /// the interval is followed by the next at once, never by two.
    /// </summary>
    /// <param name="mechanism">The short name of the discovery, such as <c>http</c>, for the metrics that Prometheus has of it.</param>
    /// <param name="refresh">One refresh; false where anything of it failed.</param>
    public static async Task RunAsync(
        string mechanism, TimeSpan interval, TimeProvider time, Findings findings, Func<CancellationToken, Task<bool>> refresh, CancellationToken cancellationToken)
    {
        (string, string)[] labels = [("mechanism", mechanism)];
        Counter.Child failures = findings.Metrics.Counter("prometheus_sd_refresh_failures_total", "Number of refresh failures for the given SD mechanism.", labels);
        Histogram.Child duration = findings.Metrics.Histogram(
            "prometheus_sd_refresh_duration_histogram_seconds", "The duration of a refresh for the given SD mechanism.", Buckets, labels);
        using var ticks = new PeriodicTimer(interval, time);
        do
        {
            long start = time.GetTimestamp();
            if (!await refresh(cancellationToken))
            {
                failures.Inc();
            }

            duration.Observe(time.GetElapsedTime(start).TotalSeconds);
            findings.CompleteRound();
        }
        while (await ticks.WaitForNextTickAsync(cancellationToken));
    }
}
