using Stoker.Discovery.Kubernetes;
using Stoker.Labels;
using Stoker.TestKit;

namespace Stoker.Discovery.Tests.Kubernetes;

public sealed class EndpointRolesTests
{
    internal const string Endpoints = """
        {
          "kind": "Endpoints", "apiVersion": "v1",
          "metadata": { "name": "web", "namespace": "shop", "labels": { "tier": "front" }, "annotations": { "endpoints.kubernetes.io/last-change-trigger-time": "2026-11-20T08:00:09Z" } },
          "subsets": [
            {
              "addresses": [
                { "ip": "10.244.1.7", "nodeName": "worker-1", "targetRef": { "kind": "Pod", "namespace": "shop", "name": "web-6d4cf56db6-x7k2p", "uid": "5c1c" } },
                { "ip": "192.0.2.50", "hostname": "old" }
              ],
              "notReadyAddresses": [ { "ip": "10.244.2.9", "nodeName": "worker-2", "targetRef": { "kind": "Pod", "namespace": "shop", "name": "gone" } } ],
              "ports": [ { "name": "http", "port": 8080, "protocol": "TCP" } ]
            }
          ]
        }
        """;

    internal const string Slice = """
        {
          "kind": "EndpointSlice", "apiVersion": "discovery.k8s.io/v1", "addressType": "IPv4",
          "metadata": { "name": "web-8xkzw", "namespace": "shop", "labels": { "kubernetes.io/service-name": "web" } },
          "endpoints": [
            {
              "addresses": [ "10.244.1.7" ], "conditions": { "ready": true, "serving": true, "terminating": false }, "nodeName": "worker-1", "zone": "eu-central-1a",
              "targetRef": { "kind": "Pod", "namespace": "shop", "name": "web-6d4cf56db6-x7k2p" }
            },
            { "addresses": [ "192.0.2.50" ], "conditions": {}, "hostname": "old", "deprecatedTopology": { "kubernetes.io/hostname": "worker-9" } }
          ],
          "ports": [ { "name": "http", "port": 8080, "protocol": "TCP", "appProtocol": "http" } ]
        }
        """;

    private static readonly (string, string)[] Service =
    [
        ("__meta_kubernetes_namespace", "shop"),
        ("__meta_kubernetes_service_name", "web"),
        ("__meta_kubernetes_service_label_tier", "front"),
        ("__meta_kubernetes_service_labelpresent_tier", "true"),
        ("__meta_kubernetes_service_annotation_team", "shop"),
        ("__meta_kubernetes_service_annotationpresent_team", "true"),
    ];

    private static readonly (string, string)[] Object =
    [
        .. Service,
        ("__meta_kubernetes_endpoints_name", "web"),
        ("__meta_kubernetes_endpoints_label_tier", "front"),
        ("__meta_kubernetes_endpoints_labelpresent_tier", "true"),
        ("__meta_kubernetes_endpoints_annotation_endpoints_kubernetes_io_last_change_trigger_time", "2026-11-20T08:00:09Z"),
        ("__meta_kubernetes_endpoints_annotationpresent_endpoints_kubernetes_io_last_change_trigger_time", "true"),
    ];

    private static readonly (string, string)[] SliceObject =
    [
        .. Service,
        ("__meta_kubernetes_endpointslice_name", "web-8xkzw"),
        ("__meta_kubernetes_endpointslice_address_type", "IPv4"),
        ("__meta_kubernetes_endpointslice_label_kubernetes_io_service_name", "web"),
        ("__meta_kubernetes_endpointslice_labelpresent_kubernetes_io_service_name", "true"),
    ];

    private static readonly (string, string)[] Pod =
    [
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
        ("__meta_kubernetes_pod_container_name", "web"),
        ("__meta_kubernetes_pod_container_image", "registry.example/web:1.4.2"),
        ("__meta_kubernetes_pod_container_init", "false"),
        ("__meta_kubernetes_pod_container_port_protocol", "TCP"),
    ];

