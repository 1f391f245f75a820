using System.Text.Json.Nodes;
using Stoker.Labels;

namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>
/// Long random histories of changes and faults: in the end the targets are those of the cluster's state, whatever happened on the way.
/// </summary>
public sealed class HistoryTests
{
    private static readonly string[] Compared =
        ["__address__", "__meta_kubernetes_pod_name", "__meta_kubernetes_service_label_tier", "__meta_kubernetes_node_label_topology_kubernetes_io_zone"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Targets_AfterARandomHistory_AreThoseOfTheClustersState(int seed)
    {
        var random = new Random(seed);
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.GoneAsStatus = seed % 2 == 0;
        server.IgnoresLimitOfCachedLists = seed % 3 == 0;
        for (int i = 0; i < 20; i++)
        {
            Change(server, random);
        }

        bool isJoined = seed % 2 == 1;
        await using var watching = Watching.Start(server, isJoined ? "role = \"endpoints\"\nattach_metadata {\n node = true\n}" : "role = \"pod\"\nselectors {\n role = \"pod\"\n label = \"app=web\"\n}");
        for (int i = 0; i < 300; i++)
        {
            switch (random.Next(20))
            {
                case 0:
                    server.EndWatches();
                    break;
                case 1:
                    server.BreakWatches();
                    break;
                case 2:
                    server.Forget();
                    break;
                case 3:
                    server.Bookmark();
                    break;
                case 4:
                    server.Prepare(_ => true, new PreparedAnswer(random.Next(4) switch { 0 => 500, 1 => 429, 2 => 410, _ => 403 }));
                    break;
                case 5:
                    server.SendLine("""{"type":"MODI""");
                    break;
                case 6:
                    server.SendLine("""{"type":"ERROR","object":{"code":500,"message":"no"}}""");
                    break;
                case 7:
                    await watching.UntilAsync(() => Found(watching).SequenceEqual(Expected(server, isJoined)));
                    break;
                default:
                    Change(server, random);
                    break;
            }
        }

        await watching.UntilAsync(() => Found(watching).SequenceEqual(Expected(server, isJoined)));
        Assert.NotEmpty(Found(watching));
    }

    private static void Change(ApiStandIn server, Random random)
    {
        string pod = $"p{random.Next(12)}";
        string service = $"s{random.Next(4)}";
        switch (random.Next(8))
        {
            case 0:
                server.Cluster.Delete("pods", $"shop/{pod}");
                break;
            case 1:
                server.Cluster.Put("nodes", Manifests.Node($"n{random.Next(3)}", $"zone-{random.Next(100)}"));
                break;
            case 2:
                server.Cluster.Put("services", Manifests.Service("shop", service, $"tier-{random.Next(100)}"));
                break;
            case 3:
                server.Cluster.Delete("services", $"shop/{service}");
                break;
            case 4:
                server.Cluster.Put("endpoints", $$"""
                    {
                      "metadata": { "name": "{{service}}", "namespace": "shop" },
                      "subsets": [ {
                        "addresses": [ { "ip": "10.1.0.{{random.Next(9)}}", "nodeName": "n{{random.Next(3)}}", "targetRef": { "kind": "Pod", "name": "{{pod}}", "namespace": "shop" } } ],
                        "ports": [ { "port": 9000, "protocol": "TCP" } ]
                      } ]
                    }
                    """);
                break;
            default:
                server.Cluster.Put("pods", Manifests.Pod("shop", pod, $"10.0.0.{random.Next(250)}", $"n{random.Next(3)}", random.Next(4) == 0 ? "db" : "web"));
                break;
        }
    }

    private static IEnumerable<string> Found(Watching watching) => watching.Targets.Select(Describe).Order(StringComparer.Ordinal);

    private static string Describe(LabelSet target) => string.Join(' ', Compared.Select(name => target[name]));

    // By hand from the stored objects, in one line each.
    private static List<string> Expected(ApiStandIn server, bool isJoined) => server.Cluster.Freeze(() =>
    {
        Dictionary<string, JsonObject> Of(string plural) => server.Cluster.List(plural, out _).ToDictionary(ClusterState.KeyOf);
        Dictionary<string, JsonObject> pods = Of("pods");
        if (!isJoined)
        {
            return pods.Values.Where(pod => (string?)pod["metadata"]!["labels"]!["app"] == "web")
                .Select(pod => $"{pod["status"]!["podIP"]}:8080 {pod["metadata"]!["name"]}  ").Order(StringComparer.Ordinal).ToList();
        }

        Dictionary<string, JsonObject> services = Of("services");
        Dictionary<string, JsonObject> nodes = Of("nodes");
        var expected = new List<string>();
        foreach ((string key, JsonObject endpoints) in Of("endpoints"))
        {
            JsonNode address = endpoints["subsets"]![0]!["addresses"]![0]!;
            string tier = services.TryGetValue(key, out JsonObject? service) ? (string)service["metadata"]!["labels"]!["tier"]! : "";
            string Zone(JsonNode? node) => nodes.TryGetValue((string)node!, out JsonObject? known) ? (string)known["metadata"]!["labels"]!["topology.kubernetes.io/zone"]! : "";
            if (pods.TryGetValue($"shop/{address["targetRef"]!["name"]}", out JsonObject? pod))
            {
                expected.Add($"{address["ip"]}:9000 {pod["metadata"]!["name"]} {tier} {Zone(address["nodeName"])}");
                expected.Add($"{pod["status"]!["podIP"]}:8080 {pod["metadata"]!["name"]} {tier} {Zone(pod["spec"]!["nodeName"])}");
            }
            else
            {
                expected.Add($"{address["ip"]}:9000  {tier} {Zone(address["nodeName"])}");
            }
        }

        return expected.Order(StringComparer.Ordinal).ToList();
    });
}
