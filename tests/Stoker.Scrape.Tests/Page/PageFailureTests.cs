using System.Net;
using System.Text;
using Stoker.Scrape.Tests.Running;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Page;

/// <summary>The reference page on success, failure, what is shown then, and on intervals that are too long for a server.</summary>
public sealed class PageFailureTests
{
    private const string GoroutineAndCpu = """
        profiling_config {
          profile.memory { enabled = false }
          profile.block  { enabled = false }
          profile.mutex  { enabled = false }
        }
        """;

    /// <summary>Success is the status 200 together with a body that is a profile; either alone is a failure.</summary>
    [Theory]
    [InlineData(HttpStatusCode.OK, true, "up")]
    [InlineData(HttpStatusCode.Accepted, true, "down")]
    [InlineData(HttpStatusCode.InternalServerError, true, "down")]
    [InlineData(HttpStatusCode.OK, false, "down")]
    public async Task Success_Is200WithAValidProfile(HttpStatusCode status, bool isProfile, string health)
    {
        var time = new ManualTimeProvider();
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Answer(
            status, isProfile ? TestProfiles.Cpu(time.GetUtcNow(), ("f", 7)) : [0x0A, 0x04, 0x08, 0x01, 0x10, 0x02, 0xFF]));
        await using RunningScrape scrape = PageText.Run(PageText.OnlyGoroutine, handler, time);

        await scrape.FirstTickAsync();

