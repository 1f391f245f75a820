using System.Net;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Running;

public sealed class HealthGaugeTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedHttpHandler _handler;
    private Func<SeenRequest, HttpResponseMessage> _answer;

    public HealthGaugeTests()
    {
        _answer = _ => Good();
        _handler = new ScriptedHttpHandler(request => _answer(request));
    }

    [Fact]
    public async Task UpAndDown_FollowTheLastScrape()
    {
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), _handler, _time);
        await AssertAsync(scrape, up: 0, down: 0);
        Assert.Equal(1, await scrape.LinesAsync("stoker_scrape_up", "profile_type=\"custom\""));

        await scrape.FirstTickAsync();
        await AssertAsync(scrape, up: 1, down: 0);

        _answer = _ => ScriptedHttpHandler.Answer(HttpStatusCode.Forbidden, []);
        await scrape.TickAsync();
        await AssertAsync(scrape, up: 0, down: 1);
        Assert.Equal(1, await scrape.MetricAsync("stoker_scrape_down", "reason=\"denied\""));

        _answer = _ => ScriptedHttpHandler.Answer(HttpStatusCode.NotFound, []);
        await scrape.TickAsync();
        await AssertAsync(scrape, up: 0, down: 1);
        Assert.Equal(0, await scrape.MetricAsync("stoker_scrape_down", "reason=\"denied\""));
        Assert.Equal(1, await scrape.MetricAsync("stoker_scrape_down", "reason=\"not_found\""));

        _answer = _ => Good();
        await scrape.TickAsync();
        await AssertAsync(scrape, up: 1, down: 0);

        await scrape.StopAsync();
        foreach (string name in (string[])["stoker_scrape_up", "stoker_scrape_down", "stoker_scrape_targets", "stoker_scrapes_total"])
        {
            Assert.Equal((name, 0), (name, await scrape.LinesAsync(name)));
        }
    }

    [Fact]
    public async Task Reload_StopsALoop_NoLongerCountsIt()
    {
        _answer = _ => ScriptedHttpHandler.Answer(HttpStatusCode.Forbidden, []);
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), _handler, _time);
        await scrape.FirstTickAsync();
        await AssertAsync(scrape, up: 0, down: 1);

        scrape.Apply(RunningScrape.One("custom") with { Targets = [] });
        await AssertAsync(scrape, up: 0, down: 0);
        Assert.Equal(0, await scrape.LinesAsync("stoker_scrape_up"));
        Assert.Equal(1, await scrape.LinesAsync("stoker_scrape_down", "reason=\"denied\""));
    }

    [Fact]
    public async Task Reload_ScrapeOfAStoppedLoopEndsLater_CountsNothing()
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), new ScriptedHttpHandler((_, _) => answer.Task), _time);
        await scrape.ReachFirstSlotAsync();
        await RunningScrape.WithinBound(scrape.Handler.WaitForRequestsAsync(1));

        scrape.Apply(RunningScrape.One("custom") with { Targets = [] });
        answer.SetResult(Good());
        await RunningScrape.WithinBound(scrape.Receiver.WaitForAsync(1));

        await AssertAsync(scrape, up: 0, down: 0);
        Assert.Equal(0, await scrape.MetricAsync("stoker_scrape_targets"));
    }

    [Fact]
    public async Task Reload_ChangesTheTypeAndTheTarget_MovesTheLoopsCount()
    {
        await using var scrape = new RunningScrape(RunningScrape.One("one", labels: ("__name__", "same")), _handler, _time);
        await scrape.FirstTickAsync();
        Assert.Equal(1, await scrape.MetricAsync("stoker_scrape_up", "profile_type=\"one\""));

        scrape.Apply(RunningScrape.One("two", labels: [("__name__", "same"), ("__meta_new", "1")]));
        Assert.Equal(0, await scrape.LinesAsync("stoker_scrape_up", "profile_type=\"one\""));
        Assert.Equal(1, await scrape.MetricAsync("stoker_scrape_up", "profile_type=\"two\""));
        await AssertAsync(scrape, up: 1, down: 0);

        _answer = _ => ScriptedHttpHandler.Answer(HttpStatusCode.Forbidden, []);
        await scrape.TickAsync();
        await AssertAsync(scrape, up: 0, down: 1);
        Assert.Equal(1, await scrape.LinesAsync("stoker_scrape_up"));
    }

    [Fact]
    public async Task TargetLimit_IsAStateOfItsOwn()
    {
        ScrapeArguments arguments = RunningScrape.One("custom") with
        {
            TargetLimit = 2,
            Targets =
            [
                RunningScrape.TargetOf(("__address__", "http://x")),
                .. Enumerable.Range(0, 5).Select(i => RunningScrape.TargetOf(("__address__", $"h{i}:1"))),
            ],
        };
        await using var scrape = new RunningScrape(arguments, _handler, _time);
        Assert.Equal("0 targets up, 0 down, 2 not scraped yet, 1 dropped, 3 over target_limit", scrape.Component.HealthMessage);
        await AssertStatesAsync(unknown: 2, dropped: 1, limited: 3);
        Assert.Equal(["invalid", "target_limit", "target_limit", "target_limit"], Enumerable.Range(0, 4).Select(i => scrape.Shown(i, "dropped_target")["cause"]));

        scrape.Apply(arguments with { TargetLimit = 4 });
        await AssertStatesAsync(unknown: 4, dropped: 1, limited: 1);
        scrape.Apply(arguments with { TargetLimit = 0 });
        await AssertStatesAsync(unknown: 5, dropped: 1, limited: 0);

        async Task AssertStatesAsync(int unknown, int dropped, int limited) => Assert.Equal(
            (unknown, dropped, limited),
            (await scrape.MetricAsync("stoker_scrape_targets", "\"unknown\""), await scrape.MetricAsync("stoker_scrape_targets", "\"dropped\""),
                await scrape.MetricAsync("stoker_scrape_targets", "\"limited\"")));
    }

    private static async Task AssertAsync(RunningScrape scrape, int up, int down) =>
        Assert.Equal((up, down), (await scrape.MetricAsync("stoker_scrape_up"), await scrape.MetricAsync("stoker_scrape_down")));

    private HttpResponseMessage Good() => ScriptedHttpHandler.Ok(TestProfiles.Cpu(_time.GetUtcNow(), ("f", 1)));
}
