using System.Text.Json;
using System.Text.Json.Nodes;
using Stoker.Components;
using Stoker.Discovery.Consul;
using Stoker.Labels;

namespace Stoker.Discovery.Tests.Consul;

public sealed class ConsulTargetsTests
{
    [Fact]
    public void Make_Instance_HasAllLabels()
    {
        JsonObject entry = ConsulStandIn.Instance("web-1", "10.0.0.9", 6060, "blue", "v2");
        entry["Service"]!["Namespace"] = "team";
        entry["Service"]!["Partition"] = "part";
        Assert.Equal(
            LabelSet.Of(
                ("__address__", "10.0.0.9:6060"),
                ("__meta_consul_address", "10.0.0.1"),
                ("__meta_consul_dc", "dc1"),
                ("__meta_consul_health", "passing"),
                ("__meta_consul_metadata_rack_name", "r1"),
                ("__meta_consul_namespace", "team"),
                ("__meta_consul_node", "node-1"),
                ("__meta_consul_partition", "part"),
                ("__meta_consul_service", "web"),
                ("__meta_consul_service_address", "10.0.0.9"),
                ("__meta_consul_service_id", "web-1"),
                ("__meta_consul_service_metadata_version", "1"),
                ("__meta_consul_service_port", "6060"),
                ("__meta_consul_tagged_address_lan", "10.0.0.1"),
                ("__meta_consul_tagged_address_wan", "192.0.2.1"),
                ("__meta_consul_tags", ",blue,v2,")),
            Make(entry).Labels);
    }

    [Theory]
    [InlineData("", "10.0.0.1:80")]
    [InlineData("10.0.0.9", "10.0.0.9:80")]
    [InlineData("fd00::9", "[fd00::9]:80")]
    [InlineData("web.example", "web.example:80")]
    public void Make_Address_IsTheServicesOrElseTheNodes(string service, string expected) =>
        Assert.Equal(expected, Make(ConsulStandIn.Instance("a", service, 80)).Labels["__address__"]);

    [Fact]
    public void Make_WithoutTags_IsTwoSeparators() =>
        Assert.Equal("||", Make(ConsulStandIn.Instance("a", "b", 1), new() { TagSeparator = "|" }).Labels["__meta_consul_tags"]);

    [Fact]
    public void Make_DatacenterOfTheArguments_Wins() =>
        Assert.Equal("far", Make(ConsulStandIn.Instance("a", "b", 1), new() { Datacenter = "far" }).Labels["__meta_consul_dc"]);

    [Theory]
    [InlineData("", "passing")]
    [InlineData("a:passing b:passing", "passing")]
    [InlineData("a:passing b:warning c:passing", "warning")]
    [InlineData("a:critical b:warning", "critical")]
    [InlineData("a:warning b:critical c:passing", "critical")]
    [InlineData("a:critical _node_maintenance:critical", "maintenance")]
    [InlineData("_service_maintenance:web-1:critical a:passing", "maintenance")]
    [InlineData("a:critical b:unheard-of", "")]
    public void Make_Health_IsTheWorstCheck(string checks, string expected)
    {
        JsonObject entry = ConsulStandIn.Instance("a", "b", 1);
        entry["Checks"] = new JsonArray(
        [
            .. checks.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(check =>
                new JsonObject { ["CheckID"] = check[..check.LastIndexOf(':')], ["Status"] = check[(check.LastIndexOf(':') + 1)..] }),
        ]);
        Assert.Equal(expected, Make(entry).Labels["__meta_consul_health"]);
    }

    [Theory]
    [InlineData("""{"Service":{"ID":"a","Port":1}}""", "it has no node")]
    [InlineData("""{"Node":{"Address":"a"}}""", "it has no service")]
    [InlineData("""{"Node":{},"Service":{"ID":"a","Port":1}}""", "neither the service nor its node has an address")]
    public void Make_WithoutAPlace_IsAReason(string entry, string expected) => Assert.Equal(
        expected, ConsulTargets.Make("web", JsonSerializer.Deserialize(entry, ConsulJson.Default.ServiceEntry)!, new ConsulArguments()).Reason);

    private static Target Make(JsonObject entry, ConsulArguments? arguments = null) =>
        ConsulTargets.Make("web", entry.Deserialize(ConsulJson.Default.ServiceEntry)!, arguments ?? new ConsulArguments()).Target!;
}
