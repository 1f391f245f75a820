using System.Text.Json;
using Stoker.Components;
using Stoker.Discovery.Docker;
using Stoker.Labels;

namespace Stoker.Discovery.Tests.Docker;

/// <summary>Which targets containers give, by hand from what the engine lists.</summary>
public sealed class DockerTargetsTests
{
    private const string Networks = """
        [{"Id":"n1","Name":"bridge","Scope":"local","Internal":false,"Ingress":false,"Labels":{}},
         {"Id":"n2","Name":"shop_back","Scope":"swarm","Internal":true,"Ingress":true,"Labels":{"com.docker.compose.project":"shop"}},
         {"Id":"nh","Name":"host","Scope":"local","Internal":false,"Ingress":false,"Labels":{}}]
        """;

    [Fact]
    public void Make_ContainerInOneNetwork_GivesOneTargetForEachTcpPort()
    {
        (IReadOnlyList<LabelSet> targets, IReadOnlyList<string> skipped) = Make("""
            [{"Id":"c1","Names":["/cart","/web/cart"],"Image":"cart:2","ImageID":"sha256:aa","State":"running",
              "Ports":[{"PrivatePort":6060,"Type":"tcp"},{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},{"PrivatePort":53,"Type":"udp"}],
              "Labels":{"com.docker.compose.service":"cart","ü.x":"y","empty":""},"HostConfig":{"NetworkMode":"shop_back"},
              "NetworkSettings":{"Networks":{"shop_back":{"NetworkID":"n2","IPAddress":"172.18.0.2"}}}}]
            """);

        Assert.Empty(skipped);
        Assert.Equal(["172.18.0.2:80", "172.18.0.2:6060"], targets.Select(target => target["__address__"]));
        Assert.Equal(
            LabelSet.Of(
                ("__address__", "172.18.0.2:80"),
                ("__meta_docker_container_id", "c1"),
                ("__meta_docker_container_image", "cart:2"),
                ("__meta_docker_container_image_id", "sha256:aa"),
                ("__meta_docker_container_label_com_docker_compose_service", "cart"),
                ("__meta_docker_container_label___x", "y"),
                ("__meta_docker_container_name", "/cart"),
                ("__meta_docker_container_network_mode", "shop_back"),
                ("__meta_docker_network_id", "n2"),
                ("__meta_docker_network_ingress", "true"),
                ("__meta_docker_network_internal", "true"),
                ("__meta_docker_network_ip", "172.18.0.2"),
                ("__meta_docker_network_label_com_docker_compose_project", "shop"),
                ("__meta_docker_network_name", "shop_back"),
                ("__meta_docker_network_scope", "swarm"),
                ("__meta_docker_port_private", "80"),
                ("__meta_docker_port_public", "8080"),
                ("__meta_docker_port_public_ip", "0.0.0.0")),
            targets[0]);
        Assert.Equal("", targets[1]["__meta_docker_port_public"]);
        Assert.Equal("", targets[1]["__meta_docker_port_public_ip"]);
        Assert.Equal("false", Make(Simple("c1", "a", "10.0.0.1")).Targets.Single()["__meta_docker_network_internal"]);
    }

    [Fact]
    public void Make_ContainerWithoutTcpPorts_TakesTheFallbackPort() =>
        Assert.Equal(["10.0.0.1:6061"], Addresses(Simple("c1", "a", "10.0.0.1", """[{"PrivatePort":53,"Type":"udp"}]"""), new() { Port = 6061 }));

    [Theory]
    [InlineData(true, new[] { "10.0.0.1:80" })]
    [InlineData(false, new[] { "10.0.0.1:80", "10.9.0.1:80" })]
    public void Make_ContainerInSeveralNetworks_TakesTheFirstByName(bool matchFirst, string[] expected) => Assert.Equal(
        expected,
        Addresses(
            """
            [{"Id":"c1","Names":["/a"],"Ports":[],"HostConfig":{"NetworkMode":"z"},"NetworkSettings":{"Networks":{
              "z":{"NetworkID":"n2","IPAddress":"10.9.0.1"},"a":null,"b":{"NetworkID":"n1","IPAddress":"10.0.0.1"}}}}]
            """,
            new() { MatchFirstNetwork = matchFirst }));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Make_ContainerWithoutAnAddressInItsFirstNetwork_TakesTheNext(bool matchFirst)
    {
        (IReadOnlyList<LabelSet> targets, IReadOnlyList<string> skipped) = MakeList(
            """
            [{"Id":"c1","Names":["/a"],"Ports":[],"HostConfig":{"NetworkMode":"a-net"},"NetworkSettings":{"Networks":{
              "a-net":{"NetworkID":"n2","IPAddress":""},"b-net":{"NetworkID":"n1","IPAddress":"10.0.0.1"}}}},
             {"Id":"c2","Names":["/b"],"Ports":[],"HostConfig":{"NetworkMode":"a-net"},"NetworkSettings":{"Networks":{
              "b-net":{"NetworkID":"n1"},"a-net":{"NetworkID":"n2","IPAddress":""}}}}]
            """,
            new() { MatchFirstNetwork = matchFirst });
        LabelSet target = Assert.Single(targets);
        Assert.Equal(("10.0.0.1:80", "bridge"), (target["__address__"], target["__meta_docker_network_name"]));
        Assert.Equal(["b: it has no address in the network a-net, nor in 1 more"], skipped);
    }

