using Stoker.Components;
using Stoker.Labels;
using Stoker.Scrape.Tests.Running;

namespace Stoker.Scrape.Tests.Planning;

public sealed class LimitTests
{
    // instance, job, service_name, zone, __name__ and, for memory, __delta__.
    private const int Delivered = 6;

    private static readonly ScrapeArguments Arguments = RunningScrape.One("memory");

    [Theory]
    [InlineData(Delivered - 1, false)]
    [InlineData(Delivered, true)]
    [InlineData(0, true)]
    public void LabelLimit_CountsEveryDeliveredLabel(long limit, bool isScraped)
    {
        ScrapePlan plan = Plan(Arguments with { LabelLimit = limit }, Target("h:1", ("zone", "a"), ("__meta_x", "no label")), Target("h:2"));

        Assert.Equal(isScraped ? ["http://h:1/p", "http://h:2/p"] : ["http://h:2/p"], plan.Scrapes.Select(scrape => scrape.Url));
        Assert.Equal(
            isScraped ? [] : ["6 labels would be delivered for \"memory\", and label_limit is 5; remove labels by relabeling or raise label_limit"],
            plan.Dropped.Select(dropped => dropped.Reason));
        Assert.Equal(isScraped ? 0 : 1, plan.InvalidCount);
    }

    [Theory]
    [InlineData(12, true)]
    [InlineData(11, false)]
    public void LabelNameLengthLimit_CountsBytes(long limit, bool isScraped)
    {
        // Twelve bytes are what service_name needs.
        ScrapePlan plan = Plan(Arguments with { LabelNameLengthLimit = limit }, Target("h:1"), Target("h:2", ("zöne_zöne_", "a")));

        Assert.Equal(isScraped ? 2 : 0, plan.Scrapes.Count);
        Assert.Equal(
            isScraped
                ? []
                : ["the name of the label \"service_name\" is 12 bytes long, and label_name_length_limit is 11; rename the label by relabeling or raise label_name_length_limit"],
            plan.Dropped.Select(dropped => dropped.Reason).Distinct());
        Assert.Single(Plan(Arguments with { LabelNameLengthLimit = 12 }, Target("h:2", ("zöne_zöne_z", "a"))).Dropped);
    }

    [Theory]
    [InlineData(22, true)]
    [InlineData(21, false)]
    public void LabelValueLengthLimit_CountsBytes(long limit, bool isScraped)
    {
        ScrapePlan plan = Plan(Arguments with { LabelValueLengthLimit = limit }, Target("h:1"), Target("h:2", ("zone", new string('ö', 11))));

        Assert.Equal(isScraped ? 2 : 1, plan.Scrapes.Count);
        Assert.Equal(
            isScraped
                ? []
                : ["the value of the label \"zone\" is 22 bytes long, and label_value_length_limit is 21; shorten or remove the label by relabeling, or raise label_value_length_limit"],
            plan.Dropped.Select(dropped => dropped.Reason));
    }

    [Fact]
    public void LabelLimit_OneProfileTypeOver_DropsTheTargetWhole()
    {
        // Without __delta__ goroutine has one label less than memory, and comes behind it.
        ScrapePlan plan = Plan(new ScrapeArguments { LabelLimit = Delivered - 1 }, Target("h:1", ("zone", "a")));

        Assert.Empty(plan.Scrapes);
        Assert.Single(plan.Dropped);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(51)]
    public void TargetLimit_NotReached_ChangesNothing(long limit)
    {
        ScrapePlan plan = Plan(new ScrapeArguments { TargetLimit = limit }, Many(50));

        Assert.Equal(250, plan.Scrapes.Count);
        Assert.Empty(plan.Dropped);
    }

    [Fact]
    public void TargetLimit_Reached_KeepsWholeTargetsAndSaysSo()
    {
        ScrapePlan plan = Plan(new ScrapeArguments { TargetLimit = 20 }, Many(50));

        Assert.Equal(100, plan.Scrapes.Count);
        Assert.Equal(20, Chosen(plan).Count);
        Assert.Equal((30, 0), (plan.LimitedCount, plan.InvalidCount));
        Assert.Equal(50, Chosen(plan).Concat(plan.Dropped.Select(dropped => dropped.Target.Labels["__address__"])).Distinct().Count());
        Assert.All(plan.Dropped, dropped => Assert.Equal(DropCause.OverLimit, dropped.Cause));
        Assert.Equal("50 targets could be scraped, and target_limit is 20; narrow the targets or raise target_limit", plan.Dropped[0].Reason);
        Assert.Equal(Many(50).Select(target => target.Labels["__address__"]).Where(Chosen(plan).Contains), Chosen(plan));
    }