    private static readonly LabelSet PprofPort = LabelSet.Of(
        [.. Pod, ("__address__", "10.244.1.7:6060"), ("__meta_kubernetes_pod_container_port_name", "pprof"), ("__meta_kubernetes_pod_container_port_number", "6060")]);

    [Fact]
    public async Task Endpoints_OfAServiceAndItsPods_AreJoinedWithBoth()
    {
        await using ApiStandIn server = await StartAsync("endpoints", Endpoints);
        await using var watching = Watching.Start(server, "role = \"endpoints\"");

        await watching.WaitForTargetsAsync(4);

        Assert.Equal(
            [
                LabelSet.Of(
                [
                    .. Object, .. Pod, ("__address__", "10.244.1.7:8080"),
                    ("__meta_kubernetes_pod_container_port_name", "http"), ("__meta_kubernetes_pod_container_port_number", "8080"),
                    ("__meta_kubernetes_endpoint_ready", "true"), ("__meta_kubernetes_endpoint_node_name", "worker-1"),
                    ("__meta_kubernetes_endpoint_port_name", "http"), ("__meta_kubernetes_endpoint_port_protocol", "TCP"),
                    ("__meta_kubernetes_endpoint_address_target_kind", "Pod"), ("__meta_kubernetes_endpoint_address_target_name", "web-6d4cf56db6-x7k2p"),
                ]),
                LabelSet.Of(
                [
                    .. Object, ("__address__", "192.0.2.50:8080"), ("__meta_kubernetes_endpoint_ready", "true"), ("__meta_kubernetes_endpoint_hostname", "old"),
                    ("__meta_kubernetes_endpoint_port_name", "http"), ("__meta_kubernetes_endpoint_port_protocol", "TCP"),
                ]),
                LabelSet.Of(
                [
                    .. Object, ("__address__", "10.244.2.9:8080"), ("__meta_kubernetes_endpoint_ready", "false"), ("__meta_kubernetes_endpoint_node_name", "worker-2"),
                    ("__meta_kubernetes_endpoint_port_name", "http"), ("__meta_kubernetes_endpoint_port_protocol", "TCP"),
                    ("__meta_kubernetes_endpoint_address_target_kind", "Pod"), ("__meta_kubernetes_endpoint_address_target_name", "gone"),
                ]),

                // The port of the pod that is none of the service's.
                With(PprofPort, Object),
            ],
            watching.Targets);
    }

    [Fact]
    public async Task EndpointSlice_OfAServiceAndItsPods_IsJoinedWithBoth()
    {
        await using ApiStandIn server = await StartAsync("endpointslices", Slice);
        await using var watching = Watching.Start(server, "role = \"endpointslice\"");

        await watching.WaitForTargetsAsync(3);

        (string, string)[] port =
        [
            ("__meta_kubernetes_endpointslice_port", "8080"), ("__meta_kubernetes_endpointslice_port_name", "http"),
            ("__meta_kubernetes_endpointslice_port_protocol", "TCP"), ("__meta_kubernetes_endpointslice_port_app_protocol", "http"),
        ];
        Assert.Equal(
            [
                LabelSet.Of(
                [
                    .. SliceObject, .. Pod, .. port, ("__address__", "10.244.1.7:8080"),
                    ("__meta_kubernetes_pod_container_port_name", "http"), ("__meta_kubernetes_pod_container_port_number", "8080"),
                    ("__meta_kubernetes_endpointslice_endpoint_conditions_ready", "true"), ("__meta_kubernetes_endpointslice_endpoint_conditions_serving", "true"),
                    ("__meta_kubernetes_endpointslice_endpoint_conditions_terminating", "false"),
                    ("__meta_kubernetes_endpointslice_endpoint_node_name", "worker-1"), ("__meta_kubernetes_endpointslice_endpoint_zone", "eu-central-1a"),
                    ("__meta_kubernetes_endpointslice_address_target_kind", "Pod"), ("__meta_kubernetes_endpointslice_address_target_name", "web-6d4cf56db6-x7k2p"),
                ]),
                LabelSet.Of(
                [
                    .. SliceObject, .. port, ("__address__", "192.0.2.50:8080"), ("__meta_kubernetes_endpointslice_endpoint_hostname", "old"),
                    ("__meta_kubernetes_endpointslice_endpoint_topology_kubernetes_io_hostname", "worker-9"),
                    ("__meta_kubernetes_endpointslice_endpoint_topology_present_kubernetes_io_hostname", "true"),
                ]),
                With(PprofPort, SliceObject),
            ],
            watching.Targets);
    }

