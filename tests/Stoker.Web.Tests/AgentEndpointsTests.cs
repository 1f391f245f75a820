using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Prometheus;
using Stoker.Graph;
using Stoker.Syntax;

namespace Stoker.Web.Tests;

public sealed class AgentEndpointsTests
{
    private readonly FakeGraph _graph = new();

    [Fact]
    public async Task Ready_FollowsTheGraph()
    {
        _graph.IsReady = false;
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Stoker is not ready.\n"), await server.GetAsync("/-/ready"));
        _graph.IsReady = true;
        Assert.Equal((HttpStatusCode.OK, "Stoker is ready.\n"), await server.GetAsync("/-/ready"));
    }

    [Fact]
    public async Task Healthy_AllAreWell_SaysSo()
    {
        _graph.Components = [FakeGraph.Component("a"), FakeGraph.Component("b", HealthState.Unknown)];
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        Assert.Equal((HttpStatusCode.OK, "All Stoker components are healthy.\n"), await server.GetAsync("/-/healthy"));
    }

    [Fact]
    public async Task Healthy_SomeHaveFailed_NamesThem()
    {
        _graph.Components =
        [
            FakeGraph.Component("pyroscope.scrape.a", HealthState.Unhealthy),
            FakeGraph.Component("pyroscope.scrape.b"),
            FakeGraph.Component("pyroscope.write.c", HealthState.Exited),
        ];
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        Assert.Equal(
            (HttpStatusCode.InternalServerError, "unhealthy components: pyroscope.scrape.a, pyroscope.write.c\n"), await server.GetAsync("/-/healthy"));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Reload_Applied_SaysSo(string method)
    {
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        using HttpResponseMessage response = await server.SendAsync(new HttpMethod(method), "/-/reload");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("config reloaded\n", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, _graph.Reloads);
    }

    [Fact]
    public async Task Reload_OtherMethod_DoesNothing()
    {
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        using HttpResponseMessage response = await server.SendAsync(HttpMethod.Delete, "/-/reload");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(0, _graph.Reloads);
    }

    [Fact]
    public async Task Reload_NotApplied_ListsEveryMistakeWithItsPlace()
    {
        var file = SourceFile.FromText("agent.alloy", "a = 1\nb = 2\n");
        _graph.NextReload = new ReloadResult(false,
        [
            new Diagnostic(DiagnosticSeverity.Warning, new SourceSpan(file, 0, 1), "old style"),
            new Diagnostic(DiagnosticSeverity.Error, new SourceSpan(file, 6, 7), "unrecognized attribute \"b\""),
            new Diagnostic(DiagnosticSeverity.Error, null, "no such file"),
        ]);
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        Assert.Equal(
            (HttpStatusCode.BadRequest, "warning: agent.alloy:1:1: old style\nagent.alloy:2:1: unrecognized attribute \"b\"\nno such file\n"),
            await server.GetAsync("/-/reload"));
    }

    [Fact]
    public async Task Metrics_GivesTheRegistryAfterARefresh()
    {
        CollectorRegistry registry = Metrics.NewCustomRegistry();
        Metrics.WithCustomRegistry(registry).CreateCounter("stoker_test_total", "A test.", "name").WithLabels("a\"b").Inc(3);
        await using RunningServer server = await RunningServer.StartAsync(_graph, metrics: registry);
        using HttpResponseMessage response = await server.SendAsync(HttpMethod.Get, "/metrics");
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("stoker_test_total{name=\"a\\\"b\"} 3\n", text, StringComparison.Ordinal);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(1, _graph.Refreshes);
        Assert.False(response.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("/metrics", "stoker_test_total 1")]
    [InlineData("/api/v0/web/components", "\"localID\":\"a\"")]
    public async Task Get_GzipIsAccepted_ComesCompressed(string path, string expected)
    {
        CollectorRegistry registry = Metrics.NewCustomRegistry();
        Metrics.WithCustomRegistry(registry).CreateCounter("stoker_test_total", "A test.").Inc();
        _graph.Components = [FakeGraph.Component("a")];
        await using RunningServer server = await RunningServer.StartAsync(_graph, metrics: registry);
        using HttpResponseMessage response = await server.SendAsync(
            HttpMethod.Get, path, request => request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip"));
        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        await using var gzip = new GZipStream(
            await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip);
        Assert.Contains(expected, await reader.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_AddsEndpoints()
    {
        await using RunningServer server = await RunningServer.StartAsync(_graph, more: endpoints => endpoints.MapGet("/debug/pprof/", () => "index"));
        Assert.Equal((HttpStatusCode.OK, "index"), await server.GetAsync("/debug/pprof/"));
    }
}
