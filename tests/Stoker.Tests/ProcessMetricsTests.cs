using System.Text;
using Prometheus;
using Stoker.Scrape;

namespace Stoker.Tests;

public sealed class ProcessMetricsTests
{
    [Fact]
    public async Task InFlightBytes_AreReadWhenSomebodyAsks()
    {
        CollectorRegistry registry = Metrics.NewCustomRegistry();
        var bodies = new ByteBudget(1 << 20);
        ProcessMetrics.Register(registry, bodies);
        using (ByteLease lease = bodies.Lease())
        {
            await lease.TakeAsync(1234, TestContext.Current.CancellationToken);
            Assert.Contains("\nstoker_scrape_inflight_bytes 1234\n", await ExportAsync(registry), StringComparison.Ordinal);
        }

        Assert.Contains("\nstoker_scrape_inflight_bytes 0\n", await ExportAsync(registry), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllocatedBytes_Grow()
    {
        CollectorRegistry registry = Metrics.NewCustomRegistry();
        ProcessMetrics.Register(registry, new ByteBudget(1));
        long before = Value(await ExportAsync(registry));
        GC.KeepAlive(new byte[1 << 20]);
        Assert.True(Value(await ExportAsync(registry)) >= before + (1 << 20));

        static long Value(string text) =>
            (long)double.Parse(text.Split('\n').Single(line => line.StartsWith("dotnet_allocated_bytes_total ", StringComparison.Ordinal)).Split(' ')[1]);
    }

    private static async Task<string> ExportAsync(CollectorRegistry registry)
    {
        using var text = new MemoryStream();
        await registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
