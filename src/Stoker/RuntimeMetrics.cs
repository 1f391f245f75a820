using Prometheus;

namespace Stoker;

/// <summary>What the runtime knows of its memory and the library's own <c>dotnet_*</c> metrics leave out; read when somebody asks.</summary>
internal static class RuntimeMetrics
{
    public static void Register(CollectorRegistry registry)
    {
        MetricFactory metrics = Metrics.WithCustomRegistry(registry);
        Counter allocated = metrics.CreateCounter("dotnet_allocated_bytes_total", "Bytes allocated on the managed heap since the start.");
        Counter pauses = metrics.CreateCounter("dotnet_gc_pause_seconds_total", "Time that garbage collections have stopped the process for.");
        registry.AddBeforeCollectCallback(() =>
        {
            allocated.IncTo(GC.GetTotalAllocatedBytes());
            pauses.IncTo(GC.GetTotalPauseDuration().TotalSeconds);
        });
    }
}
