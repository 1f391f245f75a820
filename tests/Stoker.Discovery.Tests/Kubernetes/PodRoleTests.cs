using Stoker.Labels;

namespace Stoker.Discovery.Tests.Kubernetes;

public sealed class PodRoleTests
{
    private const string Role = "role = \"pod\"";

    [Fact]
    public async Task Pod_OfADeployment_BecomesATargetForEachPortAndEachContainerWithoutPorts()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.WebPod);
        await using var watching = Watching.Start(server, Role);

        await watching.WaitForTargetsAsync(4);

        (string, string)[] common =
        [
            ("__meta_kubernetes_namespace", "shop"),
            ("__meta_kubernetes_pod_name", "web-6d4cf56db6-x7k2p"),
            ("__meta_kubernetes_pod_ip", "10.244.1.7"),
            ("__meta_kubernetes_pod_host_ip", "192.168.1.11"),
            ("__meta_kubernetes_pod_node_name", "worker-1"),
            ("__meta_kubernetes_pod_phase", "Running"),
            ("__meta_kubernetes_pod_ready", "true"),
            ("__meta_kubernetes_pod_uid", "5c1c1a9e-0b7e-4f5d-9d67-3a6f3a3e2b11"),
            ("__meta_kubernetes_pod_controller_kind", "ReplicaSet"),
            ("__meta_kubernetes_pod_controller_name", "web-6d4cf56db6"),
            ("__meta_kubernetes_pod_label_app_kubernetes_io_name", "web"),
            ("__meta_kubernetes_pod_labelpresent_app_kubernetes_io_name", "true"),
            ("__meta_kubernetes_pod_label_pod_template_hash", "6d4cf56db6"),
            ("__meta_kubernetes_pod_labelpresent_pod_template_hash", "true"),
            ("__meta_kubernetes_pod_annotation_profiles_grafana_com_cpu_scrape", "true"),
            ("__meta_kubernetes_pod_annotationpresent_profiles_grafana_com_cpu_scrape", "true"),
        ];
        (string, string)[] web =
        [
            ("__meta_kubernetes_pod_container_name", "web"),
            ("__meta_kubernetes_pod_container_image", "registry.example/web:1.4.2"),
            ("__meta_kubernetes_pod_container_id", "containerd://aaaa"),
            ("__meta_kubernetes_pod_container_init", "false"),
            ("__meta_kubernetes_pod_container_port_protocol", "TCP"),
        ];
        Assert.Equal(
            [
                LabelSet.Of([.. common, .. web, ("__address__", "10.244.1.7:8080"), ("__meta_kubernetes_pod_container_port_name", "http"), ("__meta_kubernetes_pod_container_port_number", "8080")]),
                LabelSet.Of([.. common, .. web, ("__address__", "10.244.1.7:6060"), ("__meta_kubernetes_pod_container_port_name", "pprof"), ("__meta_kubernetes_pod_container_port_number", "6060")]),
                LabelSet.Of(
                [
                    .. common, ("__address__", "10.244.1.7"), ("__meta_kubernetes_pod_container_name", "sidecar"), ("__meta_kubernetes_pod_container_image", "registry.example/proxy:3"),
                    ("__meta_kubernetes_pod_container_id", "containerd://bbbb"), ("__meta_kubernetes_pod_container_init", "false"),
                ]),
                LabelSet.Of(
                [
                    .. common, ("__address__", "10.244.1.7"), ("__meta_kubernetes_pod_container_name", "migrate"), ("__meta_kubernetes_pod_container_image", "registry.example/migrate:7"),
                    ("__meta_kubernetes_pod_container_id", "containerd://cccc"), ("__meta_kubernetes_pod_container_init", "true"),
                ]),
            ],
            watching.Targets);
    }

    [Fact]
    public async Task Pod_ThatChanges_ChangesItsTargets()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", ""));
        server.Cluster.Put("pods", Manifests.Pod("shop", "b", "10.0.0.2"));
        await using var watching = Watching.Start(server, Role);
        await watching.WaitForAddressesAsync("10.0.0.2:8080");

        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        await watching.WaitForAddressesAsync("10.0.0.1:8080", "10.0.0.2:8080");
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.9"));
        await watching.WaitForAddressesAsync("10.0.0.2:8080", "10.0.0.9:8080");
        server.Cluster.Delete("pods", "shop/b");
        await watching.WaitForAddressesAsync("10.0.0.9:8080");

        string metrics = await watching.MetricsTextAsync();
        Assert.Contains("""prometheus_sd_kubernetes_events_total{component_path="/",component_id="discovery.kubernetes.test",role="pod",event="add"} 2""", metrics, StringComparison.Ordinal);
        Assert.Contains("""role="pod",event="update"} 2""", metrics, StringComparison.Ordinal);
        Assert.Contains("""role="pod",event="delete"} 1""", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pod_WithAnAddressOfVersion6_HasItInBracketsBeforeAPort()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "fd00::1:2"));
        await using var watching = Watching.Start(server, Role);

        await watching.WaitForAddressesAsync("[fd00::1:2]:8080");
    }

    [Fact]
    public async Task Pod_OfAnotherNodeOrLabel_IsNotEvenAskedFor()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1", node: "worker-1"));
        server.Cluster.Put("pods", Manifests.Pod("shop", "b", "10.0.0.2", node: "worker-2"));
        server.Cluster.Put("pods", Manifests.Pod("shop", "c", "10.0.0.3", app: "db"));
        await using var watching = Watching.Start(server, """
            role = "pod"
            selectors {
              role  = "pod"
              field = "spec.nodeName=worker-1"
              label = "app=web"
            }
            """);
        await watching.WaitForAddressesAsync("10.0.0.1:8080");

        // One that ceases to be selected goes, and one that begins to be comes.
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1", app: "db"));
        server.Cluster.Put("pods", Manifests.Pod("shop", "c", "10.0.0.3"));
        await watching.WaitForAddressesAsync("10.0.0.3:8080");

        Assert.All(server.Requests, request => Assert.Equal(("app=web", "spec.nodeName=worker-1"), (request["labelSelector"], request["fieldSelector"])));
    }

    [Fact]
    public async Task Namespaces_ThatAreNamed_AreWatchedOnePerOne()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        server.Cluster.Put("pods", Manifests.Pod("bank", "a", "10.0.0.2"));
        server.Cluster.Put("pods", Manifests.Pod("other", "a", "10.0.0.3"));
        await using var watching = Watching.Start(server, """
            role = "pod"
            namespaces {
              names = ["shop", "bank", "shop"]
            }
            """);

        await watching.WaitForAddressesAsync("10.0.0.1:8080", "10.0.0.2:8080");
        await watching.UntilRoundAsync();

        Assert.Equal(["pods in the namespace bank", "pods in the namespace shop"], watching.Store.Read(question => question.Name));
        Assert.Equal(2, server.Requests.Count(request => !request.IsWatch));
    }

    [Fact]
    public async Task Node_WithAttachedMetadata_LendsItsLabelsAndTheirChanges()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        server.Cluster.Put("nodes", Manifests.Node("worker-1", "a"));
        server.Cluster.Put("nodes", Manifests.Node("worker-2", "b"));
        server.Cluster.Put("namespaces", Manifests.Namespace("shop", "red"));
        await using var watching = Watching.Start(server, """
            role = "pod"
            attach_metadata {
              node      = true
              namespace = true
            }
            """);
        await watching.WaitForTargetsAsync(1);

        LabelSet labels = watching.Targets[0];
        Assert.Equal("worker-1", labels["__meta_kubernetes_node_name"]);
        Assert.Equal("a", labels["__meta_kubernetes_node_label_topology_kubernetes_io_zone"]);
        Assert.Equal("true", labels["__meta_kubernetes_node_labelpresent_topology_kubernetes_io_zone"]);
        Assert.Equal("0", labels["__meta_kubernetes_node_annotation_node_alpha_kubernetes_io_ttl"]);
        Assert.Equal("red", labels["__meta_kubernetes_namespace_label_team"]);
        Assert.Equal("true", labels["__meta_kubernetes_namespace_annotationpresent_cost_center"]);
        Assert.Equal("shop", labels["__meta_kubernetes_namespace"]);

        await ExpectAsync("__meta_kubernetes_node_label_topology_kubernetes_io_zone", "c", () => server.Cluster.Put("nodes", Manifests.Node("worker-1", "c")));
        await ExpectAsync("__meta_kubernetes_namespace_label_team", "blue", () => server.Cluster.Put("namespaces", Manifests.Namespace("shop", "blue")));
        await ExpectAsync("__meta_kubernetes_node_label_topology_kubernetes_io_zone", "b", () => server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1", "worker-2")));
        await ExpectAsync("__meta_kubernetes_node_name", "", () => server.Cluster.Delete("nodes", "worker-2"));

        async Task ExpectAsync(string name, string value, Action change)
        {
            change();
            await watching.UntilAsync(() => watching.Targets[0][name] == value);
        }
    }
}
