using Stoker.Components;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Running;

public sealed class ReloadTests
{
    [Fact]
    public async Task Apply_SameTarget_KeepsTheDifferenceAndTheSchedule()
    {
        var time = new ManualTimeProvider();
        await using var scrape = new RunningScrape(RunningScrape.One("memory"), Growing(time), time);
        await scrape.FirstTickAsync();

        scrape.Apply(RunningScrape.One("memory", labels: ("__meta_new", "1")) with { ResponseSizeLimit = 1 << 20 });
        await scrape.TickAsync();

        Assert.Single(scrape.Receiver.Profiles);
        Assert.Equal(1, await scrape.MetricAsync("stoker_delta_baselines_total"));
        Assert.Equal("1 target up, 0 down", scrape.Component.HealthMessage);
    }

    [Fact]
    public async Task Apply_OtherInterval_ReschedulesAndKeepsTheDifference()
    {
        var time = new ManualTimeProvider();
        await using var scrape = new RunningScrape(RunningScrape.One("memory"), Growing(time), time);
        await scrape.FirstTickAsync();

        scrape.Apply(RunningScrape.One("memory") with { ScrapeInterval = TimeSpan.FromSeconds(37) });
        TimeSpan wait = scrape.UntilSlot(scrape.Component.Plan.Scrapes[0]);
        await scrape.AsleepForAsync(wait);
        time.Advance(wait);
        await scrape.AsleepForAsync(TimeSpan.FromSeconds(37));

        Assert.Single(scrape.Receiver.Profiles);
        Assert.Equal(2, scrape.Handler.Requests.Count);
    }

