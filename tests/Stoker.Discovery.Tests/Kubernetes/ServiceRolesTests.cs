using Stoker.Labels;

namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>The roles whose objects are services, ingresses and nodes.</summary>
public sealed class ServiceRolesTests
{
    [Fact]
    public async Task Service_WithTwoPorts_IsATargetForEach()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("services", Manifests.Service("shop", "web"));
        await using var watching = Watching.Start(server, "role = \"service\"");

        await watching.WaitForTargetsAsync(2);

        (string, string)[] common =
        [
            ("__meta_kubernetes_namespace", "shop"),
            ("__meta_kubernetes_service_name", "web"),
            ("__meta_kubernetes_service_type", "ClusterIP"),
            ("__meta_kubernetes_service_cluster_ip", "10.96.12.34"),
            ("__meta_kubernetes_service_label_tier", "front"),
            ("__meta_kubernetes_service_labelpresent_tier", "true"),
            ("__meta_kubernetes_service_annotation_team", "shop"),
            ("__meta_kubernetes_service_annotationpresent_team", "true"),
            ("__meta_kubernetes_service_port_protocol", "TCP"),
        ];
        Assert.Equal(
            [
                LabelSet.Of([.. common, ("__address__", "web.shop.svc:80"), ("__meta_kubernetes_service_port_name", "http"), ("__meta_kubernetes_service_port_number", "80")]),
                LabelSet.Of([.. common, ("__address__", "web.shop.svc:9000"), ("__meta_kubernetes_service_port_name", "admin"), ("__meta_kubernetes_service_port_number", "9000")]),
            ],
            watching.Targets);
    }

    [Fact]
    public async Task Service_OfAnotherType_HasItsOwnAddressLabels()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("services", """
            { "metadata": { "name": "out", "namespace": "shop" },
              "spec": { "type": "ExternalName", "externalName": "db.example", "ports": [ { "port": 5432 } ] } }
            """);
        server.Cluster.Put("services", """
            { "metadata": { "name": "pub", "namespace": "shop" },
              "spec": { "type": "LoadBalancer", "clusterIP": "10.96.0.9", "loadBalancerIP": "203.0.113.9", "ports": [ { "port": 443, "protocol": "TCP" } ] } }
            """);
        await using var watching = Watching.Start(server, "role = \"service\"");

        await watching.WaitForTargetsAsync(2);

        Assert.Equal(
            LabelSet.Of(
                ("__address__", "out.shop.svc:5432"), ("__meta_kubernetes_namespace", "shop"), ("__meta_kubernetes_service_name", "out"),
                ("__meta_kubernetes_service_type", "ExternalName"), ("__meta_kubernetes_service_external_name", "db.example"),
                ("__meta_kubernetes_service_port_number", "5432"), ("__meta_kubernetes_service_port_protocol", "TCP")),
            watching.Targets[0]);
        Assert.Equal(
            LabelSet.Of(
                ("__address__", "pub.shop.svc:443"), ("__meta_kubernetes_namespace", "shop"), ("__meta_kubernetes_service_name", "pub"),
                ("__meta_kubernetes_service_type", "LoadBalancer"), ("__meta_kubernetes_service_cluster_ip", "10.96.0.9"),
                ("__meta_kubernetes_service_loadbalancer_ip", "203.0.113.9"),
                ("__meta_kubernetes_service_port_number", "443"), ("__meta_kubernetes_service_port_protocol", "TCP")),
            watching.Targets[1]);
    }

    [Theory]
    [InlineData("apis/networking.k8s.io/v1")]
    [InlineData("apis/networking.k8s.io/v1beta1")]
    public async Task Ingress_InEitherVersion_IsATargetForEachPathOfEachRule(string version)
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Versions.Clear();
        server.Versions.Add(version);
        server.Cluster.Put("ingresses", """
            {
              "metadata": { "name": "front", "namespace": "shop", "labels": { "app": "web" }, "annotations": { "nginx.ingress.kubernetes.io/rewrite-target": "/" } },
              "spec": {
                "ingressClassName": "nginx",
                "tls": [ { "hosts": [ "shop.example", "*.api.example" ], "secretName": "tls" } ],
                "rules": [
                  { "host": "shop.example", "http": { "paths": [ { "path": "/", "pathType": "Prefix" }, { "path": "/cart", "pathType": "Prefix" } ] } },
                  { "host": "v1.api.example" },
                  { "host": "a.b.api.example", "http": { "paths": [ { "pathType": "ImplementationSpecific" } ] } },
                  { "host": "none.example", "http": { "paths": [] } }
                ]
              }
            }
            """);
        await using var watching = Watching.Start(server, "role = \"ingress\"");

        await watching.WaitForTargetsAsync(4);

        Assert.Equal(
            LabelSet.Of(
                ("__address__", "shop.example"), ("__meta_kubernetes_namespace", "shop"), ("__meta_kubernetes_ingress_name", "front"),
                ("__meta_kubernetes_ingress_class_name", "nginx"), ("__meta_kubernetes_ingress_scheme", "https"), ("__meta_kubernetes_ingress_host", "shop.example"),
                ("__meta_kubernetes_ingress_path", "/"), ("__meta_kubernetes_ingress_label_app", "web"), ("__meta_kubernetes_ingress_labelpresent_app", "true"),
                ("__meta_kubernetes_ingress_annotation_nginx_ingress_kubernetes_io_rewrite_target", "/"),
                ("__meta_kubernetes_ingress_annotationpresent_nginx_ingress_kubernetes_io_rewrite_target", "true")),
            watching.Targets[0]);
        Assert.Equal(
            ["https shop.example /", "https shop.example /cart", "https v1.api.example /", "http a.b.api.example /"],
            watching.Targets.Select(target =>
                $"{target["__meta_kubernetes_ingress_scheme"]} {target["__address__"]} {target["__meta_kubernetes_ingress_path"]}"));
    }

    [Fact]
    public async Task Node_WithSeveralAddresses_IsATargetAtItsKubelet()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("nodes", Manifests.Node("worker-1", "a"));
        await using var watching = Watching.Start(server, "role = \"node\"");

        await watching.WaitForTargetsAsync(1);

        Assert.Equal(
            LabelSet.Of(
                ("__address__", "192.168.1.11:10250"), ("instance", "worker-1"),
                ("__meta_kubernetes_node_name", "worker-1"),
                ("__meta_kubernetes_node_provider_id", "aws:///eu-central-1a/i-0abc"),
                ("__meta_kubernetes_node_label_topology_kubernetes_io_zone", "a"),
                ("__meta_kubernetes_node_labelpresent_topology_kubernetes_io_zone", "true"),
                ("__meta_kubernetes_node_annotation_node_alpha_kubernetes_io_ttl", "0"),
                ("__meta_kubernetes_node_annotationpresent_node_alpha_kubernetes_io_ttl", "true"),
                ("__meta_kubernetes_node_address_InternalIP", "192.168.1.11"),
                ("__meta_kubernetes_node_address_ExternalIP", "203.0.113.7"),
                ("__meta_kubernetes_node_address_Hostname", "worker-1.internal")),
            watching.Targets[0]);
        Assert.DoesNotContain(server.Requests, request => request.Path.Contains("namespaces", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "type": "Hostname", "address": "h" }, { "type": "ExternalDNS", "address": "e.example" }""", "e.example:10250")]
    [InlineData("""{ "type": "Hostname", "address": "h" }, { "type": "ExternalIP", "address": "203.0.113.1" }, { "type": "InternalDNS", "address": "i.example" }""", "i.example:10250")]
    [InlineData("""{ "type": "Hostname", "address": "h" }, { "type": "LegacyHostIP", "address": "192.0.2.1" }""", "192.0.2.1:10250")]
    [InlineData("""{ "type": "Hostname", "address": "h" }""", "h:10250")]
    public async Task Node_AddressTypes_AreTakenInTheOrderOfPreference(string addresses, string expected)
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("nodes", $$"""{ "metadata": { "name": "n" }, "status": { "addresses": [ {{addresses}} ] } }""");
        await using var watching = Watching.Start(server, "role = \"node\"");

        await watching.WaitForAddressesAsync(expected);
    }

    [Fact]
    public async Task Node_WithoutAnAddress_IsLeftOutAndSaysSo()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("nodes", """{ "metadata": { "name": "young" } }""");
        await using var watching = Watching.Start(server, "role = \"node\"");

        await watching.UntilAsync(() => watching.Store.Read(question => question.SkippedCount).Sum() == 1);

        Assert.Equal(["young: the node has no address yet"], watching.Store.Read(q => $"{q.Skipped[0].Entry}: {q.Skipped[0].Reason}"));
        server.Cluster.Put("nodes", Manifests.Node("young", "a"));
        await watching.UntilAsync(() => watching.Targets.Count == 1 && watching.Store.Read(question => question.SkippedCount).Sum() == 0);
    }
}
