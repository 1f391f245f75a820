using System.Buffers;
using Stoker.Pprof;
using Stoker.Scrape.Tests.Running;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Page;

/// <summary>Arguments that the reference page does not have, from text to what is observed; and profiles that Alloy cannot take.</summary>
public sealed class OwnArgumentTests
{
    public static TheoryData<string> Types =>
        ["memory", "block", "goroutine", "mutex", "process_cpu", "fgprof", "godeltaprof_memory", "godeltaprof_mutex", "godeltaprof_block", "custom"];

    [Theory]
    [MemberData(nameof(Types))]
    public void TimesOfAProfileBlock_AreThoseOfItsTypeOnly(string type)
    {
        string block = type == "custom" ? "profile.custom \"custom\"" : $"profile.{type}";
        ScrapePlan plan = PageText.Plan($$"""
            profiling_config {
              {{block}} {
                enabled                  = true
                path                     = "/own"
                delta                    = true
                scrape_interval          = "40s"
                scrape_timeout           = "50s"
                delta_profiling_duration = "20s"
              }
            }
            """);

        PlannedScrape own = plan.Scrapes.Single(scrape => scrape.ProfileType == type);
        Assert.Equal(
            ("http://h:1/own?seconds=20", TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(50)), (own.Url, own.Interval, own.Deadline));
        Assert.All(
            plan.Scrapes.Where(scrape => scrape.ProfileType != type),
            other => Assert.Equal((TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(18)), (other.Interval, other.Deadline)));
    }

    [Theory]
    [InlineData("", "up", "")]
    [InlineData("response_size_limit = \"64B\"", "down", "too_large")]
    [InlineData("body_size_limit = \"64B\"", "down", "bomb")]
    public async Task SizeLimits_EndWhatIsLarger(string text, string health, string reason)
    {
        var time = new ManualTimeProvider();
        await using RunningScrape scrape = PageText.Run($"{text}\n{PageText.OnlyGoroutine}", PageText.Answering(time), time);

        await scrape.FirstTickAsync();

        Assert.Equal((health, reason), (scrape.Shown()["health"], scrape.Shown().GetValueOrDefault("last_error_reason", "")));
    }

    [Fact]
    public async Task HttpHeaders_GoWithEveryScrapeOnce()
    {
        var time = new ManualTimeProvider();
        await using RunningScrape scrape = PageText.Run(
            $"http_headers = {{ \"X-Tenant\" = [\"a\"] }}\n{PageText.OnlyGoroutine}", PageText.Answering(time), time);

        await scrape.FirstTickAsync();
        await scrape.TickAsync();

        Assert.Equal(["a", "a"], scrape.Handler.Requests.Select(request => request.Headers["X-Tenant"]));
    }

    /// <summary>Alloy's delta takes four values a sample; here a profile may have as many columns as it likes.</summary>
    [Fact]
    public async Task Memory_WithMoreThanFourColumns_IsDeliveredAsADifference()
    {
        var time = new ManualTimeProvider();
        long total = 0;
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(SixColumns(time.GetUtcNow(), total += 100)));
        await using var scrape = new RunningScrape(RunningScrape.One("memory"), handler, time);

        await scrape.FirstTickAsync();
        await scrape.TickAsync();

        Assert.Equal("up", scrape.Shown()["health"]);
        byte[] delivered = TestProfiles.Inflate(Assert.Single(scrape.Receiver.Profiles).Bytes);
        Assert.True(ProfileDump.TryRead(delivered, out ProfileDump? dump, out _));
        Assert.Equal([100, 6400, 1, 64, 3, 0], Assert.Single(dump.Samples).Values);
    }

    private static byte[] SixColumns(DateTimeOffset time, long total)
    {
        SampleType[] types =
        [
            new("alloc_objects", "count"), new("alloc_space", "bytes"), new("inuse_objects", "count"), new("inuse_space", "bytes"),
            new("age", "seconds"), new("pinned", "count"),
        ];
        using var builder = new ProfileBuilder(types, new SampleType("space", "bytes"), 512 * 1024);
        builder.AddSample([new Frame("f")], [total, total * 64, 1, 64, 3, 0]);
        var output = new ArrayBufferWriter<byte>();
        builder.Write(output, (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick, durationNanos: 0);
        return output.WrittenSpan.ToArray();
    }
}
