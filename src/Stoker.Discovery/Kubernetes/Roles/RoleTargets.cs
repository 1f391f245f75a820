using Stoker.Components;
using Stoker.Labels;

namespace Stoker.Discovery.Kubernetes;

/// <summary>Makes the targets of an object, by the rules of Prometheus's <c>kubernetes_sd_config</c>.</summary>
internal static class RoleTargets
{
    private const string OverCapacity = MetaLabels.Prefix + "endpoints_annotation_endpoints_kubernetes_io_over_capacity";

    public static IReadOnlyList<Target> Build(KubeObject found, Joined joined) => found switch
    {
        KubePod pod => OfPod(pod, joined),
        KubeService service => OfService(service, joined),
        KubeIngress ingress => OfIngress(ingress, joined),
        KubeNode node => OfNode(node),
        KubeEndpoints endpoints => EndpointTargets.Of(endpoints, joined),
        KubeEndpointSlice slice => EndpointTargets.Of(slice, joined),
        _ => [],
    };

    /// <summary>What a reader should know of an object beside its targets; null where there is nothing.</summary>
    public static string? RemarkOn(KubeObject found) => found switch
    {
        KubeNode { Address.Length: 0 } => "the node has no address yet",
        KubeEndpoints endpoints when endpoints.Labels[OverCapacity] == "truncated" =>
            "there are more than 1000 addresses, and Kubernetes names only 1000 of them here; use the role endpointslice",
        _ => null,
    };

    private static Target[] OfPod(KubePod pod, Joined joined)
    {
        // One that is about to start, or was evicted.
        if (pod.Ip.Length == 0)
        {
            return [];
        }

        LabelSet common = Common(pod.Labels, pod.Namespace, joined).AddAll(joined.LabelsOfNode(pod.NodeName)).ToLabelSet();
        var targets = new List<Target>();
        foreach (KubeContainer container in pod.Containers)
        {
            if (container.Ports.Count == 0)
            {
                // Without a port, which a rule has to add.
                targets.Add(
                    common.ToBuilder().Set(TargetLabels.Address, pod.Ip).AddContainer(container).AddContainerId(container).ToTarget());
            }

            targets.AddRange(container.Ports.Select(port => common.ToBuilder()
                .Set(TargetLabels.Address, HostAndPort.Join(pod.Ip, port.Number))
                .AddContainer(container).AddContainerId(container).AddContainerPort(port)
                .ToTarget()));
        }

        return [.. targets];
    }

    private static Target[] OfService(KubeService service, Joined joined)
    {
        LabelSet common = Common(service.Labels, service.Namespace, joined).AddAll(service.Details).ToLabelSet();
        return
        [
            .. service.Ports.Select(port => common.ToBuilder()
                .Set(TargetLabels.Address, $"{service.Name}.{service.Namespace}.svc:{port.Number}")
                .Set(MetaLabels.Prefix + "service_port_name", port.Name)
                .Set(MetaLabels.Prefix + "service_port_number", port.Number.ToString())
                .Set(MetaLabels.Prefix + "service_port_protocol", port.Protocol)
                .ToTarget()),
        ];
    }

    private static Target[] OfIngress(KubeIngress ingress, Joined joined)
    {
        LabelSet common = Common(ingress.Labels, ingress.Namespace, joined).ToLabelSet();
        return
        [
            .. ingress.Paths.Select(path => common.ToBuilder()
                .Set(TargetLabels.Address, path.Host)
                .Set(MetaLabels.Prefix + "ingress_scheme", path.IsHttps ? "https" : "http")
                .Set(MetaLabels.Prefix + "ingress_host", path.Host)
                .Set(MetaLabels.Prefix + "ingress_path", path.Path)
                .ToTarget()),
        ];
    }

    private static Target[] OfNode(KubeNode node) => node.Address.Length == 0
        ? []
        :
        [
            node.Labels.ToBuilder()
                .AddAll(node.Details)
                .Set(TargetLabels.Address, HostAndPort.Join(node.Address, node.KubeletPort))
                .ToTarget(),
        ];

    private static LabelSetBuilder Common(LabelSet own, string ns, Joined joined) => own.ToBuilder().AddAll(joined.LabelsOfNamespace(ns));
}