    [Theory]
    [InlineData("[]", "docker.example")]
    [InlineData("""[{"PrivatePort":9090,"Type":"tcp"}]""", "docker.example:9090")]
    public void Make_HostNetworking_TakesTheHostOfTheArguments(string ports, string expected)
    {
        (IReadOnlyList<LabelSet> targets, _) = MakeList(
            $$$$"""
            [{"Id":"c1","Names":["/a"],"Ports":{{{{ports}}}},"HostConfig":{"NetworkMode":"host"},
              "NetworkSettings":{"Networks":{"host":{"NetworkID":"nh","IPAddress":""} } } }]
            """,
            new() { HostNetworkingHost = "docker.example" });
        Assert.Equal(expected, targets.Single()["__address__"]);
        Assert.Equal("host", targets.Single()["__meta_docker_network_name"]);
        Assert.Equal("", targets.Single()["__meta_docker_network_ip"]);
    }

    [Fact]
    public void Make_ContainerInAnothersNetworkNamespace_TakesItsNetworks()
    {
        (IReadOnlyList<LabelSet> targets, _) = Make(
            Sharing("c3", "sidecar2", "c2"), Sharing("c2", "sidecar", "c1"), Entry("c1", "main", "10.0.0.7"), Sharing("c4", "by-name", "main"));

        Assert.Equal(["10.0.0.7:80", "10.0.0.7:80", "10.0.0.7:80", "10.0.0.7:80"], targets.Select(target => target["__address__"]));
        Assert.Equal("container:c2", targets.Single(target => target["__meta_docker_container_id"] == "c3")["__meta_docker_container_network_mode"]);
        Assert.All(targets, target => Assert.Equal("bridge", target["__meta_docker_network_name"]));
    }

    [Fact]
    public void Make_ContainerInTheNamespaceOfOneInHostNetworking_IsOnTheHost() => Assert.Equal(
        ["localhost", "localhost"],
        Addresses("""
            [{"Id":"c1","Names":["/a"],"HostConfig":{"NetworkMode":"host"},"NetworkSettings":{"Networks":{"host":{"NetworkID":"nh"}}}},
             {"Id":"c2","Names":["/b"],"HostConfig":{"NetworkMode":"container:c1"},"NetworkSettings":{"Networks":{}}}]
            """));

    [Fact]
    public void Make_RingOfNamespaces_IsSkipped()
    {
        (IReadOnlyList<LabelSet> targets, IReadOnlyList<string> skipped) = Make(Sharing("c1", "a", "c2"), Sharing("c2", "b", "c1"), Sharing("c3", "c", "c3"));
        Assert.Empty(targets);
        Assert.Equal(3, skipped.Count);
    }

    [Fact]
    public void Make_NamespaceOfAContainerThatTheFiltersLeaveOut_SaysSo()
    {
        (_, IReadOnlyList<string> skipped) = MakeList($"[{Sharing("c2", "b", "c1")}]", new() { Filters = [new() { Name = "label", Values = ["x"] }] });
        Assert.Equal(
            ["b: it uses the network of the container c1, which is not among those that the engine gave: let the filters choose that one too"], skipped);
    }

    [Fact]
    public void Make_IPv6_IsBracketed() => Assert.Equal(
        ["[fd00::2]:80"],
        Addresses("""
            [{"Id":"c1","Names":["/a"],"NetworkSettings":{"Networks":{"six":{"NetworkID":"n1","IPAddress":"","GlobalIPv6Address":"fd00::2"}}}}]
            """));

