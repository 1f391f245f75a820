using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stoker.Components;
using Stoker.Graph;
using Stoker.Labels;
using Stoker.Syntax.Values;
using Stoker.TestKit;

namespace Stoker.Web.Tests;

public sealed class ComponentApiTests
{
    private readonly FakeGraph _graph = new();

    [Fact]
    public async Task Detail_OfAScraper_HasTheShapeOfTheReference()
    {
        _graph.Components = [Scraper(), Writer()];
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        (HttpStatusCode status, string body) = await server.GetAsync("/api/v0/web/components/pyroscope.scrape.web");
        Assert.Equal(HttpStatusCode.OK, status);
        AssertJson(
            """
            {"name":"pyroscope.scrape","type":"block","localID":"pyroscope.scrape.web","moduleID":"","label":"web",
             "referencesTo":["pyroscope.write.main"],"referencedBy":[],"dataFlowEdgesTo":["pyroscope.write.main"],
             "health":{"state":"healthy","message":"started component","updatedTime":"2026-07-20T08:00:01Z"},"original":"",
             "arguments":[{"name":"scrape_interval","type":"attr","value":{"type":"string","value":"30s"}}],"exports":[],
             "debugInfo":[{"name":"target","type":"block","body":[
               {"name":"job","type":"attr","value":{"type":"string","value":""}},
               {"name":"url","type":"attr","value":{"type":"string","value":"http://10.0.0.7:6060/debug/pprof/allocs"}},
               {"name":"health","type":"attr","value":{"type":"string","value":"up"}},
               {"name":"labels","type":"attr","value":{"type":"object","value":[{"key":"__address__","value":{"type":"string","value":"10.0.0.7:6060"}}]}},
               {"name":"last_scrape","type":"attr","value":{"type":"string","value":"2026-07-20T08:00:30Z"}},
               {"name":"last_scrape_duration","type":"attr","value":{"type":"string","value":"12.1ms"}}]}],
             "liveDebuggingEnabled":false}
            """,
            body);
    }

