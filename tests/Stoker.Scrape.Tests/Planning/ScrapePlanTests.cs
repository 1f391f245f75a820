using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Labels;

namespace Stoker.Scrape.Tests.Planning;

public sealed class ScrapePlanTests
{
    private const string Id = "pyroscope.scrape.local";

    [Fact]
    public void Create_PageFirstExample_GivesItsTenUrls()
    {
        ScrapePlan plan = ScrapePlan.Create(
            new ScrapeArguments
            {
                Targets =
                [
                    Target(("__address__", "localhost:4040"), ("service_name", "pyroscope")),
                    Target(("__address__", "localhost:12345"), ("service_name", "alloy")),
                ],
            },
            Id);

        Assert.Equal(
            [
                "http://localhost:4040/debug/pprof/allocs",
                "http://localhost:4040/debug/pprof/block",
                "http://localhost:4040/debug/pprof/goroutine",
                "http://localhost:4040/debug/pprof/mutex",
                "http://localhost:4040/debug/pprof/profile?seconds=14",
                "http://localhost:12345/debug/pprof/allocs",
                "http://localhost:12345/debug/pprof/block",
                "http://localhost:12345/debug/pprof/goroutine",
                "http://localhost:12345/debug/pprof/mutex",
                "http://localhost:12345/debug/pprof/profile?seconds=14",
            ],
            plan.Scrapes.Select(scrape => scrape.Url));
        Assert.All(plan.Scrapes, scrape => Assert.Equal(TimeSpan.FromSeconds(15), scrape.Interval));
        Assert.All(plan.Scrapes, scrape => Assert.Equal(TimeSpan.FromSeconds(18), scrape.Deadline));
    }

    [Fact]
    public void Create_PageLastExample_GivesItsFourUrls()
    {
        ScrapePlan plan = ScrapePlan.Create(
            With(
                Target(("__address__", "localhost:12345"), ("service_name", "alloy")),
                ("fgprof", a => a with { Enabled = true }),
                ("block", a => a with { Enabled = false }),
                ("mutex", a => a with { Enabled = false })),
            Id);

        Assert.Equal(
            [
                "http://localhost:12345/debug/pprof/allocs",
                "http://localhost:12345/debug/pprof/goroutine",
                "http://localhost:12345/debug/pprof/profile?seconds=14",
                "http://localhost:12345/debug/fgprof?seconds=14",
            ],
            plan.Scrapes.Select(scrape => scrape.Url));
    }

    [Fact]
    public void Create_AllProfileTypes_HaveThePagesPathsAndDeltas()
    {
        ScrapePlan plan = ScrapePlan.Create(
            With(
                Target(("__address__", "h:1")),
                [.. StandardProfile.All.Select<StandardProfile, (string, Func<ProfileArguments, ProfileArguments>)>(
                    profile => (profile.Type, a => a with { Enabled = true }))]),
            Id);

        Assert.Equal(
            [
                ("memory", "/debug/pprof/allocs", DeltaMode.Computed),
                ("block", "/debug/pprof/block", DeltaMode.Computed),
                ("goroutine", "/debug/pprof/goroutine", DeltaMode.None),
                ("mutex", "/debug/pprof/mutex", DeltaMode.Computed),
                ("process_cpu", "/debug/pprof/profile?seconds=14", DeltaMode.None),
                ("fgprof", "/debug/fgprof?seconds=14", DeltaMode.None),
                ("memory", "/debug/pprof/delta_heap", DeltaMode.FromTarget),
                ("mutex", "/debug/pprof/delta_mutex", DeltaMode.FromTarget),
                ("block", "/debug/pprof/delta_block", DeltaMode.FromTarget),
            ],
            plan.Scrapes.Select(scrape => (scrape.Labels["__name__"], new Uri(scrape.Url).PathAndQuery, scrape.Delta)));
    }

    [Fact]
    public void Create_CumulativeTypes_AloneCarryDeltaFalse()
    {
        ScrapePlan plan = ScrapePlan.Create(
            With(
                Target(("__address__", "h:1"), ("__delta__", "true")),
                [.. StandardProfile.All.Select<StandardProfile, (string, Func<ProfileArguments, ProfileArguments>)>(
                    profile => (profile.Type, a => a with { Enabled = true, Delta = true }))]),
            Id);

        Assert.All(plan.Scrapes, scrape => Assert.Equal(
            scrape.Labels["__name__"] is "memory" or "mutex" or "block" ? "false" : "", scrape.Labels["__delta__"]));
    }

    [Fact]
    public void Create_MemoryWithDelta_AsksForSecondsAndIsNotComputedAgain()
    {
        ScrapePlan plan = ScrapePlan.Create(With(Target(("__address__", "h:1")), ("memory", a => a with { Delta = true })), Id);

        PlannedScrape memory = plan.Scrapes[0];
        Assert.Equal("http://h:1/debug/pprof/allocs?seconds=14", memory.Url);
        Assert.Equal(DeltaMode.FromTarget, memory.Delta);
        Assert.Equal(TimeSpan.FromSeconds(14), memory.Requested);
    }