    [Fact]
    public async Task Apply_OtherReceiver_GetsTheScrapeInFlight()
    {
        var time = new ManualTimeProvider();
        var answer = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), new ScriptedHttpHandler((_, _) => answer.Task), time);
        await scrape.ReachFirstSlotAsync();
        await RunningScrape.WithinBound(scrape.Handler.WaitForRequestsAsync(1));

        var other = new RecordingReceiver();
        scrape.Apply(RunningScrape.One("custom") with { ForwardTo = [new ProfileReceiverValue("other", other)] });
        answer.SetResult(ScriptedHttpHandler.Ok(TestProfiles.Cpu(time.GetUtcNow(), ("f", 1))));
        await RunningScrape.WithinBound(other.WaitForAsync(1));

        Assert.Empty(scrape.Receiver.Profiles);
    }

    [Fact]
    public async Task Apply_TargetVanished_LetsItsScrapeEndAndDeliver()
    {
        var time = new ManualTimeProvider();
        var answer = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), new ScriptedHttpHandler((_, _) => answer.Task), time);
        await scrape.ReachFirstSlotAsync();
        await RunningScrape.WithinBound(scrape.Handler.WaitForRequestsAsync(1));

        scrape.Apply(RunningScrape.One("custom") with { Targets = [] });
        Assert.Empty(scrape.Component.DescribeState());
        answer.SetResult(ScriptedHttpHandler.Ok(TestProfiles.Cpu(time.GetUtcNow(), ("f", 1))));
        await RunningScrape.WithinBound(scrape.Receiver.WaitForAsync(1));

        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Single(scrape.Handler.Requests);
        Assert.Equal("0 targets up, 0 down", scrape.Component.HealthMessage);
    }

    [Fact]
    public async Task Apply_SameEndpointUnderOtherLabels_WaitsForTheScrapeInFlight()
    {
        var time = new ManualTimeProvider();
        var answer = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        int requests = 0;
        var handler = new ScriptedHttpHandler((_, _) => Interlocked.Increment(ref requests) == 1
            ? answer.Task
            : Task.FromResult(ScriptedHttpHandler.Ok(TestProfiles.Cpu(time.GetUtcNow(), ("f", 1)))));
        await using var scrape = new RunningScrape(RunningScrape.One("process_cpu", delta: true), handler, time);
        await scrape.ReachFirstSlotAsync();
        await RunningScrape.WithinBound(handler.WaitForRequestsAsync(1));

        scrape.Apply(RunningScrape.One("process_cpu", delta: true, labels: ("zone", "a")) with { ScrapeInterval = TimeSpan.FromSeconds(10) });
        time.Advance(TimeSpan.FromSeconds(12));
        Assert.Single(handler.Requests);

        answer.SetResult(ScriptedHttpHandler.Ok(TestProfiles.Cpu(time.GetUtcNow(), ("f", 1))));
        await RunningScrape.WithinBound(scrape.Receiver.WaitForAsync(1));
        TimeSpan wait = scrape.UntilSlot(scrape.Component.Plan.Scrapes[0]);
        await scrape.AsleepForAsync(wait);
        time.Advance(wait);
        await RunningScrape.WithinBound(scrape.Receiver.WaitForAsync(2));

        Assert.Equal(["", "a"], scrape.Receiver.Profiles.Select(profile => profile.Labels["zone"]));
    }

    [Fact]
    public async Task Apply_OtherHttpSettings_AreUsedFromTheNextScrapeOnWithoutLosingTheDifference()
    {
        var time = new ManualTimeProvider();
        await using var scrape = new RunningScrape(RunningScrape.One("memory"), Growing(time), time);
        await scrape.FirstTickAsync();

        scrape.Apply(RunningScrape.One("memory") with { Http = new Http.HttpClientArguments { BearerToken = new Syntax.Values.SecretValue("t0ken") } });
        await scrape.TickAsync();

        Assert.False(scrape.Handler.Requests[0].Headers.ContainsKey("Authorization"));
        Assert.Equal("Bearer t0ken", scrape.Handler.Requests[1].Headers["Authorization"]);
        Assert.Single(scrape.Receiver.Profiles);
    }

    [Fact]
    public async Task Describe_ShowsTargetsDroppedOnesAndTheCount()
    {
        var time = new ManualTimeProvider();
        var handler = new ScriptedHttpHandler(request => request.Uri.Host == "bad"
            ? ScriptedHttpHandler.Answer(System.Net.HttpStatusCode.Forbidden, [.. "no"u8])
            : ScriptedHttpHandler.Ok(TestProfiles.Cpu(time.GetUtcNow(), ("f", 1))));
        ScrapeArguments arguments = RunningScrape.One("custom") with
        {
            Targets =
            [
                RunningScrape.TargetOf(("__address__", "good:1"), ("__meta_x", "y")), RunningScrape.TargetOf(("__address__", "bad:1")),
                RunningScrape.TargetOf(("service_name", "lost")), RunningScrape.TargetOf(("__address__", "good:1")),
            ],
        };
        await using var scrape = new RunningScrape(arguments, handler, time);
        Assert.Equal("0 targets up, 0 down, 2 not scraped yet, 1 dropped", scrape.Component.HealthMessage);
        Assert.Equal("unknown", scrape.Shown()["health"]);

        // Both slots lie within the interval, so the clock stops at each of them.
        foreach (TimeSpan wait in scrape.Component.Plan.Scrapes.Select(scrape.UntilSlot).Order().ToList())
        {
            int before = handler.Requests.Count;
            TimeSpan left = wait - time.GetElapsedTime(0);
            await scrape.AsleepForAsync(left);
            time.Advance(left);
            await RunningScrape.WithinBound(handler.WaitForRequestsAsync(before + 1));
            await scrape.AsleepForAsync(TimeSpan.FromSeconds(15));
        }

        Assert.Equal("1 target up, 1 down, 1 dropped", scrape.Component.HealthMessage);
        IReadOnlyDictionary<string, string> good = scrape.Shown();
        Assert.Equal("up", good["health"]);
        Assert.Equal(RunningScrape.Id, good["job"]);
        Assert.Equal("http://good:1/p", good["url"]);
        Assert.Contains("\"__meta_x\" = \"y\"", good["labels"], StringComparison.Ordinal);
        Assert.DoesNotContain("__meta_x", good["delivered_labels"], StringComparison.Ordinal);
        Assert.EndsWith("Z", good["last_scrape"], StringComparison.Ordinal);
        Assert.Equal("18s", good["deadline"]);
        Assert.False(good.ContainsKey("last_error"));
        IReadOnlyDictionary<string, string> bad = scrape.Shown(1);
        Assert.Equal("down", bad["health"]);
        Assert.Contains("status 403 Forbidden", bad["last_error"], StringComparison.Ordinal);
        Assert.False(bad.ContainsKey("last_success"));
        Assert.Contains("no __address__", scrape.Shown(0, "dropped_target")["reason"], StringComparison.Ordinal);
        Assert.Equal("true", scrape.Shown(1, "dropped_target")["duplicate"]);
        Assert.Equal(1, await scrape.MetricAsync("stoker_scrape_targets", "state=\"up\""));
        Assert.Equal(1, await scrape.MetricAsync("stoker_scrape_targets", "state=\"down\""));
        Assert.Equal(1, await scrape.MetricAsync("stoker_scrape_targets", "state=\"dropped\""));

        await scrape.StopAsync();
        Assert.Equal(0, await scrape.MetricAsync("stoker_scrape_targets"));
    }

    [Fact]
    public async Task Apply_ThousandsOfTargets_AreAllStartedAndStopped()
    {
        ScrapeArguments arguments = RunningScrape.One("custom");
        await using var scrape = new RunningScrape(arguments with { Targets = [] }, new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok([])));

        scrape.Apply(arguments with { Targets = [.. Enumerable.Range(0, 10_000).Select(i => RunningScrape.TargetOf(("__address__", $"h{i}:1")))] });
        Assert.Equal("0 targets up, 0 down, 10000 not scraped yet", scrape.Component.HealthMessage);
        await RunningScrape.WithinBound(scrape.Time.WaitForTimersAsync(10_000));

        scrape.Apply(arguments with { Targets = [] });
        Assert.Equal("0 targets up, 0 down", scrape.Component.HealthMessage);
    }

    private static ScriptedHttpHandler Growing(ManualTimeProvider time)
    {
        long allocated = 0;
        return new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(TestProfiles.Memory(time.GetUtcNow(), ("f", Interlocked.Add(ref allocated, 100)))));
    }
}
