using System.Text;
using Prometheus;

namespace Stoker.Components.Tests;

public sealed class ComponentMetricsTests
{
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();

    [Fact]
    public async Task Series_OfTwoComponents_ShareAFamilyAndGoAlone()
    {
        ComponentMetrics one = Create("one");
        ComponentMetrics two = Create("two");
        one.Counter("test_total", "Help.", ("kind", "a")).Inc();
        two.Counter("test_total", "Help.", ("kind", "a")).Inc(2);
        one.Gauge("test_gauge", "Help.").Set(3);
        one.Histogram("test_seconds", "Help.", [1, 2]).Observe(1.5);
        one.Summary("test_summary", "Help.").Observe(4);

        string text = await TextAsync();
        Assert.Contains("test_total{component_path=\"/\",component_id=\"one\",kind=\"a\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("test_gauge{component_path=\"/\",component_id=\"one\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("test_seconds_bucket{component_path=\"/\",component_id=\"one\",le=\"2\"} 1\n", text, StringComparison.Ordinal);

        one.Remove();

        Assert.Equal(
            ["test_total{component_path=\"/\",component_id=\"two\",kind=\"a\"} 2"],
            (await TextAsync()).Split('\n').Where(line => line.StartsWith("test_", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Series_AskedForTwice_AreOneAndCanGoAlone()
    {
        ComponentMetrics metrics = Create("one");
        metrics.Gauge("test_gauge", "Help.", ("file", "a")).Inc();
        metrics.Gauge("test_gauge", "Help.", ("file", "a")).Inc();
        metrics.Gauge("test_gauge", "Help.", ("file", "b")).Inc();
        Assert.Contains("file=\"a\"} 2\n", await TextAsync(), StringComparison.Ordinal);

        metrics.Remove("test_gauge", ("file", "a"));

        string text = await TextAsync();
        Assert.DoesNotContain("file=\"a\"", text, StringComparison.Ordinal);
        Assert.Contains("file=\"b\"} 1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Series_AskedForAfterTheRemoval_AreCountedNowhere()
    {
        ComponentMetrics metrics = Create("one");
        Counter.Child early = metrics.Counter("test_total", "Help.");
        metrics.Remove();

        early.Inc();
        metrics.Counter("test_total", "Help.").Inc();
        metrics.Counter("test_total", "Help.", ("reason", "late")).Inc();

        Assert.DoesNotContain("one", await TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Series_WithCommonLabels_CarryThemAll()
    {
        var metrics = new ComponentMetrics(Metrics.WithCustomRegistry(_registry), "one", ("endpoint", "e"));
        metrics.Counter("test_total", "Help.", ("reason", "r")).Inc();

        Assert.Contains(
            "test_total{component_path=\"/\",component_id=\"one\",endpoint=\"e\",reason=\"r\"} 1\n", await TextAsync(), StringComparison.Ordinal);
    }

    private ComponentMetrics Create(string id) => new(Metrics.WithCustomRegistry(_registry), id);

    private async Task<string> TextAsync()
    {
        using var text = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