        Assert.Equal(health, scrape.Shown()["health"]);
        Assert.Equal(health == "up" ? 1 : 0, scrape.Receiver.Profiles.Count);
    }

    [Fact]
    public async Task Failure_AfterASuccess_ShowsItsReasonTheLastSuccessAndTheLabels()
    {
        var time = new ManualTimeProvider();
        bool fails = false;
        var handler = new ScriptedHttpHandler(_ => fails
            ? ScriptedHttpHandler.Answer(HttpStatusCode.InternalServerError, Encoding.UTF8.GetBytes("the heap is on fire\n"))
            : ScriptedHttpHandler.Ok(TestProfiles.Cpu(time.GetUtcNow(), ("f", 7))));
        await using RunningScrape scrape = PageText.Run(
            "targets = [{\"__address__\" = \"h:1\", \"zone\" = \"a\", \"__meta_x\" = \"y\"}]\n" + PageText.OnlyGoroutine, handler, time);
        await scrape.FirstTickAsync();
        string success = scrape.Shown()["last_success"];
        Assert.Equal(success, scrape.Shown()["last_scrape"]);

        fails = true;
        await scrape.TickAsync();

        IReadOnlyDictionary<string, string> shown = scrape.Shown();
        Assert.Contains("status 500", shown["last_error"], StringComparison.Ordinal);
        Assert.Contains("the heap is on fire", shown["last_error"], StringComparison.Ordinal);
        Assert.Equal(success, shown["last_success"]);
        Assert.NotEqual(success, shown["last_scrape"]);
        Assert.Contains("\"zone\" = \"a\"", shown["delivered_labels"], StringComparison.Ordinal);
        Assert.Contains("\"__meta_x\" = \"y\"", shown["labels"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task DebugInformation_HasTheLastScrapeOfEveryJob()
    {
        var time = new ManualTimeProvider();
        await using RunningScrape scrape = PageText.Run("", PageText.Answering(time), time);
        await PassOneIntervalAsync(scrape, TimeSpan.FromSeconds(15));

        Assert.Equal(
            ["block up", "goroutine up", "memory up", "mutex up", "process_cpu up"],
            Enumerable.Range(0, 5).Select(i => scrape.Shown(i)).Select(shown => $"{shown["profile_type"]} {shown["health"]}").Order(StringComparer.Ordinal));
        Assert.All(Enumerable.Range(0, 5).Select(i => scrape.Shown(i)), shown => Assert.StartsWith("2026-01-01T00:00:", shown["last_scrape"], StringComparison.Ordinal));
    }

    /// <summary>
    /// A server that ends every request after 30 seconds, as the page's example has it: only a shorter profile comes through, and what is no delta
    /// is answered at once whatever the interval is.
    /// </summary>
    [Theory]
    [InlineData("scrape_interval = \"60s\"", 60, 59, "down")]
    [InlineData("scrape_interval = \"60s\"\ndelta_profiling_duration = \"29s\"", 60, 29, "up")]
    [InlineData("scrape_interval = \"30s\"", 30, 29, "up")]
    public async Task Interval_OverTheServersTimeout_FailsDeltasOnly(string text, int interval, int seconds, string health)
    {
        var time = new ManualTimeProvider();
        var handler = new ScriptedHttpHandler(request =>
        {
            int asked = request.Uri.Query.Length > 0 ? int.Parse(request.Uri.Query.Split('=')[1]) : 0;
            return asked > 30
                ? ScriptedHttpHandler.Answer(HttpStatusCode.BadRequest, Encoding.UTF8.GetBytes("profile duration exceeds server's WriteTimeout\n"))
                : ScriptedHttpHandler.Ok(TestProfiles.Cpu(time.GetUtcNow(), ("f", 7)));
        });
        await using RunningScrape scrape = PageText.Run($"{text}\n{GoroutineAndCpu}", handler, time);

        await PassOneIntervalAsync(scrape, TimeSpan.FromSeconds(interval));

        Assert.Equal(
            ["/debug/pprof/goroutine", $"/debug/pprof/profile?seconds={seconds}"],
            handler.Requests.Select(request => request.Uri.PathAndQuery).Order(StringComparer.Ordinal));
        Assert.Equal(("goroutine", "up"), (scrape.Shown()["profile_type"], scrape.Shown()["health"]));
        Assert.Equal(("process_cpu", health), (scrape.Shown(1)["profile_type"], scrape.Shown(1)["health"]));
        Assert.Equal(health == "down", scrape.Shown(1).GetValueOrDefault("last_error", "").Contains("lower delta_profiling_duration", StringComparison.Ordinal));
    }

    /// <summary>A server may take as long as it was asked to: the deadline holds the seconds and a margin, also over a long interval.</summary>
    [Theory]
    [InlineData("", 14, 18)]
    [InlineData("scrape_interval = \"60s\"", 59, 63)]
    [InlineData("scrape_interval = \"60s\"\nscrape_timeout = \"70s\"", 59, 70)]
    [InlineData("scrape_timeout = \"10s\"", 14, 24)]
    public void Delta_RunsForItsSeconds_WithinTheDeadline(string text, int seconds, int deadline)
    {
        PlannedScrape cpu = Assert.Single(PageText.Plan($"{text}\n{PageText.OnlyCpu}").Scrapes);

        Assert.Equal((TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(deadline)), (cpu.Requested, cpu.Deadline));
    }

    /// <summary>A bad target beside a good one that runs: the good one keeps its loop and its difference.</summary>
    [Fact]
    public async Task BadTarget_AddedToARunningComponent_TouchesNoOther()
    {
        var time = new ManualTimeProvider();
        long allocated = 0;
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(TestProfiles.Memory(time.GetUtcNow(), ("f", allocated += 100))));
        ScrapeArguments good = RunningScrape.One("memory");
        await using var scrape = new RunningScrape(good, handler, time);
        await scrape.FirstTickAsync();

        scrape.Apply(good with { Targets = [RunningScrape.TargetOf(("__address__", "bad:address:1")), good.Targets[0]] });
        await scrape.TickAsync();

        Assert.Single(scrape.Receiver.Profiles);
        Assert.Equal(1, await scrape.MetricAsync("stoker_delta_baselines_total"));
        Assert.Equal("1 target up, 0 down, 1 dropped", scrape.Component.HealthMessage);
        Assert.Contains("several colons", scrape.Shown(0, "dropped_target")["reason"], StringComparison.Ordinal);
    }

    /// <summary>Begins with all loops asleep and ends so; each has found its slot past by less than an interval, and scraped once.</summary>
    private static async Task PassOneIntervalAsync(RunningScrape scrape, TimeSpan interval)
    {
        TimeSpan[] waits = [.. scrape.Component.Plan.Scrapes.Select(scrape.UntilSlot)];
        await AllAsleepAsync();
        scrape.Time.Advance(interval);
        await RunningScrape.WithinBound(scrape.Handler.WaitForRequestsAsync(waits.Length));
        await AllAsleepAsync();

        async Task AllAsleepAsync()
        {
            foreach (TimeSpan wait in waits)
            {
                await scrape.AsleepForAsync(wait);
            }
        }
    }
}
