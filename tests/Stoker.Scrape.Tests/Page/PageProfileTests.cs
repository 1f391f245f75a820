using Stoker.Scrape.Tests.Running;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Page;

/// <summary>The profile blocks of the reference page: what is scraped, where, and whether as a delta.</summary>
public sealed class PageProfileTests
{
    // Block | path | delivered type | enabled by default | delta by default.
    private const string Types = """
        memory             | /debug/pprof/allocs      | memory      | yes | no
        block              | /debug/pprof/block       | block       | yes | no
        goroutine          | /debug/pprof/goroutine   | goroutine   | yes | no
        mutex              | /debug/pprof/mutex       | mutex       | yes | no
        process_cpu        | /debug/pprof/profile     | process_cpu | yes | yes
        fgprof             | /debug/fgprof            | fgprof      | no  | yes
        godeltaprof_memory | /debug/pprof/delta_heap  | memory      | no  | no
        godeltaprof_mutex  | /debug/pprof/delta_mutex | mutex       | no  | no
        godeltaprof_block  | /debug/pprof/delta_block | block       | no  | no
        """;

    public static TheoryData<string, string, string, bool, bool> Table => new(
        Types.Split('\n').Select(row => row.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => (cells[0], cells[1], cells[2], cells[3] == "yes", cells[4] == "yes")));

