using Prometheus;

namespace Stoker.Discovery;

/// <summary>Asks again and again at a fixed interval, as http, dns, docker and process discovery do.</summary>
internal static class Polling
{
    private static readonly double[] Buckets = [.01, .1, 1, 10, 60];

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
