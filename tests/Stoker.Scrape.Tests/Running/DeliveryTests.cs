using Stoker.Components;
using Stoker.Labels;
using Stoker.Pprof;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Running;

public sealed class DeliveryTests
{
    [Fact]
    public async Task PassThrough_KeepsItsBytesAndCarriesTheLabels()
    {
        var time = new ManualTimeProvider();
        byte[] body = [];
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(body = TestProfiles.Gzip(TestProfiles.Cpu(time.GetUtcNow(), ("f", 7), ("g", 1)))));
        await using var scrape = new RunningScrape(RunningScrape.One("process_cpu", delta: true), handler, time);

        await scrape.FirstTickAsync();

        RawProfile profile = Assert.Single(scrape.Receiver.Profiles);
        Assert.Equal(body, profile.Bytes.ToArray());
        Assert.Equal(2, profile.SampleCount);
        Assert.Equal(TestProfiles.Inflate(body).Length, profile.UncompressedBytes);
        Assert.Equal(
            LabelSet.Of(("__name__", "process_cpu"), ("instance", "h:1"), ("job", RunningScrape.Id), ("service_name", "web")), profile.Labels);
        Assert.Equal("http://h:1/p?seconds=14", handler.Requests[0].Uri.ToString());
        Assert.Equal(1, await scrape.MetricAsync("pyroscope_forwarded_entries_total"));
        Assert.Equal(1, await scrape.MetricAsync("pyroscope_fanout_latency_count"));
    }

    [Fact]
    public async Task PlainBody_IsPassedOnAsItCame()
    {
        var time = new ManualTimeProvider();
        byte[] body = [];
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(body = TestProfiles.Cpu(time.GetUtcNow(), ("f", 7))));
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), handler, time);

        await scrape.FirstTickAsync();

        Assert.Equal(body, scrape.Receiver.Profiles[0].Bytes.ToArray());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(-3600)]
    [InlineData(3600)]
    public async Task AbsurdTime_IsSetToTheStartOfTheScrape(int? secondsOff)
    {
        var time = new ManualTimeProvider();
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(TestProfiles.Gzip(TestProfiles.Cpu(
            secondsOff is { } off ? time.GetUtcNow().AddSeconds(off) : default, ("f", 7)))));
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), handler, time);

        await scrape.FirstTickAsync();

        RawProfile profile = Assert.Single(scrape.Receiver.Profiles);
        Assert.Equal((profile.ScrapedAt - DateTimeOffset.UnixEpoch).Ticks * 100, TestProfiles.Read(profile.Bytes).TimeNanos);
        Assert.True(GzipBody.IsGzip(profile.Bytes.Span));
    }

    [Fact]
    public async Task TimeALittleOff_IsLeft()
    {
        var time = new ManualTimeProvider();
        byte[] body = [];
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(body = TestProfiles.Gzip(TestProfiles.Cpu(time.GetUtcNow().AddMinutes(-4), ("f", 7)))));
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), handler, time);

        await scrape.FirstTickAsync();

        Assert.Equal(body, scrape.Receiver.Profiles[0].Bytes.ToArray());
    }

    [Fact]
    public async Task NoSamples_IsASuccessThatIsNotForwarded()
    {
        var time = new ManualTimeProvider();
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(TestProfiles.Gzip(TestProfiles.Cpu(time.GetUtcNow()))));
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), handler, time);

        await scrape.FirstTickAsync();

        Assert.Empty(scrape.Receiver.Profiles);
        Assert.Equal("up", scrape.Shown()["health"]);
        Assert.Equal(1, await scrape.MetricAsync("stoker_scrape_empty_profiles_total"));
    }

    [Fact]
    public async Task Memory_SendsDifferencesFromTheSecondScrapeOn()
    {
        var time = new ManualTimeProvider();
        long allocated = 0;
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(TestProfiles.Gzip(
            TestProfiles.Memory(time.GetUtcNow(), ("f", allocated += 100), ("g", 5)))));
        await using var scrape = new RunningScrape(RunningScrape.One("memory"), handler, time);

        await scrape.FirstTickAsync();
        Assert.Empty(scrape.Receiver.Profiles);
        Assert.Equal(1, await scrape.MetricAsync("stoker_delta_baselines_total"));
        await scrape.TickAsync();

        RawProfile profile = Assert.Single(scrape.Receiver.Profiles);
        Assert.Equal("false", profile.Labels["__delta__"]);
        Assert.True(GzipBody.IsGzip(profile.Bytes.Span));
        Assert.Equal(TimeSpan.FromSeconds(15).TotalNanoseconds, TestProfiles.Read(profile.Bytes).DurationNanos);
        Assert.InRange(await scrape.MetricAsync("stoker_delta_state_bytes"), 1, 1 << 20);
        Assert.Equal("http://h:1/p", handler.Requests[0].Uri.ToString());
    }

    [Fact]
    public async Task Memory_WithSeconds_IsPassedOnFromTheFirst()
    {
        var time = new ManualTimeProvider();
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(TestProfiles.Gzip(TestProfiles.Memory(time.GetUtcNow(), ("f", 1)))));
        await using var scrape = new RunningScrape(RunningScrape.One("memory", delta: true), handler, time);

        await scrape.FirstTickAsync();

        Assert.Equal("false", Assert.Single(scrape.Receiver.Profiles).Labels["__delta__"]);
    }

    [Fact]
    public async Task Memory_WithoutCumulativeColumns_IsPassedOn()
    {
        // Node's heap profile has the columns of a moment only.
        var time = new ManualTimeProvider();
        byte[] body = [];
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(body = TestProfiles.Gzip(TestProfiles.Cpu(time.GetUtcNow(), ("f", 1)))));
        await using var scrape = new RunningScrape(RunningScrape.One("memory"), handler, time);

        await scrape.FirstTickAsync();

        Assert.Equal(body, Assert.Single(scrape.Receiver.Profiles).Bytes.ToArray());
    }

    [Fact]
    public async Task Memory_BodyIsNoProfile_FailsAndKeepsTheBaseline()
    {
        // What is read for the difference is judged as any other body, an empty message included, which is a profile of no sample types.
        var time = new ManualTimeProvider();
        long allocated = 0;
        var broken = new Queue<byte[]>([TestProfiles.Gzip([]), [0x12, 0x7F, 1], "<html>"u8.ToArray()]);
        int count = 0;
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(
            count++ is >= 1 and <= 3 ? broken.Dequeue() : TestProfiles.Gzip(TestProfiles.Memory(time.GetUtcNow(), ("f", allocated += 100)))));
        await using var scrape = new RunningScrape(RunningScrape.One("memory"), handler, time);

        await scrape.FirstTickAsync();
        foreach (string reason in (string[])["empty", "bad_pprof", "html"])
        {
            await scrape.TickAsync();
            Assert.Equal(reason, scrape.Shown()["last_error_reason"]);
        }

        await scrape.TickAsync();
        Assert.Equal(TimeSpan.FromSeconds(60).TotalNanoseconds, TestProfiles.Read(Assert.Single(scrape.Receiver.Profiles).Bytes).DurationNanos);
    }

    [Fact]
    public async Task Memory_ProcessRestarted_IsSentAsItStandsAndCounted()
    {
        var time = new ManualTimeProvider();
        var totals = new Queue<long>([1000, 10]);
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(TestProfiles.Memory(time.GetUtcNow(), ("f", totals.Dequeue()))));
        await using var scrape = new RunningScrape(RunningScrape.One("memory"), handler, time);

        await scrape.FirstTickAsync();
        await scrape.TickAsync();

        Assert.Single(scrape.Receiver.Profiles);
        Assert.Equal(1, await scrape.MetricAsync("stoker_delta_resets_total"));
    }

    /// <param name="clockStands">Whether the target's own clock says nothing of the gap.</param>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Memory_GapOverFourIntervals_IsDroppedCountedAndTheNewBaseline(bool clockStands)
    {
        var time = new ManualTimeProvider();
        DateTimeOffset start = time.GetUtcNow();
        long allocated = 0;
        bool isDown = false;
        var handler = new ScriptedHttpHandler(_ => isDown
            ? ScriptedHttpHandler.Answer(System.Net.HttpStatusCode.ServiceUnavailable, [])
            : ScriptedHttpHandler.Ok(TestProfiles.Memory(clockStands ? start : time.GetUtcNow(), ("f", allocated += 100))));
        await using var scrape = new RunningScrape(RunningScrape.One("memory"), handler, time);
        await scrape.FirstTickAsync();
        isDown = true;
        for (int i = 0; i < 4; i++)
        {
            await scrape.TickAsync();
        }

        isDown = false;
        await scrape.TickAsync();
        Assert.Empty(scrape.Receiver.Profiles);
        Assert.Equal(1, await scrape.MetricAsync("stoker_delta_dropped_total"));
        await scrape.TickAsync();
        Assert.Single(scrape.Receiver.Profiles);
    }

    [Fact]
    public async Task Memory_WallClockJumps_DropsNothing()
    {
        var time = new ManualTimeProvider();
        DateTimeOffset target = time.GetUtcNow();
        long allocated = 0;
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(
            TestProfiles.Memory(target += TimeSpan.FromSeconds(15), ("f", allocated += 100))));
        await using var scrape = new RunningScrape(RunningScrape.One("memory"), handler, time);
        await scrape.FirstTickAsync();

        time.JumpWallClock(TimeSpan.FromHours(2));
        await scrape.TickAsync();
        await scrape.TickAsync();

        Assert.Equal(2, scrape.Receiver.Profiles.Count);
        Assert.Equal(0, await scrape.MetricAsync("stoker_delta_dropped_total"));
    }

    [Fact]
    public async Task ReceiverWithABug_DoesNotKeepProfilesFromTheOthers()
    {
        var time = new ManualTimeProvider();
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(TestProfiles.Cpu(time.GetUtcNow(), ("f", 1))));
        var good = new RecordingReceiver();
        await using var scrape = new RunningScrape(
            RunningScrape.One("custom") with
            {
                ForwardTo = [new ProfileReceiverValue("bad", new BrokenReceiver()), new ProfileReceiverValue("good", good)],
            },
            handler,
            time);

        await scrape.FirstTickAsync();
        await scrape.TickAsync();

        Assert.Equal(2, good.Profiles.Count);
        Assert.Equal("up", scrape.Shown()["health"]);
        Assert.Equal(0, await scrape.MetricAsync("pyroscope_forwarded_entries_total"));
    }

    private sealed class BrokenReceiver : IProfileReceiver
    {
        public void Accept(RawProfile profile) => throw new InvalidOperationException("a bug");
    }
}
