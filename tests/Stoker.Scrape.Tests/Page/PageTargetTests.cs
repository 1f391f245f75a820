using Stoker.Labels;
using Stoker.Scrape.Tests.Arguments;
using Stoker.Scrape.Tests.Running;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Page;

/// <summary>The reference page on targets: the address, internal labels, the name of the service, and what is injected.</summary>
public sealed class PageTargetTests
{
    // In the order in which the page asks them; the two of Kubernetes count as one.
    private static readonly (string Name, string Value)[] Sources =
    [
        ("service_name", "given"),
        ("__meta_kubernetes_pod_annotation_pyroscope_io_service_name", "annotated"),
        ("__meta_kubernetes_namespace", "prod"),
        ("__meta_kubernetes_pod_container_name", "api"),
        ("__meta_docker_container_name", "docker"),
        ("__meta_dockerswarm_container_label_service_name", "swarm-label"),
        ("__meta_dockerswarm_service_name", "swarm"),
    ];

    /// <summary>Each with all that come after it in place too, so that it is the order that is tested.</summary>
    [Theory]
    [InlineData(0, "given")]
    [InlineData(1, "annotated")]
    [InlineData(2, "prod/api")]
    [InlineData(3, "docker")]
    [InlineData(4, "docker")]
    [InlineData(5, "swarm-label")]
    [InlineData(6, "swarm")]
    [InlineData(7, "unspecified")]
    public async Task ServiceName_IsTheFirstOfItsSources(int without, string expected)
    {
        LabelSet delivered = await DeliverAsync([("__address__", "h:1"), .. Sources.Skip(without)]);

        Assert.Equal(expected, delivered["service_name"]);
    }

    [Fact]
    public async Task Labels_ThatAreInjected_LinkTheProfileToItsTarget() => Assert.Equal(
        LabelSet.Of(("__name__", "goroutine"), ("job", PageText.Id), ("instance", "h:6060"), ("service_name", "unspecified")),
        await DeliverAsync([("__address__", "h:6060")]));

    [Fact]
    public async Task Labels_ThatTheTargetHasItself_Stay() => Assert.Equal(
        LabelSet.Of(("__name__", "goroutine"), ("job", "theirs"), ("instance", "mine"), ("service_name", "shop"), ("zone", "a")),
        await DeliverAsync([("__address__", "h:6060"), ("job", "theirs"), ("instance", "mine"), ("service_name", "shop"), ("zone", "a")]));

    [Fact]
    public async Task Labels_WithTwoUnderscores_AreNeverDelivered()
    {
        LabelSet delivered = await DeliverAsync(
        [
            ("__address__", "h:1"), ("__meta_x", "1"), ("__scheme__", "http"), ("__param_a", "b"), ("__mine", "x"), ("__profile_path__", "/p"), ("_one", "kept"),
        ]);

        Assert.Equal(["__name__", "_one", "instance", "job", "service_name"], delivered.Select(label => label.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Address_IsTheHostAndPortOfTheRequest() => Assert.Equal(
        ["http://10.1.2.3:7070/debug/pprof/goroutine"],
        PageText.Urls("targets = [{\"__address__\" = \"10.1.2.3:7070\", \"instance\" = \"elsewhere:1\"}]\n" + PageText.OnlyGoroutine));

    [Theory]
    [InlineData("")]
    [InlineData("\"__address__\" = \"\", ")]
    public void Address_ThatIsMissing_IsAnErrorAtTheTarget(string address)
    {
        ConfigurationText read = ConfigurationText.Read($"forward_to = []\ntargets = [\n  {{{address}\"service_name\" = \"x\"}},\n]");

        Assert.Null(read.Arguments);
        Assert.Equal($"3: {{{address}\"service_name\" = \"x\"}}: this target cannot be scraped: it has no __address__ label, which must be the <host>:<port> to scrape",
            Assert.Single(read.Errors));
    }

    /// <summary>Written out, exported by a component, and both in one list; the list of a component may stand inside the list.</summary>
    [Theory]
    [InlineData("[{\"__address__\" = \"mine:1\"}]", "mine:1")]
    [InlineData("discovered", "found:1")]
    [InlineData("[discovered]", "found:1")]
    [InlineData("[{\"__address__\" = \"mine:1\"}, discovered]", "mine:1 found:1")]
    [InlineData("array.concat([{\"__address__\" = \"mine:1\"}], discovered)", "mine:1 found:1")]
    public void Targets_StaticDynamicAndCombined_AreScraped(string targets, string addresses) => Assert.Equal(
        addresses.Split(' ').Select(address => $"http://{address}/debug/pprof/goroutine"),
        PageText.Urls($"targets = {targets}\n{PageText.OnlyGoroutine}"));

    private static async Task<LabelSet> DeliverAsync((string Name, string Value)[] labels)
    {
        var time = new ManualTimeProvider();
        string target = string.Join(", ", labels.Select(label => $"\"{label.Name}\" = \"{label.Value}\""));
        await using RunningScrape scrape = PageText.Run($"targets = [{{{target}}}]\n{PageText.OnlyGoroutine}", PageText.Answering(time), time);

        await scrape.FirstTickAsync();

        return Assert.Single(scrape.Receiver.Profiles).Labels;
    }
}
