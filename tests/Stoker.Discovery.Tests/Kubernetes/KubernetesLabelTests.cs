using System.Text.RegularExpressions;
using Stoker.Discovery.Kubernetes;

namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>The reference page shows every label that targets can have.</summary>
public sealed partial class KubernetesLabelTests
{
    [Fact]
    public async Task Page_Labels_AreThoseThatTargetsHave()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.WebPod);
        server.Cluster.Put("nodes", Manifests.Node("worker-1", "a"));
        server.Cluster.Put("services", Manifests.Service("shop", "web"));
        server.Cluster.Put("namespaces", Manifests.Namespace("shop", "red"));
        server.Cluster.Put("endpoints", EndpointRolesTests.Endpoints);
        server.Cluster.Put("endpointslices", EndpointRolesTests.Slice);
        server.Cluster.Put("ingresses", """
            { "metadata": { "name": "front", "namespace": "shop" }, "spec": { "ingressClassName": "nginx", "rules": [ { "host": "shop.example" } ] } }
            """);
        HashSet<string> written = [.. Label().Matches(ComponentPage.Of("discovery.kubernetes").Text).Select(match => match.Groups["name"].Value)];
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string role in KubernetesRoles.All)
        {
            await using var watching = Watching.Start(server, role == "node" ? "role = \"node\"" : $"role = \"{role}\"\nattach_metadata {{\n namespace = true\n}}");
            await watching.UntilAsync(() => watching.Targets.Count > 0);
            foreach (string name in watching.Targets.SelectMany(target => target).Select(label => label.Name).Where(name => name.StartsWith("__meta_", StringComparison.Ordinal)))
            {
                string general = Varying().Replace(name["__meta_kubernetes_".Length..], "${head}_*");
                if (!written.Contains(general))
                {
                    missing.Add(general);
                }
            }
        }

        Assert.Empty(missing);
    }

    [GeneratedRegex("`(?<name>[a-z_]+\\*?)`")]
    private static partial Regex Label();

    [GeneratedRegex("^(?<head>[a-z]+_(label|labelpresent|annotation|annotationpresent|address|endpoint_topology_present|endpoint_topology))_(?!target|type).+$")]
    private static partial Regex Varying();
}