    [Theory]
    [MemberData(nameof(Table))]
    public void Enabled_LeftOutTrueAndFalse_DecidesWhetherTheTypeIsScraped(string type, string path, string name, bool enabled, bool delta)
    {
        Assert.Equal(enabled, Scrapes(""));
        Assert.Equal(enabled, Scrapes($"profile.{type} {{ }}"));
        Assert.True(Scrapes($"profile.{type} {{ enabled = true }}"));
        Assert.False(Scrapes($"profile.{type} {{ enabled = false }}"));

        bool Scrapes(string block) => PageText.Plan($"profiling_config {{\n{block}\n}}").Scrapes.Any(scrape =>
            scrape.ProfileType == type && scrape.Labels["__name__"] == name
            && scrape.Url == $"http://h:1{path}{(delta ? "?seconds=14" : "")}");
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Path_OfItsOwn_IsWhatIsAskedForAndTheOtherDefaultsStay(string type, string path, string name, bool enabled, bool delta)
    {
        PlannedScrape scrape = OnlyOf(type, "path = \"/elsewhere\"");

        Assert.Equal($"http://h:1/elsewhere{(delta ? "?seconds=14" : "")}", scrape.Url);
        Assert.Equal(name, scrape.Labels["__name__"]);
        Assert.NotEqual("/elsewhere", path);
        Assert.Equal(enabled, PageText.Plan($"profiling_config {{\nprofile.{type} {{ path = \"/elsewhere\" }}\n}}").Scrapes.Any(one => one.ProfileType == type));
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void Delta_TrueAndFalse_DecidesWhetherSecondsAreAskedFor(string type, string path, string name, bool enabled, bool delta)
    {
        Assert.Equal($"http://h:1{path}?seconds=14", OnlyOf(type, "delta = true").Url);
        Assert.Equal($"http://h:1{path}", OnlyOf(type, "delta = false").Url);
        Assert.Equal(delta, OnlyOf(type, "").Url.Contains("seconds", StringComparison.Ordinal));
        Assert.Equal((name, enabled), (OnlyOf(type, "delta = true").Labels["__name__"], PageText.Plan("").Scrapes.Any(one => one.ProfileType == type)));
    }

    [Fact]
    public void PathPrefix_IsPutBeforeEveryPath()
    {
        string[] urls = [.. PageText.Urls("profiling_config {\npath_prefix = \"/app/v1\"\nprofile.fgprof { enabled = true }\n}")];

        Assert.Equal(
            [
                "http://h:1/app/v1/debug/pprof/allocs", "http://h:1/app/v1/debug/pprof/block", "http://h:1/app/v1/debug/pprof/goroutine",
                "http://h:1/app/v1/debug/pprof/mutex", "http://h:1/app/v1/debug/pprof/profile?seconds=14", "http://h:1/app/v1/debug/fgprof?seconds=14",
            ],
            urls);
    }

    [Fact]
    public void Blocks_LeftOutBesideOthers_KeepTheirDefaults() => Assert.Equal(
        PageText.Urls(""),
        PageText.Urls("profiling_config {\nprofile.memory { enabled = true }\n}"));

    [Fact]
    public void Custom_SeveralBlocks_AreScrapedUnderTheirLabels()
    {
        ScrapePlan plan = PageText.Plan("""
            profiling_config {
              profile.custom "one" {
                enabled = true
                path    = "/one"
              }
              profile.custom "two" {
                enabled = true
                path    = "/two"
                delta   = true
              }
              profile.custom "off" {
                enabled = false
                path    = "/off"
              }
            }
            """);

        Assert.Equal(
            [("one", "http://h:1/one"), ("two", "http://h:1/two?seconds=14")],
            plan.Scrapes.Skip(5).Select(scrape => (scrape.Labels["__name__"], scrape.Url)));
        Assert.Equal(7, plan.Scrapes.Count);
    }

    /// <summary>It follows the interval, that of its own block too: another number than the default's 14.</summary>
    [Theory]
    [InlineData("", "", 14)]
    [InlineData("scrape_interval = \"60s\"", "", 59)]
    [InlineData("scrape_interval = \"60s\"", "scrape_interval = \"20s\"", 19)]
    public void Custom_WithDelta_AsksForItsIntervalLessASecond(string text, string own, int seconds) => Assert.Equal(
        $"http://h:1/two?seconds={seconds}",
        PageText.Urls($"{text}\nprofiling_config {{\nprofile.custom \"two\" {{\nenabled = true\npath = \"/two\"\ndelta = true\n{own}\n}}\n}}").Last());

    [Fact]
    public void Types_OfOneTarget_AreJobsOfTheirOwn()
    {
        ScrapePlan plan = PageText.Plan("");

        Assert.Equal(["memory", "block", "goroutine", "mutex", "process_cpu"], plan.Scrapes.Select(scrape => scrape.Labels["__name__"]));
        Assert.Equal(5, plan.Scrapes.Select(scrape => scrape.Url).Distinct().Count());
        Assert.Single(plan.Scrapes.Select(scrape => scrape.Target).Distinct());
    }

    /// <summary>What godeltaprof serves is a difference already: it is passed on from the first scrape on, byte by byte.</summary>
    [Theory]
    [InlineData("godeltaprof_memory", "memory")]
    [InlineData("godeltaprof_mutex", "mutex")]
    [InlineData("godeltaprof_block", "block")]
    public async Task Godeltaprof_IsPassedOnAndMarkedAsADifference(string type, string name)
    {
        var time = new ManualTimeProvider();
        List<byte[]> bodies = [];
        var handler = new ScriptedHttpHandler(_ =>
        {
            bodies.Add(TestProfiles.Gzip(TestProfiles.Memory(time.GetUtcNow(), ("f", 100))));
            return ScriptedHttpHandler.Ok(bodies[^1]);
        });
        await using RunningScrape scrape = PageText.Run(
            PageText.OnlyGoroutine.Replace("profiling_config {", $"profiling_config {{\nprofile.goroutine {{ enabled = false }}\nprofile.{type} {{ enabled = true }}", StringComparison.Ordinal),
            handler,
            time);

        await scrape.FirstTickAsync();
        await scrape.TickAsync();

        Assert.Equal(bodies, scrape.Receiver.Profiles.Select(profile => profile.Bytes.ToArray()));
        Assert.All(scrape.Receiver.Profiles, profile => Assert.Equal((name, "false"), (profile.Labels["__name__"], profile.Labels["__delta__"])));
    }

    /// <summary>One path for all types of a target: each type keeps its loop and its name, and the shared URL is reported.</summary>
    [Fact]
    public void ProfilePath_OnATarget_LosesNoType()
    {
        ScrapePlan plan = PageText.Plan("targets = [{\"__address__\" = \"h:1\", \"__profile_path__\" = \"/all\"}]");

        Assert.Equal(
            [("memory", "/all"), ("block", "/all"), ("goroutine", "/all"), ("mutex", "/all"), ("process_cpu", "/all?seconds=14")],
            plan.Scrapes.Select(scrape => (scrape.Labels["__name__"], new Uri(scrape.Url).PathAndQuery)));
        Assert.Empty(plan.Dropped);
        Assert.Equal(new SharedUrl("http://h:1/all", 4), Assert.Single(plan.SharedUrls));
    }

    private static PlannedScrape OnlyOf(string type, string body) =>
        PageText.Plan($"profiling_config {{\nprofile.{type} {{\nenabled = true\n{body}\n}}\n}}").Scrapes.Single(scrape => scrape.ProfileType == type);
}