    [Fact]
    public async Task EndpointSlice_OfAnOldCluster_IsReadInItsOwnVersion()
    {
        await using ApiStandIn server = await StartAsync("endpointslices", Slice.Replace("deprecatedTopology", "topology", StringComparison.Ordinal));
        server.Versions.Remove("apis/discovery.k8s.io/v1");
        server.Versions.Add("apis/discovery.k8s.io/v1beta1");
        await using var watching = Watching.Start(server, "role = \"endpointslice\"");

        await watching.WaitForTargetsAsync(3);

        Assert.Equal("worker-9", watching.Targets[1]["__meta_kubernetes_endpointslice_endpoint_topology_kubernetes_io_hostname"]);
        Assert.All(watching.Store.Read(question => question.Failure), Assert.Null);
    }

    [Theory]
    [InlineData("endpoints", Endpoints)]
    [InlineData("endpointslices", Slice)]
    public async Task Targets_WhenWhatTheyAreJoinedWithChanges_ChangeToo(string plural, string json)
    {
        await using ApiStandIn server = await StartAsync(plural, json);
        server.Cluster.Put("nodes", Manifests.Node("worker-1", "a"));
        await using var watching = Watching.Start(server, $$"""
            role = "{{plural.TrimEnd('s') + (plural == "endpoints" ? "s" : "")}}"
            attach_metadata {
              node = true
            }
            """);
        LabelSet First() => watching.Targets[0];
        LabelSet Extra() => watching.Targets[^1];
        await watching.UntilAsync(() => watching.Targets.Count > 2);
        Assert.Equal("a", First()["__meta_kubernetes_node_label_topology_kubernetes_io_zone"]);
        Assert.Equal("a", Extra()["__meta_kubernetes_node_label_topology_kubernetes_io_zone"]);

        server.Cluster.Put("services", Manifests.Service("shop", "web", "back"));
        await watching.UntilAsync(() => First()["__meta_kubernetes_service_label_tier"] == "back");
        server.Cluster.Put("nodes", Manifests.Node("worker-1", "z"));
        await watching.UntilAsync(() => First()["__meta_kubernetes_node_label_topology_kubernetes_io_zone"] == "z");
        server.Cluster.Put("pods", Manifests.WebPod.Replace("\"True\", \"lastTransitionTime\"", "\"False\", \"lastTransitionTime\"", StringComparison.Ordinal));
        await watching.UntilAsync(() => First()["__meta_kubernetes_pod_ready"] == "false");
        server.Cluster.Delete("pods", "shop/web-6d4cf56db6-x7k2p");
        await watching.UntilAsync(() => First()["__meta_kubernetes_pod_name"].Length == 0 && Extra()["__address__"] != "10.244.1.7:6060");
        server.Cluster.Put("pods", Manifests.WebPod);
        await watching.UntilAsync(() => Extra()["__address__"] == "10.244.1.7:6060");
        server.Cluster.Delete(plural, plural == "endpoints" ? "shop/web" : "shop/web-8xkzw");
        await watching.WaitForTargetsAsync(0);
    }