    [Fact]
    public async Task List_LeavesOutWhatIsLarge()
    {
        _graph.Components = [Scraper(), Writer()];
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        using HttpResponseMessage response = await server.SendAsync(HttpMethod.Get, "/api/v0/web/components");
        Assert.Equal("application/json", response.Content.Headers.ContentType!.ToString());
        AssertJson(
            """
            [{"name":"pyroscope.scrape","type":"block","localID":"pyroscope.scrape.web","moduleID":"","label":"web",
              "referencesTo":["pyroscope.write.main"],"referencedBy":[],"dataFlowEdgesTo":["pyroscope.write.main"],
              "health":{"state":"healthy","message":"started component","updatedTime":"2026-07-20T08:00:01Z"},"original":"",
              "arguments":[],"exports":[],"debugInfo":[],"liveDebuggingEnabled":false},
             {"name":"pyroscope.write","type":"block","localID":"pyroscope.write.main","moduleID":"","label":"main",
              "referencesTo":[],"referencedBy":["pyroscope.scrape.web"],"dataFlowEdgesTo":[],
              "health":{"state":"exited","message":"gone","updatedTime":"2026-07-20T08:00:01.25Z"},"original":"",
              "arguments":[],"exports":[],"debugInfo":[],"liveDebuggingEnabled":false}]
            """,
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Detail_Values_HaveTheirTypesAndSecretsStayHidden()
    {
        _graph.Components = [Writer()];
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        (_, string body) = await server.GetAsync("/api/v0/web/components/pyroscope.write.main");
        JsonNode component = JsonNode.Parse(body)!;
        AssertJson("""[{"name":"receiver","type":"attr","value":{"type":"capsule","value":"capsule(\"ProfilesReceiver\")"}}]""", component["exports"]);
        AssertJson("[]", component["debugInfo"]);
        AssertJson(
            """
            [{"name":"endpoint","type":"block","label":"first","body":[
               {"name":"url","type":"attr","value":{"type":"string","value":"http://a/?x=<&>é"}},
               {"name":"password","type":"attr","value":{"type":"capsule","value":"(secret)"}},
               {"name":"token","type":"attr","value":{"type":"capsule","value":"(secret)"}},
               {"name":"plain","type":"attr","value":{"type":"capsule","value":"shown"}},
               {"name":"flag","type":"attr","value":{"type":"bool","value":true}},
               {"name":"numbers","type":"attr","value":{"type":"array","value":[
                 {"type":"number","value":-3},{"type":"number","value":18446744073709551615},{"type":"number","value":1.5},{"type":"number","value":null}]}},
               {"name":"nothing","type":"attr","value":{"type":"null","value":null}},
               {"name":"target","type":"attr","value":{"type":"object","value":[{"key":"__address__","value":{"type":"string","value":"a:1"}}]}},
               {"name":"function","type":"attr","value":{"type":"function","value":"sys.env"}}]}]
            """,
            component["arguments"]);
        Assert.DoesNotContain("hunter2", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ComponentThatExportsTargets_FlowsToItsReaders()
    {
        _graph.Components =
        [
            FakeGraph.Component("discovery.http.a") with
            {
                ReferencedBy = ["pyroscope.scrape.b"],
                Exports = new ObjectValue([new("targets", new ArrayValue([]))]),
            },
            FakeGraph.Component("pyroscope.scrape.b") with { ReferencesTo = ["discovery.http.a"] },
        ];
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        (_, string body) = await server.GetAsync("/api/v0/web/components");
        JsonArray list = JsonNode.Parse(body)!.AsArray();
        AssertJson("""["pyroscope.scrape.b"]""", list[0]!["dataFlowEdgesTo"]);
        AssertJson("[]", list[1]!["dataFlowEdgesTo"]);
    }

    [Theory]
    [InlineData("/api/v0/web/components/module.a/pyroscope.write.x")]
    [InlineData("/api/v0/web/components/module.a%2Fpyroscope.write.x")]
    public async Task Detail_IdWithASlash_IsFound(string path)
    {
        _graph.Components = [FakeGraph.Component("module.a/pyroscope.write.x")];
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        (HttpStatusCode status, string body) = await server.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("pyroscope.write.x", (string?)JsonNode.Parse(body)!["localID"]);
        Assert.Equal("module.a", (string?)JsonNode.Parse(body)!["moduleID"]);
        Assert.False(JsonNode.Parse(body)!.AsObject().ContainsKey("label"));
    }

    [Fact]
    public async Task List_OfModules_TellsThemApart()
    {
        _graph.Components =
        [
            FakeGraph.Component("shop.a") with { ModuleIds = ["shop.a"] },
            FakeGraph.Component("shop.a/foreach.b") with { ModuleIds = ["shop.a/foreach.b/foreach_x_1"] },
            FakeGraph.Component("shop.a/foreach.b/foreach_x_1/pyroscope.write.x") with { ReferencesTo = ["shop.a/foreach.b/foreach_x_1/pyroscope.write.y"] },
        ];
        await using RunningServer server = await RunningServer.StartAsync(_graph);

        Assert.Equal(["shop.a"], await IdsAsync("components"));
        Assert.Equal(["foreach.b"], await IdsAsync("modules/shop.a/components"));
        Assert.Equal(["pyroscope.write.x"], await IdsAsync("modules/shop.a%2Fforeach.b/foreach_x_1/components"));
        JsonNode list = JsonNode.Parse((await server.GetAsync("/api/v0/web/modules/shop.a/components")).Body)!;
        Assert.Equal("shop.a/foreach.b/foreach_x_1", (string?)list[0]!["createdModuleIDs"]![0]);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/api/v0/web/modules/shop.b/components")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/api/v0/web/modules/shop.a")).Status);

        async Task<IEnumerable<string?>> IdsAsync(string path) =>
            JsonNode.Parse((await server.GetAsync($"/api/v0/web/{path}")).Body)!.AsArray().Select(component => (string?)component!["localID"]);
    }

    [Fact]
    public async Task Detail_UnknownId_IsAPlain404()
    {
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        using HttpResponseMessage response = await server.SendAsync(HttpMethod.Get, "/api/v0/web/components/pyroscope.write.x");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("component pyroscope.write.x does not exist\n", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Detail_FiftyThousandTargets_ComeWhole()
    {
        const int count = 50_000;
        BodyItem[] targets = [.. Enumerable.Range(0, count).Select(BodyItem (i) => new BodyBlock("target", null,
        [
            new BodyAttribute("url", new StringValue($"http://10.0.0.7:6060/debug/pprof/allocs?i={i}")),
            new BodyAttribute("labels", new ObjectValue([new("__address__", new StringValue("10.0.0.7:6060"))])),
        ]))];
        _graph.Components = [FakeGraph.Component("pyroscope.scrape.a", debugInformation: targets)];
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        using HttpResponseMessage response = await server.SendAsync(HttpMethod.Get, "/api/v0/web/components/pyroscope.scrape.a");
        using JsonDocument json = await JsonDocument.ParseAsync(
            await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), default, TestContext.Current.CancellationToken);
        Assert.Equal(count, json.RootElement.GetProperty("debugInfo").GetArrayLength());
        Assert.EndsWith(
            $"?i={count - 1}",
            json.RootElement.GetProperty("debugInfo")[count - 1].GetProperty("body")[0].GetProperty("value").GetProperty("value").GetString(),
            StringComparison.Ordinal);
        Assert.True(response.Headers.TransferEncodingChunked);
    }

    [Fact]
    public async Task Peers_NamesThisNode()
    {
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        (_, string body) = await server.GetAsync("/api/v0/web/peers");
        AssertJson($$"""[{"name":"host-a","addr":"{{server.Address}}","isSelf":true,"state":"participant"}]""", body);
    }

    private static ComponentSnapshot Scraper() =>
        FakeGraph.Component("pyroscope.scrape.web", debugInformation:
        [
            new BodyBlock("target", null,
            [
                Text("job", ""),
                Text("url", "http://10.0.0.7:6060/debug/pprof/allocs"),
                Text("health", "up"),
                new BodyAttribute("labels", new ObjectValue([new("__address__", new StringValue("10.0.0.7:6060"))])),
                Text("last_scrape", "2026-07-20T08:00:30Z"),
                Text("last_scrape_duration", "12.1ms"),
            ]),
        ]) with
        {
            Name = "pyroscope.scrape",
            BlockLabel = "web",
            ReferencesTo = ["pyroscope.write.main"],
            Arguments = [Text("scrape_interval", "30s")],
        };

    private static ComponentSnapshot Writer() => FakeGraph.Component("pyroscope.write.main") with
    {
        Name = "pyroscope.write",
        BlockLabel = "main",
        ReferencedBy = ["pyroscope.scrape.web"],
        Health = new ComponentHealth(HealthState.Exited, "gone", FakeGraph.Started.AddMilliseconds(250).ToOffset(TimeSpan.FromHours(2))),
        Exports = new ObjectValue([new("receiver", new ProfileReceiverValue("pyroscope.write.main", new RecordingReceiver()))]),
        Arguments =
        [
            new BodyBlock("endpoint", "first",
            [
                Text("url", "http://a/?x=<&>é"),
                new BodyAttribute("password", new SecretValue("hunter2")),
                new BodyAttribute("token", new OptionalSecretValue("hunter2", isSecret: true)),
                new BodyAttribute("plain", new OptionalSecretValue("shown", isSecret: false)),
                new BodyAttribute("flag", BoolValue.True),
                new BodyAttribute("numbers", new ArrayValue(
                    [new NumberValue(-3L), new NumberValue(ulong.MaxValue), new NumberValue(1.5), new NumberValue(double.NaN)])),
                new BodyAttribute("nothing", NullValue.Instance),
                new BodyAttribute("target", new Target(LabelSet.Of(("__address__", "a:1")))),
                new BodyAttribute("function", new FunctionValue("sys.env", _ => null)),
            ]),
        ],
    };

    private static BodyAttribute Text(string name, string content) => new(name, new StringValue(content));

    /// <summary>Compares text for text, so that the order of the keys counts too.</summary>
    private static void AssertJson(string expected, string actual) => AssertJson(expected, JsonNode.Parse(actual));

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), actual?.ToJsonString());
}
