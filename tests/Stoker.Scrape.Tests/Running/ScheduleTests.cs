using System.Globalization;
using System.Net;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Running;

public sealed class ScheduleTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Run_FirstScrape_ComesInTheFirstSlotOfWallTime()
    {
        var time = new ManualTimeProvider(new DateTimeOffset(2026, 3, 4, 5, 6, 7, 890, TimeSpan.Zero));
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), Cpu(time), time);

        await scrape.ReachFirstSlotAsync();
        await RunningScrape.WithinBound(scrape.Receiver.WaitForAsync(1));

        PlannedScrape plan = scrape.Component.Plan.Scrapes[0];
        TimeSpan phase = TimeSpan.FromTicks(scrape.Receiver.Profiles[0].ScrapedAt.Ticks % Interval.Ticks);
        Assert.InRange(phase - plan.SlotOffset, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        Assert.InRange(time.GetTimestamp(), 0, Interval.Ticks);
    }

    [Fact]
    public async Task Run_EveryInterval_ScrapesOnce()
    {
        var time = new ManualTimeProvider();
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), Cpu(time), time);

        await scrape.FirstTickAsync();
        await scrape.TickAsync();
        await scrape.TickAsync();

        Assert.Equal(3, scrape.Handler.Requests.Count);
        Assert.Equal(0, await scrape.MetricAsync("stoker_scrape_missed_ticks_total"));
    }

    [Fact]
    public async Task Run_WallClockJumps_KeepsItsPace()
    {
        var time = new ManualTimeProvider();
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), Cpu(time), time);
        await scrape.FirstTickAsync();

        time.JumpWallClock(TimeSpan.FromHours(1));
        await scrape.TickAsync();
        time.JumpWallClock(TimeSpan.FromDays(-3650));
        await scrape.TickAsync();

        Assert.Equal(3, scrape.Receiver.Profiles.Count);
        Assert.Equal(0, await scrape.MetricAsync("stoker_scrape_missed_ticks_total"));
    }

    [Fact]
    public async Task Run_ScrapePastItsNextTick_SkipsThatTickAndKeepsTheSlots()
    {
        var time = new ManualTimeProvider();
        var answer = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        int requests = 0;
        var handler = new ScriptedHttpHandler((_, _) => Interlocked.Increment(ref requests) == 1
            ? answer.Task
            : Task.FromResult(ScriptedHttpHandler.Ok(TestProfiles.Cpu(time.GetUtcNow(), ("f", 1)))));
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), handler, time);
        await scrape.ReachFirstSlotAsync();
        await RunningScrape.WithinBound(handler.WaitForRequestsAsync(1));

        // While a scrape runs, its own slot is past; two seconds into the next interval, within the deadline of 18 seconds, so is the next one.
        time.Advance(TimeSpan.FromSeconds(10));
        AssertNextScrape(scrape, TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(7));
        AssertNextScrape(scrape, TimeSpan.FromSeconds(13));
        Assert.Single(handler.Requests);
        answer.SetResult(ScriptedHttpHandler.Ok(TestProfiles.Cpu(time.GetUtcNow(), ("f", 1))));
        await scrape.AsleepForAsync(TimeSpan.FromSeconds(13));

        Assert.Equal(1, await scrape.MetricAsync("stoker_scrape_missed_ticks_total"));
        Assert.Equal("1", scrape.Shown()["missed_ticks"]);
        time.Advance(TimeSpan.FromSeconds(13));
        await RunningScrape.WithinBound(handler.WaitForRequestsAsync(2));
    }

    [Fact]
    public async Task Run_MachineSuspended_GivesOneScrapeNotForty()
    {
        var time = new ManualTimeProvider();
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), Cpu(time), time);
        await scrape.FirstTickAsync();

        time.Suspend(TimeSpan.FromMinutes(10));
        await scrape.AsleepForAsync(Interval);
        Assert.Single(scrape.Handler.Requests);
        await scrape.TickAsync();

        Assert.Equal(2, scrape.Handler.Requests.Count);
        Assert.Equal(40, await scrape.MetricAsync("stoker_scrape_missed_ticks_total"));
    }

    [Fact]
    public async Task Run_NoAnswer_IsCutAtTheDeadline()
    {
        var time = new ManualTimeProvider();
        await using var scrape = new RunningScrape(RunningScrape.One("custom", delta: true), Hanging(), time);
        await scrape.ReachFirstSlotAsync();
        await RunningScrape.WithinBound(scrape.Handler.WaitForRequestsAsync(1));

        time.Advance(TimeSpan.FromSeconds(18));
        await scrape.AsleepForAsync(TimeSpan.FromSeconds(12));

        IReadOnlyDictionary<string, string> shown = scrape.Shown();
        Assert.Equal("down", shown["health"]);
        Assert.Equal("timeout", shown["last_error_reason"]);
        Assert.Contains("the profile itself takes 14s", shown["last_error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Stopped_CutsAScrapeInFlight()
    {
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), Hanging());
        await scrape.ReachFirstSlotAsync();
        await RunningScrape.WithinBound(scrape.Handler.WaitForRequestsAsync(1));

        await scrape.StopAsync();

        Assert.Empty(scrape.Receiver.Profiles);
        Assert.Equal(0, await scrape.MetricAsync("stoker_scrapes_total"));
    }

    [Fact]
    public async Task Run_NotFoundAgainAndAgain_IsScrapedAtEveryFifthTick()
    {
        HttpStatusCode status = HttpStatusCode.NotFound;
        var time = new ManualTimeProvider();
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Answer(status, TestProfiles.Cpu(time.GetUtcNow(), ("f", 1))));
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), handler, time);
        await scrape.FirstTickAsync();
        for (int i = 0; i < 3; i++)
        {
            await scrape.TickAsync();
        }

        time.Advance(Interval);
        await scrape.AsleepForAsync(5 * Interval);
        Assert.Contains("every fifth tick", scrape.Shown()["note"], StringComparison.Ordinal);
        Assert.Equal(0, await scrape.MetricAsync("stoker_scrape_missed_ticks_total"));

        status = HttpStatusCode.OK;
        time.Advance(5 * Interval);
        await scrape.AsleepForAsync(Interval);
        Assert.Equal(6, handler.Requests.Count);
        Assert.Equal("up", scrape.Shown()["health"]);
    }

    [Fact]
    public async Task Run_CpuProfilingInUse_IsTriedOnceMoreSoon()
    {
        var time = new ManualTimeProvider();
        int requests = 0;
        var handler = new ScriptedHttpHandler(_ => Interlocked.Increment(ref requests) == 1 ? InUse() : ScriptedHttpHandler.Ok(TestProfiles.Cpu(time.GetUtcNow(), ("f", 1))));
        await using var scrape = new RunningScrape(RunningScrape.One("custom", delta: true), handler, time);
        await scrape.ReachFirstSlotAsync();
        await scrape.AsleepForAsync(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));
        await RunningScrape.WithinBound(scrape.Receiver.WaitForAsync(1));
        await scrape.AsleepForAsync(Interval - TimeSpan.FromSeconds(1));

        Assert.Equal(2, handler.Requests.Count);
        Assert.Equal("up", scrape.Shown()["health"]);
        Assert.Equal(1, await scrape.MetricAsync("stoker_scrape_lateness_seconds_count"));
        Assert.InRange(await scrape.MetricAsync("stoker_scrape_lateness_seconds_sum"), 0, 0.5);
    }

    [Fact]
    public async Task Run_CpuProfilingInUseTwice_FailsWithAReasonOfItsOwn()
    {
        var handler = new ScriptedHttpHandler(_ => InUse());
        await using var scrape = new RunningScrape(RunningScrape.One("custom", delta: true), handler);
        await scrape.ReachFirstSlotAsync();
        await scrape.AsleepForAsync(TimeSpan.FromSeconds(1));
        scrape.Time.Advance(TimeSpan.FromSeconds(1));
        await scrape.AsleepForAsync(Interval - TimeSpan.FromSeconds(1));

        Assert.Equal(2, handler.Requests.Count);
        Assert.Equal("cpu_in_use", scrape.Shown()["last_error_reason"]);
        Assert.Equal(1, await scrape.MetricAsync("stoker_scrape_failures_total", "reason=\"cpu_in_use\""));
    }

    private static ScriptedHttpHandler Cpu(ManualTimeProvider time) =>
        new(_ => ScriptedHttpHandler.Ok(TestProfiles.Gzip(TestProfiles.Cpu(time.GetUtcNow(), ("f", 1)))));

    private static ScriptedHttpHandler Hanging() => new(async (_, cancellationToken) =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        throw new InvalidOperationException("unreachable");
    });

    private static HttpResponseMessage InUse() => ScriptedHttpHandler.Answer(
        HttpStatusCode.InternalServerError, [.. "Could not enable CPU profiling: cpu profiling already in use\n"u8]);

    private static void AssertNextScrape(RunningScrape scrape, TimeSpan expected)
    {
        TimeSpan left = DateTimeOffset.Parse(scrape.Shown()["next_scrape"], CultureInfo.InvariantCulture) - scrape.Time.GetUtcNow();

        // The first slot was reached by a timer of whole milliseconds.
        Assert.InRange((expected - left).TotalMilliseconds, 0, 1);
    }
}
