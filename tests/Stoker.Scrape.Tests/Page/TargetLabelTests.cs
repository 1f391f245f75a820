using Stoker.Scrape.Tests.Arguments;
using Stoker.Scrape.Tests.Running;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Page;

/// <summary>
/// The labels of a target that settings of its own come from: each wins over the profile's block and the component, for this target only, and
/// one that is wrong is an error at the target. And the query inside a path, which is no label.
/// </summary>
public sealed class TargetLabelTests
{
    private const string BothTimes = "\"__scrape_interval__\" = \"40s\", \"__scrape_timeout__\" = \"50s\"";

    /// <summary>With the labels, the component's arguments, those of its only profile block, and the URL.</summary>
    [Theory]
    [InlineData("\"__scheme__\" = \"https\"", "scheme = \"http\"", "", "https://h:1/p")]
    [InlineData("\"__scheme__\" = \"http\"", "scheme = \"https\"", "", "http://h:1/p")]
    [InlineData("\"__profile_path__\" = \"/mine\"", "", "", "http://h:1/mine")]
    [InlineData("\"__profile_path__\" = \"/mine?b=1&a=2\"", "", "", "http://h:1/mine?a=2&b=1")]
    [InlineData("\"__profile_path_prefix__\" = \"/pre\"", "", "", "http://h:1/pre/p")]
    [InlineData("\"__profile_path_prefix__\" = \"/pre\", \"__profile_path__\" = \"/mine\"", "", "", "http://h:1/pre/mine")]
    [InlineData("\"__param_gc\" = \"1\"", "", "", "http://h:1/p?gc=1")]
    [InlineData("\"__param_gc\" = \"1\", \"__param_a b\" = \"c&d\"", "", "", "http://h:1/p?a+b=c%26d&gc=1")]
    [InlineData("\"__param_gc\" = \"9\"", "params = { \"gc\" = [\"1\", \"2\"], \"x\" = [\"y\"] }", "", "http://h:1/p?gc=9&gc=2&x=y")]
    [InlineData("\"__param_a\" = \"3\", \"__profile_path__\" = \"/p?a=2\"", "params = { \"a\" = [\"1\"] }", "", "http://h:1/p?a=3")]
    [InlineData("\"__scrape_interval__\" = \"40s\"", "", "delta = true", "http://h:1/p?seconds=39")]
    public void Label_OfATarget_WinsAndChangesNoOther(string labels, string component, string block, string url)
    {
        ScrapePlan plan = PageText.Plan($$"""
            targets = [{"__address__" = "h:1", {{labels}}}, {"__address__" = "other:1"}]
            {{component}}
            {{OnlyCustom("/p", block)}}
            """);
        ScrapePlan without = PageText.Plan($$"""
            targets = [{"__address__" = "h:1"}, {"__address__" = "other:1"}]
            {{component}}
            {{OnlyCustom("/p", block)}}
            """);

        Assert.Equal([url, without.Scrapes[1].Url], plan.Scrapes.Select(scrape => scrape.Url));
        Assert.NotEqual(url, without.Scrapes[0].Url);
        Assert.Equal(without.Scrapes[0].Labels, plan.Scrapes[0].Labels);
    }

    /// <summary>The prefix of a label stands in the place of the component's; it is not put before it.</summary>
    [Fact]
    public void ProfilePathPrefix_OfATarget_ReplacesTheComponents() => Assert.Equal(
        ["http://h:1/mine/debug/pprof/goroutine", "http://other:1/all/debug/pprof/goroutine"],
        PageText.Urls(
            "targets = [{\"__address__\" = \"h:1\", \"__profile_path_prefix__\" = \"/mine\"}, {\"__address__\" = \"other:1\"}]\n"
            + PageText.OnlyGoroutine.Replace("profiling_config {", "profiling_config {\npath_prefix = \"/all\"", StringComparison.Ordinal)));

    /// <summary>Interval and deadline of the target, over those of the component and of the block, and of the target beside it.</summary>
    [Theory]
    [InlineData("\"__scrape_interval__\" = \"40s\"", "", "", 40, 43, 15, 18)]
    [InlineData("\"__scrape_timeout__\" = \"33s\"", "", "", 15, 33, 15, 18)]
    [InlineData(BothTimes, "scrape_interval = \"20s\"\nscrape_timeout = \"30s\"", "", 40, 50, 20, 30)]
    [InlineData(BothTimes, "", "scrape_interval = \"20s\"\nscrape_timeout = \"30s\"", 40, 50, 20, 30)]
    public void Times_OfATarget_WinOverBlockAndComponent(
        string labels, string component, string block, int interval, int deadline, int otherInterval, int otherDeadline)
    {
        ScrapePlan plan = PageText.Plan($$"""
            targets = [{"__address__" = "h:1", {{labels}}}, {"__address__" = "other:1"}]
            {{component}}
            {{OnlyCustom("/p", block)}}
            """);

        Assert.Equal(
            [(interval, deadline), (otherInterval, otherDeadline)],
            plan.Scrapes.Select(scrape => ((int)scrape.Interval.TotalSeconds, (int)scrape.Deadline.TotalSeconds)));
    }