    [Fact]
    public void Create_ParamsAndDelta_LeavesParamsAndOtherTypesAlone()
    {
        var parameters = new Dictionary<string, IReadOnlyList<string>> { ["gc"] = ["1", "2"], ["b c"] = ["x&y"] };
        ScrapeArguments arguments = new() { Targets = [Target(("__address__", "h:1")), Target(("__address__", "h:2"))], Params = parameters };

        ScrapePlan first = ScrapePlan.Create(arguments, Id);
        ScrapePlan second = ScrapePlan.Create(arguments, Id);

        Assert.Equal("http://h:1/debug/pprof/allocs?b+c=x%26y&gc=1&gc=2", first.Scrapes[0].Url);
        Assert.Equal("http://h:2/debug/pprof/profile?b+c=x%26y&gc=1&gc=2&seconds=14", first.Scrapes[9].Url);
        Assert.Equal(first.Scrapes.Select(scrape => scrape.Url), second.Scrapes.Select(scrape => scrape.Url));
        Assert.Equal(["b c", "gc"], parameters.Keys.Order());
    }

    [Theory]
    [InlineData("/p?seconds=5", null, null, "http://h:1/p?seconds=5", 5)]
    [InlineData("/p", "6", null, "http://h:1/p?seconds=6", 6)]
    [InlineData("/p", "6", "7", "http://h:1/p?seconds=7", 7)]
    [InlineData("/p?seconds=5", "6", null, "http://h:1/p?seconds=5", 5)]
    [InlineData("/p?seconds=5", "6", "7", "http://h:1/p?seconds=7", 7)]
    public void Create_SecondsFromElsewhere_AreKeptAndDecideTheDeadline(string path, string? parameter, string? label, string url, int seconds)
    {
        ScrapeArguments arguments = Only("custom", path, delta: true, Target(("__address__", "h:1"), ("__param_seconds", label ?? "")));
        ScrapePlan plan = ScrapePlan.Create(
            arguments with
            {
                ScrapeTimeout = TimeSpan.FromSeconds(3),
                Params = parameter is null ? arguments.Params : new Dictionary<string, IReadOnlyList<string>> { ["seconds"] = [parameter] },
            },
            Id);

        PlannedScrape scrape = Assert.Single(plan.Scrapes);
        Assert.Equal(url, scrape.Url);
        Assert.Equal(TimeSpan.FromSeconds(seconds), scrape.Requested);
        Assert.Equal(TimeSpan.FromSeconds(seconds + 3), scrape.Deadline);
    }

    [Fact]
    public void Create_Labels_FollowTheDesign()
    {
        ScrapePlan plan = ScrapePlan.Create(
            Only("custom", "/p", delta: false, Target(("__address__", "h:1"), ("__meta_x", "y"), ("zone", "a"))), Id);

        Assert.Equal(
            LabelSet.Of(("__name__", "custom"), ("instance", "h:1"), ("job", Id), ("service_name", "unspecified"), ("zone", "a")),
            plan.Scrapes[0].Labels);
    }

    [Theory]
    [InlineData("", "", Id)]
    [InlineData("", "theirs", "theirs")]
    [InlineData("ours", "theirs", "ours")]
    public void Create_Job_IsJobNameThenTheTargetsThenTheComponents(string jobName, string own, string expected)
    {
        ScrapeArguments arguments = Only("custom", "/p", delta: false, Target(("__address__", "h:1"), ("job", own)));

        Assert.Equal(expected, ScrapePlan.Create(arguments with { JobName = jobName }, Id).Scrapes[0].Labels["job"]);
    }

    [Theory]
    [InlineData("service_name", "given", "given")]
    [InlineData("__meta_kubernetes_pod_annotation_pyroscope_io_service_name", "annotated", "annotated")]
    [InlineData("__meta_docker_container_name", "/web", "web")]
    [InlineData("__meta_dockerswarm_container_label_service_name", "swarm", "swarm")]
    [InlineData("__meta_dockerswarm_service_name", "service", "service")]
    [InlineData("__meta_kubernetes_namespace", "alone", "unspecified")]
    public void Create_ServiceName_IsInferred(string label, string value, string expected)
    {
        ScrapeArguments arguments = Only("custom", "/p", delta: false, Target(("__address__", "h:1"), (label, value)));

        Assert.Equal(expected, ScrapePlan.Create(arguments, Id).Scrapes[0].Labels["service_name"]);
    }