    [Fact]
    public async Task Endpoints_WhosePodsMayNotBeRead_AreTargetsWithoutTheirLabels()
    {
        await using ApiStandIn server = await StartAsync("endpoints", Endpoints);
        server.Prepare(request => request.Plural == "pods", new PreparedAnswer(403), times: 1000);
        await using var watching = Watching.Start(server, "role = \"endpoints\"");

        await watching.WaitForTargetsAsync(3);
        await watching.UntilRoundAsync();

        Assert.Equal(["403"], watching.Store.Read(question => question.Failure?[..3]).OfType<string>());
        Assert.Equal("web", watching.Targets[0]["__meta_kubernetes_service_name"]);
    }

    [Fact]
    public async Task Endpoints_BeforeTheirPodsAreKnown_AreNoTargets()
    {
        var pods = new TaskCompletionSource();
        await using ApiStandIn server = await StartAsync("endpoints", Endpoints);
        server.BeforeList = request => request.Plural == "pods" ? pods.Task : Task.CompletedTask;
        await using var watching = Watching.Start(server, "role = \"endpoints\"");

        await server.WaitForRequestAsync(request => request is { Plural: "endpoints", IsWatch: true });
        await server.WaitForRequestAsync(request => request is { Plural: "services", IsWatch: true });
        Assert.Empty(watching.Targets);
        Assert.False(watching.Store.Round.IsCompleted);
        pods.SetResult();

        await watching.WaitForTargetsAsync(4);
    }

    [Fact]
    public async Task Endpoints_WhosePodsDoNotAnswer_AreTargetsWithoutTheirLabelsAfterTenSeconds()
    {
        var time = new ManualTimeProvider();
        var pods = new TaskCompletionSource();
        await using ApiStandIn server = await StartAsync("endpoints", Endpoints);
        server.BeforeList = request => request.Plural == "pods" ? pods.Task : Task.CompletedTask;
        await using var watching = Watching.Start(server, "role = \"endpoints\"", time);
        await server.WaitForRequestAsync(request => request is { Plural: "endpoints", IsWatch: true });
        await server.WaitForRequestAsync(request => request is { Plural: "services", IsWatch: true });
        await Watching.Bounded(time.WaitForTimerDueInAsync(ClusterView.LongestHold));

        time.Advance(ClusterView.LongestHold - TimeSpan.FromMilliseconds(1));
        Assert.Empty(watching.Targets);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await watching.WaitForTargetsAsync(3);

        pods.SetResult();
        await watching.WaitForTargetsAsync(4);
    }

    [Fact]
    public async Task Restart_WhereOnlyPodsAndServicesAreAnswered_KeepsTheTargets()
    {
        await using ApiStandIn server = await StartAsync("endpoints", Endpoints);
        await using var watching = Watching.Start(server, "role = \"endpoints\"");
        await watching.WaitForTargetsAsync(4);
        server.Prepare(request => request.Plural == "endpoints", new PreparedAnswer(403), times: 1000);

        await watching.RestartAsync($"api_server = \"{server.Url}\"\nrole = \"endpoints\"\nnamespaces {{\n names = [\"bank\"]\n}}");
        await watching.UntilRoundAsync();
        await server.WaitForRequestAsync(request => request is { Plural: "pods", IsWatch: true }, 2);
        await server.WaitForRequestAsync(request => request is { Plural: "services", IsWatch: true }, 2);

        // An answer about pods is none about endpoints.
        Assert.Equal(4, watching.Targets.Count);
    }

    private static async Task<ApiStandIn> StartAsync(string plural, string json)
    {
        ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put(plural, json);
        server.Cluster.Put("services", Manifests.Service("shop", "web"));
        server.Cluster.Put("pods", Manifests.WebPod);
        return server;
    }

    private static LabelSet With(LabelSet labels, (string Name, string Value)[] more)
    {
        LabelSetBuilder builder = labels.ToBuilder();
        foreach ((string name, string value) in more)
        {
            builder.Set(name, value);
        }

        return builder.ToLabelSet();
    }
}