    [Fact]
    public void TargetLimit_EachProcess_ChoosesTheSame()
    {
        // Frozen, and computed from the definition of XXH64: another choice after an update of the agent would move loops all over a fleet.
        ScrapePlan plan = Plan(Arguments with { TargetLimit = 5 }, Many(50));

        Assert.Equal(["h33:1", "h39:1", "h42:1", "h45:1", "h46:1"], Chosen(plan));
    }

    [Fact]
    public void TargetLimit_OrderOfTheList_DoesNotMatter()
    {
        IReadOnlyList<string> chosen = Chosen(Plan(Arguments with { TargetLimit = 20 }, Many(50)));
        IReadOnlyList<string> reversed = Chosen(Plan(Arguments with { TargetLimit = 20 }, [.. Many(50).Reverse()]));

        Assert.Equal(chosen, reversed.Reverse());
    }

    [Fact]
    public void TargetLimit_TargetComesOrGoes_ChangesOneAtMost()
    {
        Target[] targets = Many(50);
        IReadOnlyList<string> before = Chosen(Plan(Arguments with { TargetLimit = 20 }, targets));
        for (int i = 0; i < targets.Length; i++)
        {
            string gone = targets[i].Labels["__address__"];
            IReadOnlyList<string> after = Chosen(Plan(Arguments with { TargetLimit = 20 }, [.. targets.Where(target => target != targets[i])]));
            Assert.Equal(20, after.Count);
            Assert.Equal(before.Contains(gone) ? 1 : 0, after.Except(before).Count());
        }
    }

    [Fact]
    public void TargetLimit_OtherLabelsAndSettings_ChooseTheSame()
    {
        IReadOnlyList<string> before = Chosen(Plan(Arguments with { TargetLimit = 20 }, Many(50)));
        ScrapePlan other = Plan(
            new ScrapeArguments { TargetLimit = 20, ScrapeInterval = TimeSpan.FromMinutes(1), Scheme = "https", JobName = "other" },
            [.. Many(50).Select(target => new Target(target.Labels.ToBuilder().Set("zone", "b").Set("__meta_x", "y").ToLabelSet()))]);

        Assert.Equal(before, Chosen(other));
    }

    [Fact]
    public void TargetLimit_OneAddress_IsDecidedByWhatIsScraped()
    {
        Target[] targets = [.. Enumerable.Range(0, 30).Select(i => Target("gateway:1", ("__param_pod", $"pod-{i}"), ("pod", $"pod-{i}")))];
        IReadOnlyList<PlannedScrape> chosen = Plan(Arguments with { TargetLimit = 10 }, targets).Scrapes;
        IReadOnlyList<PlannedScrape> reversed = Plan(Arguments with { TargetLimit = 10 }, [.. targets.Reverse()]).Scrapes;

        Assert.Equal(10, chosen.Count);
        Assert.Equal(chosen.Select(scrape => scrape.Url), reversed.Select(scrape => scrape.Url).Reverse());
    }

    [Fact]
    public void TargetLimit_InvalidOnesAndDuplicates_DoNotCount()
    {
        ScrapePlan plan = Plan(
            Arguments with { TargetLimit = 3, LabelLimit = 8 },
            [Target("http://x"), Target("h:1", ("a", "1"), ("b", "1"), ("c", "1"), ("d", "1")), .. Many(3), .. Many(3), .. Many(2)]);

        Assert.Equal(["h0:1", "h1:1", "h2:1"], Chosen(plan));
        Assert.Equal((2, 0), (plan.InvalidCount, plan.LimitedCount));
        Assert.Equal(5, plan.Dropped.Count(dropped => dropped.Cause == DropCause.Duplicate));
    }

    [Fact]
    public void TargetLimit_OfASharedUrl_LeavesNoReport()
    {
        Target[] targets = [Target("h:1", ("zone", "a")), Target("h:1", ("zone", "b"))];

        Assert.Single(Plan(Arguments, targets).SharedUrls);
        Assert.Empty(Plan(Arguments with { TargetLimit = 1 }, targets).SharedUrls);
    }

    private static IReadOnlyList<string> Chosen(ScrapePlan plan) =>
        [.. plan.Scrapes.Select(scrape => scrape.Target.Labels["__address__"]).Distinct()];

    private static Target[] Many(int count) => [.. Enumerable.Range(0, count).Select(i => Target($"h{i}:1", ("zone", "a")))];

    private static Target Target(string address, params (string Name, string Value)[] labels) =>
        new(LabelSet.Of([("__address__", address), .. labels]));

    private static ScrapePlan Plan(ScrapeArguments arguments, params IReadOnlyList<Target> targets) =>
        ScrapePlan.Create(arguments with { Targets = targets }, RunningScrape.Id);
}
