using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Stoker.Components;
using Stoker.Graph;
using Stoker.Syntax.Values;

namespace Stoker.Web.Tests;

public sealed class StartPageTests
{
    private readonly FakeGraph _graph = new();

    [Fact]
    public async Task Page_ListsComponentsAndLinks()
    {
        _graph.Components =
        [
            FakeGraph.Component("pyroscope.scrape.a", message: "10 targets up, 1 down"),
            FakeGraph.Component("pyroscope.write.b", HealthState.Unhealthy, "no endpoint"),
        ];
        await using RunningServer server = await RunningServer.StartAsync(_graph, more: endpoints => endpoints.MapGet("/debug/pprof/", () => ""));
        (HttpStatusCode status, string html) = await server.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Components: 2, of which 1 have failed", html, StringComparison.Ordinal);
        Assert.Contains("<td>10 targets up, 1 down</td>", html, StringComparison.Ordinal);
        foreach (string link in Links(html))
        {
            Assert.Equal((link, true), (link, (await server.GetAsync(link)).Status is HttpStatusCode.OK or HttpStatusCode.InternalServerError));
        }

        Assert.Contains("/api/v0/web/components/pyroscope.scrape.a", Links(html));
        Assert.Contains("/metrics", Links(html));
        Assert.Contains("/debug/pprof/", Links(html));
    }

    [Fact]
    public async Task Page_ScrapeComponent_LinksItsTargetsDownFirst()
    {
        _graph.Components =
        [
            FakeGraph.Component("pyroscope.scrape.a b", debugInformation: [Item("target", "up"), Item("target", "down"), Item("dropped_target", "")])
                with { Name = "pyroscope.scrape" },
            FakeGraph.Component("pyroscope.write.b"),
        ];
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        (_, string html) = await server.GetAsync("/");
        string[] views = [.. Links(html).Where(link => link.Contains('?', StringComparison.Ordinal))];
        Assert.Equal(3, views.Length);
        Assert.All(views, view => Assert.StartsWith("/api/v0/web/components/pyroscope.scrape.a%20b?", view, StringComparison.Ordinal));
        Assert.Equal(["down", "up"], await ShownAsync(views[0]));
        Assert.Equal(["up", "down"], await ShownAsync(views[1]));
        Assert.Equal([""], await ShownAsync(views[2]));

        static BodyBlock Item(string block, string health) => new(block, null, [new BodyAttribute("health", new StringValue(health))]);

        async Task<IEnumerable<string>> ShownAsync(string view) =>
            JsonNode.Parse((await server.GetAsync(view)).Body)!["debugInfo"]!.AsArray().Select(item => (string)item!["body"]![0]!["value"]!["value"]!);
    }

    [Theory]
    [InlineData("discovery.http", "source", "health", "ok", "failing")]
    [InlineData("discovery.relabel", "target", "verdict", "kept", "dropped by rule 2: the regular expression does not match")]
    public async Task Page_Discovery_LinksWhatIsWrongFirst(string name, string block, string field, string fine, string wrong)
    {
        _graph.Components = [FakeGraph.Component($"{name}.a", debugInformation: [Item(fine), Item(wrong)]) with { Name = name }];
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        (_, string html) = await server.GetAsync("/");
        string[] views = [.. Links(html).Where(link => link.Contains('?', StringComparison.Ordinal))];
        Assert.Equal(2, views.Length);
        JsonArray shown = JsonNode.Parse((await server.GetAsync(views[0])).Body)!["debugInfo"]!.AsArray();
        Assert.Equal([wrong, fine], shown.Select(item => (string)item!["body"]![0]!["value"]!["value"]!));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(views[1])).Status);

        BodyBlock Item(string value) => new(block, null, [new BodyAttribute(field, new StringValue(value))]);
    }

    [Fact]
    public async Task Page_NothingServesProfiles_DoesNotLinkThem()
    {
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        (_, string html) = await server.GetAsync("/");
        Assert.DoesNotContain("/debug/pprof", html, StringComparison.Ordinal);
        Assert.Contains("No components are loaded.", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_NotReady_SaysSo()
    {
        _graph.IsReady = false;
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        (_, string html) = await server.GetAsync("/");
        Assert.Contains("Not ready", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_HostileTexts_StayTexts()
    {
        const string hostile = "\"><script>alert(1)</script>'&";
        _graph.Components = [FakeGraph.Component($"pyroscope.scrape.{hostile}", message: hostile)];
        await using RunningServer server = await RunningServer.StartAsync(_graph, new WebSettings { NodeName = hostile, Version = hostile });
        using HttpResponseMessage response = await server.SendAsync(HttpMethod.Get, "/");
        string html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\">'", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)", html, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        string link = Assert.Single(Links(html), link => link.Contains("components/", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(link)).Status);
    }

    [Theory]
    [InlineData("/ui/")]
    [InlineData("ui")]
    public async Task Prefix_StandsBeforeThePageAndTheApiOnly(string prefix)
    {
        _graph.Components = [FakeGraph.Component("a")];
        await using RunningServer server = await RunningServer.StartAsync(_graph, new WebSettings { UiPathPrefix = prefix });
        (_, string html) = await server.GetAsync("/ui/");
        Assert.Contains("/ui/api/v0/web/components/a", Links(html));
        using HttpResponseMessage redirect = await server.SendAsync(HttpMethod.Get, "/ui");
        Assert.Equal(HttpStatusCode.Redirect, redirect.StatusCode);
        Assert.Equal("/ui/", redirect.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/ui/api/v0/web/components")).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/ui/api/v0/web/peers")).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/-/ready")).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/metrics")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/api/v0/web/components")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/")).Status);
    }

    private static string[] Links(string html) =>
        [.. html.Split("href=\"").Skip(1).Select(part => WebUtility.HtmlDecode(part[..part.IndexOf('"', StringComparison.Ordinal)]))];
}