    [Fact]
    public async Task ScrapeInterval_OfATarget_IsTheTimeBetweenTwoOfItsScrapes()
    {
        var time = new ManualTimeProvider();
        await using RunningScrape scrape = PageText.Run(
            "targets = [{\"__address__\" = \"h:1\", \"__scrape_interval__\" = \"40s\"}]\n" + PageText.OnlyGoroutine, PageText.Answering(time), time);

        await scrape.FirstTickAsync();
        await scrape.TickAsync();

        Assert.Equal(
            TimeSpan.FromSeconds(40), scrape.Receiver.Profiles[1].ScrapedAt - scrape.Receiver.Profiles[0].ScrapedAt);
    }

    [Fact]
    public async Task ScrapeTimeout_OfATarget_EndsItsRequest()
    {
        var time = new ManualTimeProvider();
        var handler = new ScriptedHttpHandler(async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException("unreachable");
        });
        await using RunningScrape scrape = PageText.Run(
            "targets = [{\"__address__\" = \"h:1\", \"__scrape_timeout__\" = \"25s\"}]\n" + PageText.OnlyGoroutine, handler, time);
        await scrape.ReachFirstSlotAsync();
        await RunningScrape.WithinBound(handler.WaitForRequestsAsync(1));

        await scrape.AsleepForAsync(TimeSpan.FromSeconds(25));
        time.Advance(TimeSpan.FromSeconds(25));
        await scrape.AsleepForAsync(TimeSpan.FromSeconds(30 - 25));

        Assert.Equal("timeout", scrape.Shown()["last_error_reason"]);
    }

    [Theory]
    [InlineData("\"__scheme__\" = \"ftp\"", "__scheme__ should be")]
    [InlineData("\"__scrape_interval__\" = \"often\"", "__scrape_interval__ should be a duration")]
    [InlineData("\"__scrape_interval__\" = \"0s\"", "__scrape_interval__ must be greater than 0")]
    [InlineData("\"__scrape_timeout__\" = \"-1s\"", "__scrape_timeout__ must be greater than 0")]
    public void Label_ThatIsWrong_IsAnErrorAtTheTargetAndDropsADiscoveredOneAlone(string label, string message)
    {
        ConfigurationText read = ConfigurationText.Read($"forward_to = []\ntargets = [\n  {{\"__address__\" = \"h:1\", {label}}},\n]");
        Assert.StartsWith($"3: {{\"__address__\" = \"h:1\", {label}}}: ", Assert.Single(read.Errors), StringComparison.Ordinal);
        Assert.Contains(message, read.Errors[0], StringComparison.Ordinal);

        (string, string) pair = (label.Split('"')[1], label.Split('"')[3]);
        ScrapePlan plan = ScrapePlan.Create(
            PageText.Read(PageText.OnlyGoroutine) with
            {
                Targets = [RunningScrape.TargetOf(("__address__", "h:1"), pair), RunningScrape.TargetOf(("__address__", "other:1"))],
            },
            PageText.Id);
        Assert.Contains(message, Assert.Single(plan.Dropped).Reason, StringComparison.Ordinal);
        Assert.Equal("http://other:1/debug/pprof/goroutine", Assert.Single(plan.Scrapes).Url);
    }

    /// <summary>A query inside a path goes with the request, and wins over parameters of the same names, whole.</summary>
    [Theory]
    [InlineData("", "/p?debug=0&a=b%20c", "", "http://h:1/p?a=b+c&debug=0")]
    [InlineData("params = { \"a\" = [\"1\", \"2\"], \"x\" = [\"y\"] }", "/p?a=3", "", "http://h:1/p?a=3&x=y")]
    [InlineData("", "/p?a=1&a=2", "", "http://h:1/p?a=1&a=2")]
    [InlineData("", "/p?a=1", "delta = true", "http://h:1/p?a=1&seconds=14")]
    [InlineData("", "/p?seconds=5", "delta = true", "http://h:1/p?seconds=5")]
    public void Query_InsideAPath_IsKept(string component, string path, string block, string url) =>
        Assert.Equal([url], PageText.Urls($"{component}\n{OnlyCustom(path, block)}"));

    private static string OnlyCustom(string path, string more) => PageText.OnlyGoroutine.Replace(
        "profiling_config {",
        $"profiling_config {{\nprofile.goroutine {{ enabled = false }}\nprofile.custom \"c\" {{\nenabled = true\npath = \"{path}\"\n{more}\n}}",
        StringComparison.Ordinal);
}
