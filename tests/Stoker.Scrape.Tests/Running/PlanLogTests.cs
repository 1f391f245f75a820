using Stoker.Components;
using Stoker.Labels;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Running;

public sealed class PlanLogTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private readonly ManualTimeProvider _time = new();
    private readonly CapturingLogger _lines = new();
    private readonly PlanLog _log;

    public PlanLogTests() => _log = new PlanLog(_lines, _time);

    [Fact]
    public void Report_SameMistakeInEveryUpdate_IsSaidOnce()
    {
        Assert.Equal(
            ["Warning: target dropped labels={__address__=\"http://a\"} reason=__address__ \"http://a\" must be <host>:<port> without a scheme; the scheme goes into scheme or __scheme__"],
            Report(Bad("a"), Good("b")));

        Assert.Empty(Flap(500, () => [Bad("a"), Good("b")]));
    }

    [Fact]
    public void Report_TargetThatComesAndGoes_IsSaidOnceUntilItWasAwayForAnHour()
    {
        bool isThere = false;
        Assert.Single(Flap(500, () => (isThere = !isThere) ? [Bad("a"), Good("b")] : [Good("b")]));

        Report(Good("b"));
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Empty(Report(Bad("a")));
        Report(Good("b"));
        _time.Advance(TimeSpan.FromMinutes(60));
        Assert.Single(Report(Bad("a")));
    }

    [Fact]
    public void Report_OtherReasonOfTheSameTarget_IsSaid()
    {
        Report(Bad("a"));
        Assert.Contains("label_limit is 1", Assert.Single(Report(RunningScrape.One("x") with { LabelLimit = 1 }, Good("b"))), StringComparison.Ordinal);
        Assert.Contains("label_limit is 2", Assert.Single(Report(RunningScrape.One("x") with { LabelLimit = 2 }, Good("b"))), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_ManyAtOnce_NamesTenAndCountsTheRest()
    {
        IReadOnlyList<string> lines = Report([.. Enumerable.Range(0, 5000).Select(i => Bad($"h{i}"))]);
        Assert.Equal(11, lines.Count);
        Assert.Equal("Warning: further targets dropped, see the component's debug information count=4990", lines[^1]);
        Assert.Empty(Flap(10, () => [.. Enumerable.Range(0, 5000).Select(i => Bad($"h{i}"))]));
    }

    [Fact]
    public void Report_OtherBadTargetsInEveryUpdate_TakesElevenLinesAMinute()
    {
        int next = 0;
        List<string> lines = Flap(120, () => [.. Enumerable.Range(0, 20).Select(_ => Bad($"h{next++}"))]);

        // Ten minutes and the begun one.
        Assert.InRange(lines.Count, 100, 11 * 11);
        Assert.InRange(lines.Count(line => line.Contains("further", StringComparison.Ordinal)), 9, 11);
    }

    [Fact]
    public void Report_TargetLimit_IsOneLineHoweverTheTargetsFlap()
    {
        ScrapeArguments arguments = RunningScrape.One("x") with { TargetLimit = 10 };
        int count = 16;
        Assert.Equal(
            ["Warning: targets over target_limit are not scraped count=7 reason=17 targets could be scraped, and target_limit is 10; narrow the targets or raise target_limit"],
            Report(arguments, Many(17)));

        // Between four and seven over the limit, and now and then below it.
        Assert.Empty(Flap(500, () => Many((count++ % 4) + (count % 9 == 0 ? 0 : 14)), arguments));
        Assert.Single(Flap(50, () => Many(1000), arguments));
    }

    [Fact]
    public void Report_MoreLabelsThanPyroscopeTakes_IsSaidOnceWithTheTarget()
    {
        (string, string)[] labels = [.. Enumerable.Range(0, 27).Select(i => ($"l{i:00}", "v"))];

        // With instance, job, service_name and __name__ these are 31.
        Assert.Empty(Report(new Target(LabelSet.Of([("__address__", "h:1"), .. labels[1..]]))));
        string line = Assert.Single(Report(new Target(LabelSet.Of([("__address__", "h:1"), .. labels]))));
        Assert.StartsWith("Warning: target has more labels than Pyroscope takes by default url=http://h:1/p labels={__name__=\"x\"", line, StringComparison.Ordinal);
        Assert.Contains("31 labels would be delivered for \"x\"", line, StringComparison.Ordinal);
        Assert.Empty(Report(new Target(LabelSet.Of([("__address__", "h:1"), .. labels])), new Target(LabelSet.Of([("__address__", "h:2"), .. labels]))));
    }

    [Fact]
    public void Report_SharedUrl_IsSaidOnceWhateverTheCount()
    {
        Target[] shared = [.. Enumerable.Range(0, 4).Select(i => RunningScrape.TargetOf(("__address__", "h:1"), ("zone", $"{i}")))];
        Assert.Equal(["Warning: one URL is scraped more than once under different labels url=http://h:1/p count=4"], Report(shared));

        int count = 0;
        Assert.Empty(Flap(100, () => shared[..(1 + (count++ % 4))]));
    }

    /// <summary>A shared URL is scraped, so however many there are, none is counted among what was dropped.</summary>
    [Fact]
    public void Report_ManySharedUrls_NamesTenAndCallsNoneDropped()
    {
        Target[] shared =
        [
            .. from host in Enumerable.Range(0, 14)
               from zone in (string[])["a", "b"]
               select RunningScrape.TargetOf(("__address__", $"h{host}:1"), ("zone", zone)),
        ];

        IReadOnlyList<string> lines = Report(shared);

        Assert.Equal(10, lines.Count(line => line.StartsWith("Warning: one URL is scraped more than once under different labels ", StringComparison.Ordinal)));
        Assert.DoesNotContain(lines, line => line.Contains("dropped", StringComparison.Ordinal));
    }

    /// <summary>The count of what was dropped is that of targets alone, with shared URLs beside them.</summary>
    [Fact]
    public void Report_ManyBadTargetsBesideSharedUrls_CountsTheTargetsAlone()
    {
        Target[] shared = [.. Enumerable.Range(0, 2).Select(i => RunningScrape.TargetOf(("__address__", "h:1"), ("zone", $"{i}")))];

        IReadOnlyList<string> lines = Report([.. Enumerable.Range(0, 15).Select(i => Bad($"h{i}")), .. shared]);

        Assert.Contains("Warning: further targets dropped, see the component's debug information count=5", lines);
    }

    private static Target Bad(string host) => RunningScrape.TargetOf(("__address__", $"http://{host}"));

    private static Target Good(string host) => RunningScrape.TargetOf(("__address__", $"{host}:1"));

    private static Target[] Many(int count) => [.. Enumerable.Range(0, count).Select(i => Good($"h{i}"))];

    private List<string> Flap(int updates, Func<Target[]> next, ScrapeArguments? arguments = null)
    {
        var lines = new List<string>();
        for (int i = 0; i < updates; i++)
        {
            _time.Advance(Step);
            lines.AddRange(Report(arguments ?? RunningScrape.One("x"), next()));
        }

        return lines;
    }

    private IReadOnlyList<string> Report(params Target[] targets) => Report(RunningScrape.One("x"), targets);

    private IReadOnlyList<string> Report(ScrapeArguments arguments, params Target[] targets)
    {
        _log.Report(ScrapePlan.Create(arguments with { Targets = targets }, RunningScrape.Id));
        return [.. _lines.Take().Select(line => line.ToString())];
    }
}