    [Theory]
    [InlineData("""{"Names":["/a"]}""", "a: it has no id")]
    [InlineData("""{"Id":"c1","Names":[]}""", "c1: it has no name")]
    [InlineData("""{"Id":"c1","Names":[null]}""", "c1: it has no name")]
    [InlineData("""{"Id":"c1","Names":["/a"],"State":"exited"}""", "a: it is in no network: it is exited")]
    [InlineData("""{"Id":"c1","Names":["/a"],"HostConfig":{"NetworkMode":"container:c9"}}""", "a: it uses the network of the container c9")]
    [InlineData(
        """{"Id":"c1","Names":["/a"],"State":"created","NetworkSettings":{"Networks":{"bridge":{"NetworkID":"n1","IPAddress":""}}}}""",
        "a: it has no address in the network bridge: it is created")]
    public void Make_ContainerWithoutAPlace_IsSkippedWithAReason(string container, string expected)
    {
        (IReadOnlyList<LabelSet> targets, IReadOnlyList<string> skipped) = Make(container, Entry("c2", "good", "10.0.0.2"));
        Assert.Equal("10.0.0.2:80", targets.Single()["__address__"]);
        Assert.StartsWith(expected, skipped.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void Make_OrderOfTheEngine_MakesNoDifference()
    {
        string one = """
            [{"Id":"c1","Names":["/a"],"Ports":[{"PrivatePort":2,"Type":"tcp"},{"PrivatePort":1,"Type":"tcp"}],"Labels":{"a.b":"1","a_b":"2"},
              "NetworkSettings":{"Networks":{"x":{"NetworkID":"n1","IPAddress":"10.0.0.1"},"y":{"NetworkID":"n2","IPAddress":"10.1.0.1"}}}},
             {"Id":"c0","Names":["/b"],"NetworkSettings":{"Networks":{"x":{"NetworkID":"n1","IPAddress":"10.0.0.2"}}}}]
            """;
        string other = """
            [{"Id":"c0","Names":["/b"],"NetworkSettings":{"Networks":{"x":{"NetworkID":"n1","IPAddress":"10.0.0.2"}}}},
             {"Id":"c1","Names":["/a"],"Ports":[{"PrivatePort":1,"Type":"tcp"},{"PrivatePort":2,"Type":"tcp"}],"Labels":{"a_b":"2","a.b":"1"},
              "NetworkSettings":{"Networks":{"y":{"NetworkID":"n2","IPAddress":"10.1.0.1"},"x":{"NetworkID":"n1","IPAddress":"10.0.0.1"}}}}]
            """;
        DockerArguments all = new() { MatchFirstNetwork = false };
        Assert.Equal(MakeList(one, all).Targets, MakeList(other, all).Targets);
        Assert.Equal(5, MakeList(one, all).Targets.Count);
    }

    [Fact]
    public void Make_ProductOfNetworksAndPorts_IsBounded()
    {
        string networks = string.Join(',', Enumerable.Range(0, 600).Select(i => $$"""
            "w{{i}}":{"NetworkID":"n1","IPAddress":"10.0.0.1"}
            """));
        string ports = string.Join(',', Enumerable.Range(1, 500).Select(i => $$"""{"PrivatePort":{{i}},"Type":"tcp"}"""));
        (IReadOnlyList<LabelSet> targets, IReadOnlyList<string> skipped) = MakeList(
            $$"""[{"Id":"c1","Names":["/many"],"Ports":[{{ports}}],"NetworkSettings":{"Networks":{ {{networks}} } } },{{Entry("c2", "good", "10.0.0.2")}}]""",
            new() { MatchFirstNetwork = false });
        Assert.Equal("10.0.0.2:80", targets.Single()["__address__"]);
        Assert.Contains("more than 250000 targets", skipped.Single(), StringComparison.Ordinal);
    }

    private static string Entry(string id, string name, string ip) => Simple(id, name, ip).Trim('[', ']');

    private static string Simple(string id, string name, string ip, string ports = "null") =>
        $$$$"""
        [{"Id":"{{{{id}}}}","Names":["/{{{{name}}}}"],"Ports":{{{{ports}}}},"Labels":null,"HostConfig":{"NetworkMode":"bridge"},
          "NetworkSettings":{"Networks":{"bridge":{"NetworkID":"n1","IPAddress":"{{{{ip}}}}"}} } }]
        """;

    private static string Sharing(string id, string name, string other) =>
        $$$$"""{"Id":"{{{{id}}}}","Names":["/{{{{name}}}}"],"HostConfig":{"NetworkMode":"container:{{{{other}}}}"},"NetworkSettings":{"Networks":{}}}""";

    private static IEnumerable<string> Addresses(string containers, DockerArguments? arguments = null) =>
        MakeList(containers, arguments).Targets.Select(target => target["__address__"]);

    private static (IReadOnlyList<LabelSet> Targets, IReadOnlyList<string> Skipped) Make(params string[] containers) =>
        MakeList(containers is [['[', ..] list] ? list : $"[{string.Join(',', containers)}]", new DockerArguments());

    private static (IReadOnlyList<LabelSet> Targets, IReadOnlyList<string> Skipped) MakeList(string containers, DockerArguments? arguments)
    {
        (IReadOnlyDictionary<string, IReadOnlyList<Target>> groups, IReadOnlyList<SkippedEntry> skipped) = DockerTargets.Make(
            [.. JsonDocument.Parse(containers).RootElement.EnumerateArray().Select(entry => entry.Deserialize(DockerJson.Default.Container)!)],
            [.. JsonDocument.Parse(Networks).RootElement.EnumerateArray().Select(entry => entry.Deserialize(DockerJson.Default.Network)!)],
            arguments ?? new DockerArguments());
        return (
            [.. groups.OrderBy(group => group.Key, StringComparer.Ordinal).SelectMany(group => group.Value).Select(target => target.Labels)],
            [.. skipped.Select(entry => $"{entry.Entry}: {entry.Reason}")]);
    }
}