    [Fact]
    public void Create_ServiceNameOfKubernetes_IsNamespaceAndContainer()
    {
        ScrapeArguments arguments = Only("custom", "/p", delta: false, Target(
            ("__address__", "h:1"), ("__meta_kubernetes_namespace", "prod"), ("__meta_kubernetes_pod_container_name", "api"),
            ("__meta_docker_container_name", "/later")));

        Assert.Equal("prod/api", ScrapePlan.Create(arguments, Id).Scrapes[0].Labels["service_name"]);
    }

    [Theory]
    [InlineData("h", "http", "http://h:80/p")]
    [InlineData("h", "https", "https://h:443/p")]
    [InlineData("h", "", "http://h:80/p")]
    [InlineData("h:8080", "HTTPS", "https://h:8080/p")]
    [InlineData("[::1]:6060", "http", "http://[::1]:6060/p")]
    [InlineData("[::1]", "https", "https://[::1]:443/p")]
    public void Create_Address_GetsThePortOfItsScheme(string address, string scheme, string url)
    {
        ScrapeArguments arguments = Only("custom", "/p", delta: false, Target(("__address__", address)));

        PlannedScrape scrape = ScrapePlan.Create(arguments with { Scheme = scheme }, Id).Scrapes[0];

        Assert.Equal(url, scrape.Url);
        Assert.Equal(url.Split('/')[2], scrape.Labels["instance"]);
    }

    [Theory]
    [InlineData("", "no __address__")]
    [InlineData("http://h:80", "without a scheme")]
    [InlineData("h:80/x", "without a path")]
    [InlineData("h:http", "no valid port")]
    [InlineData("h:0", "no valid port")]
    [InlineData("h:65536", "no valid port")]
    [InlineData("h:", "no valid port")]
    [InlineData(":80", "no host")]
    [InlineData("::1", "needs brackets")]
    [InlineData("[::1", "no valid IPv6")]
    [InlineData("[]:80", "no valid IPv6")]
    [InlineData("[::1]x:80", "no valid IPv6")]
    [InlineData("me@h:80", "without any other character")]
    [InlineData("h h:80", "without any other character")]
    public void Create_BadAddress_DropsOnlyThatTarget(string address, string reason)
    {
        Target bad = Target(("__address__", address), ("zone", "a"));

        ScrapePlan plan = ScrapePlan.Create(Only("custom", "/p", delta: false, bad, Target(("__address__", "good:1"))), Id);

        Assert.Equal("http://good:1/p", Assert.Single(plan.Scrapes).Url);
        DroppedTarget dropped = Assert.Single(plan.Dropped);
        Assert.Same(bad, dropped.Target);
        Assert.Contains(reason, dropped.Reason, StringComparison.Ordinal);
        Assert.Equal(DropCause.Invalid, dropped.Cause);
    }

    [Fact]
    public void Create_TargetLabels_OverrideTheComponentsSettings()
    {
        ScrapeArguments arguments = Only("custom", "/p", delta: false, Target(
            ("__address__", "h:1"), ("__scheme__", "https"), ("__profile_path__", "/mine?a=1"), ("__profile_path_prefix__", "/pre/"),
            ("__param_debug", "0"), ("__param_gc", "9")));

        ScrapePlan plan = ScrapePlan.Create(
            arguments with { Params = new Dictionary<string, IReadOnlyList<string>> { ["gc"] = ["1", "2"] } }, Id);

        Assert.Equal("https://h:1/pre/mine?a=1&debug=0&gc=9&gc=2", plan.Scrapes[0].Url);
    }

    [Theory]
    [InlineData("", "debug/pprof", "/debug/pprof")]
    [InlineData("/a/", "/b", "/a/b")]
    [InlineData("a", "b/", "/a/b/")]
    [InlineData("", "//x/../y/./z", "/y/z")]
    [InlineData("", "/a b#c%41", "/a%20b%23c%41")]
    [InlineData("", "/100%", "/100%25")]
    [InlineData("", "/p?x", "/p?x=")]
    [InlineData("", "/p?x=%2f+", "/p?x=%2F+")]
    public void Create_Path_IsJoinedCleanedAndEscaped(string prefix, string path, string expected)
    {
        ScrapeArguments arguments = Only("custom", path, delta: false, Target(("__address__", "h:1")));

        ScrapePlan plan = ScrapePlan.Create(arguments with { Profiling = arguments.Profiling with { PathPrefix = prefix } }, Id);

        Assert.Equal("http://h:1" + expected, plan.Scrapes[0].Url);
    }

