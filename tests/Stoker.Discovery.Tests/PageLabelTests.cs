using System.Text.Json.Nodes;
using Stoker.Discovery.Docker;
using Stoker.Discovery.Processes;
using Stoker.Discovery.Tests.Consul;
using Stoker.Discovery.Tests.Docker;
using Stoker.Discovery.Tests.Processes;
using Stoker.Labels;
using Stoker.Labels.Relabelling;

namespace Stoker.Discovery.Tests;

/// <summary>The reference pages show every label that targets can have, and every action of rules.</summary>
public sealed class PageLabelTests
{
    [Fact]
    public async Task ProcessPage_Labels_AreAllThere()
    {
        using var proc = new FakeProc();
        proc.Add(10, cgroup: "0::/docker/" + new string('a', 64));
        var everything = new ProcessArguments { DiscoverConfig = new DiscoverConfig { CgroupPath = true } };
        await using var processes = RunningDiscovery.Start(proc.Definition, everything);
        AssertLabels(await processes.TargetsAsync(targets => targets.Count > 0), 8, ComponentPage.Of("discovery.process"));
    }

    [Fact]
    public void DnsPage_Labels_AreAllThere() => ComponentPage.Of("discovery.dns").AssertRows(
        [.. ((string[])["name", "srv_record_target", "srv_record_port", "mx_record_target", "ns_record_target"]).Select(label => $"__meta_dns_{label}")]);

    [Fact]
    public async Task DockerPage_Labels_AreAllThere()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        engine.Containers = $"[{DockerStandIn.Container("c1", "a", "10.0.0.1", 1)}]".Replace(
            "\"PrivatePort\":1", "\"PrivatePort\":1,\"PublicPort\":2,\"IP\":\"::\"", StringComparison.Ordinal);
        await using var docker = new RunningSource();
        await docker.StartAsync(new DockerSource(new DockerArguments { Host = engine.Host }, docker.Context));
        await docker.UntilRoundAsync();
        ComponentPage page = ComponentPage.Of("discovery.docker");
        AssertLabels(docker.Targets, 15, page);
        page.AssertRows(["__meta_docker_container_label_<name>", "__meta_docker_network_label_<name>"]);
    }

    [Fact]
    public async Task ConsulPage_Labels_AreAllThere()
    {
        await using var consul = new RunningSource();
        await using ConsulStandIn agent = await ConsulStandIn.StartAsync(consul.Time);
        JsonObject instance = ConsulStandIn.Instance("web-1", "10.0.0.2", 80);
        (instance["Node"]!["Meta"], instance["Service"]!["Meta"], instance["Node"]!["TaggedAddresses"]) = (null, null, null);
        (instance["Service"]!["Namespace"], instance["Service"]!["Partition"]) = ("n", "p");
        agent.Set("web", instance);
        await ConsulSourceTests.StartAsync(consul, agent);
        await consul.UntilRoundAsync();
        ComponentPage page = ComponentPage.Of("discovery.consul");
        AssertLabels(consul.Targets, 12, page);
        page.AssertRows(["__meta_consul_metadata_<key>", "__meta_consul_service_metadata_<key>", "__meta_consul_tagged_address_<key>"]);
    }

    [Fact]
    public void RelabelPage_Actions_AreAllThere() => ComponentPage.Of("discovery.relabel").AssertRows(
        Enum.GetValues<RelabelAction>().Select(action => action.ToString().ToLowerInvariant()));

    private static void AssertLabels(IReadOnlyList<LabelSet> targets, int count, ComponentPage page)
    {
        LabelSet labels = Assert.Single(targets);
        Assert.Equal(count, labels.Count);
        page.AssertRows(labels.Select(label => label.Name));
    }
}
