using System.Net;
using System.Text.Json.Nodes;
using Stoker.Components;
using Stoker.Syntax.Values;

namespace Stoker.Web.Tests;

public sealed class DebugQueryTests
{
    private const string Id = "pyroscope.scrape.a";

    private readonly FakeGraph _graph = new();

    public DebugQueryTests() => Show(
        Target("a", "up", "1.5s", 900, "2026-07-20T08:00:30Z", "shop"),
        Target("b", "down", "12ms", 10_000, "2026-07-20T08:00:30.5Z", "bank"),
        Target("c", "unknown", null, null, null, "Shop"),
        Target("d", "down", "1m2s", 10_000, "2026-07-19T23:00:00Z", "shop"),
        new BodyBlock("dropped_target", null, [Text("reason", "no __address__")]));

    [Theory]
    [InlineData("limit=2", "a b", 5)]
    [InlineData("offset=3", "d -", 5)]
    [InlineData("offset=1&limit=2", "b c", 5)]
    [InlineData("offset=9", "", 5)]
    [InlineData("limit=0", "", 5)]
    [InlineData("filter=health:down", "b d", 2)]
    [InlineData("filter=health:down&filter=health:unknown", "b c d", 3)]
    [InlineData("filter=health:down&filter=labels.service_name:shop", "d", 1)]
    [InlineData("filter=health:dow", "", 0)]
    [InlineData("filter=labels.a.b:with%20dots", "a b c d", 4)]
    [InlineData("filter=last_size_bytes:10000", "b d", 2)]
    [InlineData("filter=last_scrape:", "c -", 2)]
    [InlineData("filter=url:http://b:1/p", "b", 1)]
    [InlineData("filter=block:target", "a b c d", 4)]
    [InlineData("filter=inner.depth:2", "a b c d", 4)]
    [InlineData("filter=labels:x", "", 0)]
    [InlineData("search=SHOP", "a c d", 3)]
    [InlineData("search=no%20__addr", "-", 1)]
    [InlineData("search=10000", "b d", 2)]
    [InlineData("search=hunter2", "", 0)]
    [InlineData("search=secret&filter=health:up", "a", 1)]
    [InlineData("filter=secret:hunter2", "", 0)]
    [InlineData("sort=last_scrape_duration", "b a d c -", 5)]
    [InlineData("sort=-last_scrape_duration", "d a b c -", 5)]
    [InlineData("sort=-last_scrape_duration&limit=1", "d", 5)]
    [InlineData("sort=-last_scrape_duration&offset=1&limit=2", "a b", 5)]
    [InlineData("sort=-last_scrape_duration&offset=4&limit=3", "-", 5)]
    [InlineData("sort=last_scrape_duration&offset=7", "", 5)]
    [InlineData("sort=last_scrape_duration&limit=0", "", 5)]
    [InlineData("sort=last_size_bytes", "a b d c -", 5)]
    [InlineData("sort=-last_size_bytes", "b d a c -", 5)]
    [InlineData("sort=last_scrape", "d a b c -", 5)]
    [InlineData("sort=labels.service_name", "c b a d -", 5)]
    [InlineData("sort=health&filter=block:target", "b d c a", 4)]
    [InlineData("sort=nothing", "a b c d -", 5)]
    public async Task Detail_Query_GivesThePageAndItsCounts(string query, string expected, long matched)
    {
        JsonObject component = await GetAsync(query);
        JsonNode page = component["debugInfoPage"]!;
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), Names(component));
        Assert.Equal((matched, 5), ((long)page["matched"]!, (long)page["total"]!));
    }

    [Fact]
    public async Task Detail_Query_AddsOneFieldAndLeavesOutArgumentsUnlessTheyAreAskedFor()
    {
        _graph.Components = [_graph.Components[0] with { Arguments = [Text("scheme", "https")], Exports = new ObjectValue([new("x", BoolValue.True)]) }];
        JsonObject whole = await GetAsync("");
        JsonObject page = await GetAsync("offset=1&limit=7");
        JsonObject full = await GetAsync("arguments=true");

        Assert.False(whole.ContainsKey("debugInfoPage"));
        Assert.Equal(5, whole["debugInfo"]!.AsArray().Count);
        string[] keys = [.. whole.Select(entry => entry.Key)];
        Assert.Equal(keys, page.Select(entry => entry.Key).Where(key => key != "debugInfoPage"));
        Assert.Equal("""{"offset":1,"limit":7,"matched":5,"total":5}""", page["debugInfoPage"]!.ToJsonString());
        Assert.Equal("[]", page["arguments"]!.ToJsonString());
        Assert.Equal("[]", page["exports"]!.ToJsonString());
        Assert.Equal(whole["arguments"]!.ToJsonString(), full["arguments"]!.ToJsonString());
        Assert.Equal(whole["exports"]!.ToJsonString(), full["exports"]!.ToJsonString());
        Assert.Equal("""{"offset":0,"limit":100,"matched":5,"total":5}""", full["debugInfoPage"]!.ToJsonString());
        Assert.Equal(whole["debugInfo"]![1]!.ToJsonString(), page["debugInfo"]![0]!.ToJsonString());
    }

    [Theory]
    [InlineData("limit=x", "limit should be a whole number from 0 to 10000, got \"x\"")]
    [InlineData("limit=-1", "limit should be a whole number from 0 to 10000, got \"-1\"")]
    [InlineData("limit=10001", "limit should be a whole number from 0 to 10000, got \"10001\"")]
    [InlineData("limit", "limit should be a whole number from 0 to 10000, got \"\"")]
    [InlineData("limit=1&limit=2", "limit stands there 2 times; only filter may be repeated")]
    [InlineData("offset=1.5", "offset should be a whole number of at least 0, got \"1.5\"")]
    [InlineData("offset=99999999999999999999", "offset should be a whole number of at least 0, got \"99999999999999999999\"")]
    [InlineData("offset=100001&sort=url", "offset should be a whole number from 0 to 100000 where there is a sort, got \"100001\"")]
    [InlineData("sort=-", "sort should be the name of a field, such as sort=last_scrape_duration, or with a minus for the largest first")]
    [InlineData("filter=health", "filter should be field:value, such as filter=health:down or filter=delivered_labels.service_name:shop, got \"health\"")]
    [InlineData("filter=:down", "filter should be field:value, such as filter=health:down or filter=delivered_labels.service_name:shop, got \":down\"")]
    [InlineData("arguments=yes", "arguments should be true or false, got \"yes\"")]
    [InlineData("filer=health:down", "there is no parameter \"filer\"; there are arguments, filter, limit, offset, search, sort")]
    public async Task Detail_InvalidParameter_Is400AndSaysWhatIsAllowed(string query, string expected)
    {
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        (HttpStatusCode status, string body) = await server.GetAsync($"/api/v0/web/components/{Id}?{query}");
        Assert.Equal((HttpStatusCode.BadRequest, expected + "\n"), (status, body));
    }

    [Fact]
    public async Task Detail_TooMuchInTheQuery_Is400()
    {
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        string filters = string.Join('&', Enumerable.Range(0, 33).Select(i => $"filter=a:{i}"));
        Assert.Equal(
            (HttpStatusCode.BadRequest, "there should be at most 32 filters, got 33\n"), await server.GetAsync($"/api/v0/web/components/{Id}?{filters}"));
        Assert.Equal(
            (HttpStatusCode.BadRequest, "search should have at most 1000 characters\n"),
            await server.GetAsync($"/api/v0/web/components/{Id}?search={new string('x', 1001)}"));
    }

    [Fact]
    public async Task Detail_PageOfManyTargets_BuildsNoBodyButThePages()
    {
        int built = 0;
        Show(Enumerable.Range(0, 50_000).Select(BodyItem (i) => new BodyBlock("target", null, () =>
        {
            built++;
            return [Text("url", $"http://{i}:1/p")];
        })));
        JsonObject component = await GetAsync("offset=40000&limit=50");
        Assert.Equal(50, built);
        Assert.Equal("40000", Names(component)[0]);
        Assert.Equal(50_000, (long)component["debugInfoPage"]!["total"]!);
    }

    [Fact]
    public async Task Detail_SortOfManyTargets_HoldsNoMoreThanThePage()
    {
        var alive = new List<WeakReference>();
        int mostAlive = 0;
        Show(Enumerate());
        JsonObject component = await GetAsync("sort=-n&limit=10");
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{19_999 - i}"), Names(component));
        Assert.InRange(mostAlive, 1, 100);

        IEnumerable<BodyItem> Enumerate()
        {
            for (int i = 0; i < 20_000; i++)
            {
                var item = new BodyBlock("target", null, [new BodyAttribute("n", new NumberValue(i)), Text("url", $"http://{i}:1/p")]);
                alive.Add(new WeakReference(item));
                yield return item;
                if (i % 5000 == 4999)
                {
                    GC.Collect();
                    mostAlive = Math.Max(mostAlive, alive.Count(reference => reference.IsAlive));
                }
            }
        }
    }

    private static BodyBlock Target(string host, string health, string? duration, int? size, string? lastScrape, string service) => new(
        "target",
        null,
        [
            Text("url", $"http://{host}:1/p"),
            Text("health", health),
            new BodyAttribute("labels", new ObjectValue([new("service_name", new StringValue(service)), new("a.b", new StringValue("with dots"))])),
            .. lastScrape is null ? (BodyItem[])[] : [Text("last_scrape", lastScrape), Text("last_scrape_duration", duration!)],
            .. size is null ? (BodyItem[])[] : [new BodyAttribute("last_size_bytes", new NumberValue(size.Value))],
            new BodyAttribute("secret", new SecretValue("hunter2")),
            new BodyBlock("inner", null, [new BodyAttribute("depth", new NumberValue(2))]),
        ]);

    private static BodyAttribute Text(string name, string content) => new(name, new StringValue(content));

    /// <summary>The hosts of the targets, and a dash for what is none.</summary>
    private static string[] Names(JsonObject component) =>
        [.. component["debugInfo"]!.AsArray().Select(item => item!["body"]!.AsArray()
            .Where(attribute => (string?)attribute!["name"] == "url")
            .Select(attribute => new Uri((string)attribute!["value"]!["value"]!).OriginalString[7..^4])
            .FirstOrDefault("-"))];

    private void Show(params IEnumerable<BodyItem> items) => _graph.Components = [FakeGraph.Component(Id, debugInformation: items)];

    private async Task<JsonObject> GetAsync(string query)
    {
        await using RunningServer server = await RunningServer.StartAsync(_graph);
        (HttpStatusCode status, string body) = await server.GetAsync($"/api/v0/web/components/{Id}{(query.Length > 0 ? "?" : "")}{query}");
        Assert.Equal((HttpStatusCode.OK, query), (status, query));
        return JsonNode.Parse(body)!.AsObject();
    }
}
