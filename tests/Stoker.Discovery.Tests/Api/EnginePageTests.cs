using System.Text.Json.Nodes;
using Stoker.Components.Arguments;
using Stoker.Discovery.Consul;
using Stoker.Discovery.Docker;
using Stoker.Discovery.Tests.Consul;
using Stoker.Discovery.Tests.Docker;
using Stoker.Http;

namespace Stoker.Discovery.Tests.Api;

/// <summary>The reference pages of discovery.docker and discovery.consul show the arguments as they are declared, every label and every metric.</summary>
public sealed class EnginePageTests
{
    private const string DockerPage = "discovery.docker.md";
    private const string ConsulPage = "discovery.consul.md";

    [Fact]
    public void Pages_Tables_AreWhatTheSchemasDeclare()
    {
        AssertSection(DockerPage, "## Arguments", OwnRows(DockerArguments.Schema));
        AssertSection(DockerPage, "### `filter`", ReferenceTable.Of(DockerFilterArguments.Schema));
        AssertSection(ConsulPage, "## Arguments", OwnRows(ConsulArguments.Schema));
    }

    [Fact]
    public async Task Pages_Labels_AreAllThere()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        engine.Containers = $"[{DockerStandIn.Container("c1", "a", "10.0.0.1", 1)}]".Replace(
            "\"PrivatePort\":1", "\"PrivatePort\":1,\"PublicPort\":2,\"IP\":\"::\"", StringComparison.Ordinal);
        await using var docker = new RunningSource();
        await docker.StartAsync(new DockerSource(new DockerArguments { Host = engine.Host }, docker.Context));
        await docker.UntilRoundAsync();
        AssertLabels(docker, 15, DockerPage);
        Assert.All(["container", "network"], kind => Assert.Contains($"| `__meta_docker_{kind}_label_<name>` |", Read(DockerPage), StringComparison.Ordinal));

        await using var consul = new RunningSource();
        await using ConsulStandIn agent = await ConsulStandIn.StartAsync(consul.Time);
        JsonObject instance = ConsulStandIn.Instance("web-1", "10.0.0.2", 80);
        (instance["Node"]!["Meta"], instance["Service"]!["Meta"], instance["Node"]!["TaggedAddresses"]) = (null, null, null);
        (instance["Service"]!["Namespace"], instance["Service"]!["Partition"]) = ("n", "p");
        agent.Set("web", instance);
        await ConsulSourceTests.StartAsync(consul, agent);
        await consul.UntilRoundAsync();
        AssertLabels(consul, 12, ConsulPage);
        Assert.All(
            ["metadata", "service_metadata", "tagged_address"],
            kind => Assert.Contains($"| `__meta_consul_{kind}_<key>` |", Read(ConsulPage), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pages_Metrics_AreAllThere()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        await AssertMetricsAsync(new RunningDiscovery(DockerSource.Definition, new DockerArguments { Host = engine.Host }), DockerPage, 5);
        await using ConsulStandIn agent = await ConsulStandIn.StartAsync(TimeProvider.System);
        await AssertMetricsAsync(new RunningDiscovery(ConsulSource.Definition, new ConsulArguments { Server = agent.Address }), ConsulPage, 5);
    }

    private static async Task AssertMetricsAsync(RunningDiscovery run, string page, int count)
    {
        await using (run)
        {
            run.Start();
            await RunningDiscovery.WithinBound(((IDiscovery)run.Component).FirstRound);
            List<string> metrics =
                [.. (await run.MetricsAsync()).Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];
            Assert.Equal(count, metrics.Count);
            Assert.All(metrics, metric => Assert.Contains($"| `{metric}` |", Read(page), StringComparison.Ordinal));
        }
    }

    private static void AssertLabels(RunningSource run, int count, string page)
    {
        Labels.LabelSet labels = Assert.Single(run.Targets);
        Assert.Equal(count, labels.Count);
        Assert.All(labels, label => Assert.Contains($"| `{label.Name}` |", Read(page), StringComparison.Ordinal));
    }

    /// <summary>The table without the arguments and blocks of the HTTP client, which have a page of their own.</summary>
    private static string OwnRows(BlockSchema schema)
    {
        string[] shared = [.. HttpClientArguments.Schema.Fields.Select(field => field.Name)];
        return string.Join('\n', ReferenceTable.Of(schema).Split('\n').Where(line =>
            !line.Contains(" > ", StringComparison.Ordinal) && !shared.Any(name => line.StartsWith($"| `{name}` ", StringComparison.Ordinal))));
    }

    private static void AssertSection(string page, string heading, string table)
    {
        string text = Read(page);
        int start = text.IndexOf(heading + "\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"{page} has no heading: {heading}\n{table}");
        int next = text.IndexOf("\n#", start + heading.Length, StringComparison.Ordinal);
        Assert.True(text[start..(next < 0 ? text.Length : next + 1)].Contains(table, StringComparison.Ordinal), $"The table should be:\n{table}");
    }

    private static string Read(string page)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Stoker.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return File.ReadAllText(Path.Combine(folder!, "docs/reference/components", page));
    }
}
