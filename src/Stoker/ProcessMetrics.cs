using Prometheus;
using Stoker.Scrape;

namespace Stoker;

/// <summary>Metrics of the process as a whole that the library's own <c>process_*</c> and <c>dotnet_*</c> leave out; read when somebody asks.</summary>
internal static class ProcessMetrics
{
    /// <param name="bodies">What all scrape components share.</param>
    public static void Register(CollectorRegistry registry, ByteBudget bodies)
    {
        MetricFactory metrics = Metrics.WithCustomRegistry(registry);
        Counter allocated = metrics.CreateCounter("dotnet_allocated_bytes_total", "Bytes allocated on the managed heap since the start.");
        Counter pauses = metrics.CreateCounter("dotnet_gc_pause_seconds_total", "Time that garbage collections have stopped the process for.");
        Gauge inFlight = metrics.CreateGauge("stoker_scrape_inflight_bytes", "Bodies in memory, of all scrape components together.");
        registry.AddBeforeCollectCallback(() =>
        {
            allocated.IncTo(GC.GetTotalAllocatedBytes());
            pauses.IncTo(GC.GetTotalPauseDuration().TotalSeconds);
            inFlight.Set(bodies.UsedBytes);
        });
    }
}
