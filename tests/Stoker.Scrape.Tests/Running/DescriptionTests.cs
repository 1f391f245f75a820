using System.Net;
using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Running;

public sealed class DescriptionTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedHttpHandler _handler;
    private Func<HttpResponseMessage> _answer;

    public DescriptionTests()
    {
        _answer = () => ScriptedHttpHandler.Ok(TestProfiles.Cpu(_time.GetUtcNow(), ("f", 1)));
        _handler = new ScriptedHttpHandler(_ => _answer());
    }

    [Fact]
    public async Task Describe_Target_HasAlloysFieldsFirstAndInItsOrder()
    {
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), _handler, _time);
        Assert.Equal(["job", "url", "health", "labels", "profile_type"], Names(scrape)[..5]);

        await scrape.FirstTickAsync();
        Assert.Equal(["job", "url", "health", "labels", "last_scrape", "last_scrape_duration"], Names(scrape)[..6]);

        _answer = () => ScriptedHttpHandler.Answer(HttpStatusCode.Forbidden, []);
        await scrape.TickAsync();
        Assert.Equal(["job", "url", "health", "labels", "last_error", "last_scrape", "last_scrape_duration"], Names(scrape)[..7]);
    }

    [Fact]
    public async Task Describe_Health_SaysSinceWhenAndHowOften()
    {
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), _handler, _time);
        Assert.DoesNotContain("health_since", Names(scrape));

        await scrape.FirstTickAsync();
        string up = scrape.Shown()["last_scrape"];
        await scrape.TickAsync();
        Assert.Equal(up, scrape.Shown()["health_since"]);
        Assert.Equal("200", scrape.Shown()["last_http_status"]);
        Assert.DoesNotContain("failures_in_a_row", Names(scrape));

        _answer = () => ScriptedHttpHandler.Answer(HttpStatusCode.Forbidden, []);
        await scrape.TickAsync();
        string down = scrape.Shown()["last_scrape"];
        Assert.NotEqual(up, down);
        await scrape.TickAsync();
        Assert.Equal((down, "2", "403"), (scrape.Shown()["health_since"], scrape.Shown()["failures_in_a_row"], scrape.Shown()["last_http_status"]));

        _answer = () => throw new HttpRequestException("gone");
        await scrape.TickAsync();
        Assert.Equal((down, "3"), (scrape.Shown()["health_since"], scrape.Shown()["failures_in_a_row"]));
        Assert.DoesNotContain("last_http_status", Names(scrape));
    }

    [Fact]
    public async Task Describe_CumulativeType_HasTheStateAndTheRestarts()
    {
        long allocated = 1000;
        _answer = () => ScriptedHttpHandler.Ok(TestProfiles.Memory(_time.GetUtcNow(), ("f", allocated)));
        await using var scrape = new RunningScrape(RunningScrape.One("memory"), _handler, _time);
        Assert.Equal(("0", "0"), (scrape.Shown()["delta_state_bytes"], scrape.Shown()["process_restarts"]));

        await scrape.FirstTickAsync();
        Assert.Equal(await scrape.MetricAsync("stoker_delta_state_bytes"), double.Parse(scrape.Shown()["delta_state_bytes"]));
        Assert.NotEqual("0", scrape.Shown()["delta_state_bytes"]);
        foreach (long total in (long[])[10, 20, 5])
        {
            allocated = total;
            await scrape.TickAsync();
        }

        Assert.Equal("2", scrape.Shown()["process_restarts"]);
        Assert.Equal(2, await scrape.MetricAsync("stoker_delta_resets_total"));
    }

    [Fact]
    public async Task Describe_ManyLabels_AreNoted()
    {
        (string, string)[] labels = [.. Enumerable.Range(0, 27).Select(i => ($"l{i}", "v"))];
        await using var scrape = new RunningScrape(RunningScrape.One("custom", labels: labels), _handler, _time);
        Assert.Contains("31 labels would be delivered", scrape.Shown()["labels_note"], StringComparison.Ordinal);

        scrape.Apply(RunningScrape.One("custom", labels: labels[1..]));
        Assert.DoesNotContain("labels_note", Names(scrape));
    }

    [Fact]
    public async Task Describe_TargetsGoWhileItIsRead_GoesOnWithThoseThatAreLeft()
    {
        ScrapeArguments many = RunningScrape.One("custom") with
        {
            Targets = [.. Enumerable.Range(0, 2000).Select(i => RunningScrape.TargetOf(("__address__", $"h{i}:1")))],
        };
        await using var scrape = new RunningScrape(many, _handler, _time);
        using IEnumerator<BodyItem> items = scrape.Component.DescribeState().GetEnumerator();
        Assert.True(items.MoveNext());
        var first = (BodyBlock)items.Current;

        scrape.Apply(many with { Targets = [many.Targets[1999]] });
        var rest = new List<BodyBlock>();
        while (items.MoveNext())
        {
            rest.Add((BodyBlock)items.Current);
        }

        Assert.InRange(rest.Count, 1, 1000);
        Assert.Equal("\"http://h1999:1/p\"", Url(rest[^1]));
        Assert.Equal("\"http://h0:1/p\"", Url(first));
        Assert.Single(scrape.Component.DescribeState());
    }

    [Fact]
    public async Task Describe_OneItem_StaysAsItWasWhenItWasRead()
    {
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), _handler, _time);
        var before = (BodyBlock)scrape.Component.DescribeState().Single();
        await scrape.FirstTickAsync();

        Assert.DoesNotContain("last_scrape", before.Body.Select(item => item.Name));
        Assert.Contains("last_scrape", Names(scrape));
    }

    private static List<string> Names(RunningScrape scrape) =>
        [.. ((BodyBlock)scrape.Component.DescribeState().Single()).Body.Select(item => item.Name)];

    private static string Url(BodyBlock target) =>
        ValueText.Format(target.Body.OfType<BodyAttribute>().Single(attribute => attribute.Name == "url").Value);
}