    [Fact]
    public void Create_SameUrlAndLabels_CollapsesVisibly()
    {
        Target first = Target(("__address__", "h:1"), ("__meta_a", "1"));
        Target second = Target(("__address__", "h:1"), ("__meta_a", "2"));

        ScrapePlan plan = ScrapePlan.Create(Only("custom", "/p", delta: false, first, second), Id);

        Assert.Same(first, Assert.Single(plan.Scrapes).Target);
        DroppedTarget dropped = Assert.Single(plan.Dropped);
        Assert.Same(second, dropped.Target);
        Assert.Equal(DropCause.Duplicate, dropped.Cause);
        Assert.Contains("custom", dropped.Reason, StringComparison.Ordinal);
        Assert.Empty(plan.SharedUrls);
    }

    [Fact]
    public void Create_SameUrlOtherLabels_IsScrapedAndReported()
    {
        ScrapePlan plan = ScrapePlan.Create(
            Only("custom", "/p", delta: false, Target(("__address__", "h:1"), ("a", "1")), Target(("__address__", "h:1"), ("a", "2"))), Id);

        Assert.Equal(2, plan.Scrapes.Count);
        Assert.Empty(plan.Dropped);
        Assert.Equal(new SharedUrl("http://h:1/p", 2), Assert.Single(plan.SharedUrls));
    }

    [Fact]
    public void Create_CustomNamedLikeAStandardType_ReplacesIt()
    {
        ScrapeArguments arguments = new()
        {
            Targets = [Target(("__address__", "h:1"))],
            Profiling = new ProfilingArguments { Custom = [Custom("memory", "/heap", delta: false)] },
        };

        ScrapePlan plan = ScrapePlan.Create(arguments, Id);

        PlannedScrape memory = Assert.Single(plan.Scrapes, scrape => scrape.ProfileType == "memory");
        Assert.Equal("http://h:1/heap", memory.Url);
        Assert.Equal(DeltaMode.Computed, memory.Delta);
        Assert.Equal(5, plan.Scrapes.Count);
    }

    [Fact]
    public void Create_ProfileOwnTimes_WinOverTheComponents()
    {
        ScrapePlan plan = ScrapePlan.Create(
            With(
                Target(("__address__", "h:1")),
                ("process_cpu", a => a with
                {
                    ScrapeInterval = TimeSpan.FromSeconds(60),
                    ScrapeTimeout = TimeSpan.FromSeconds(5),
                    DeltaProfilingDuration = TimeSpan.FromSeconds(10),
                })),
            Id);

        PlannedScrape cpu = plan.Scrapes.Single(scrape => scrape.ProfileType == "process_cpu");
        Assert.Equal("http://h:1/debug/pprof/profile?seconds=10", cpu.Url);
        Assert.Equal(TimeSpan.FromSeconds(60), cpu.Interval);
        Assert.Equal(TimeSpan.FromSeconds(15), cpu.Deadline);
        Assert.Equal(TimeSpan.FromSeconds(15), plan.Scrapes[0].Interval);
    }

    [Fact]
    public void SlotOffset_IsStableAndInsideTheInterval()
    {
        ScrapePlan plan = ScrapePlan.Create(
            new ScrapeArguments { Targets = [.. Enumerable.Range(1, 200).Select(i => Target(("__address__", $"h:{i}")))] }, Id);

        Assert.All(plan.Scrapes, scrape => Assert.InRange(scrape.SlotOffset, TimeSpan.Zero, scrape.Interval - TimeSpan.FromTicks(1)));

        // A thousand slots in fifteen one-second bins: an even spread has about 67 in each.
        Assert.All(
            plan.Scrapes.GroupBy(scrape => (int)scrape.SlotOffset.TotalSeconds), bin => Assert.InRange(bin.Count(), 30, 110));
        Assert.Equal(15, plan.Scrapes.Select(scrape => (int)scrape.SlotOffset.TotalSeconds).Distinct().Count());
    }

    private static Target Target(params ReadOnlySpan<(string Name, string Value)> labels) => new(LabelSet.Of(labels));

    private static Labelled<ProfileArguments> Custom(string type, string path, bool delta) =>
        new(type, default, new ProfileArguments { Enabled = true, Path = path, Delta = delta });

    private static ScrapeArguments Only(string type, string path, bool delta, params IReadOnlyList<Target> targets)
    {
        ScrapeArguments off = With(targets[0], [.. StandardProfile.All.Select<StandardProfile, (string, Func<ProfileArguments, ProfileArguments>)>(
            profile => (profile.Type, a => a with { Enabled = false }))]);
        return off with { Targets = targets, Profiling = off.Profiling with { Custom = [Custom(type, path, delta)] } };
    }

    private static ScrapeArguments With(Target target, params (string Type, Func<ProfileArguments, ProfileArguments> Change)[] changes)
    {
        var standard = new Dictionary<string, ProfileArguments>(new ProfilingArguments().Standard);
        foreach ((string type, Func<ProfileArguments, ProfileArguments> change) in changes)
        {
            standard[type] = change(standard[type]);
        }

        return new ScrapeArguments { Targets = [target], Profiling = new ProfilingArguments { Standard = standard } };
    }
}
