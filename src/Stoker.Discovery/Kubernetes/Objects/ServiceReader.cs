using Stoker.Labels;

namespace Stoker.Discovery.Kubernetes;

/// <summary>Keeps of a service what targets need.</summary>
internal static class ServiceReader
{
    private const string Prefix = MetaLabels.Prefix + "service_";

    public static ObjectReader Create()
    {
        var meta = new MetaLabels("service");
        return new ObjectReader<ServiceModel>(
            KubernetesJson.Default.ServiceModel, isNamespaced: true, (service, metadata) => Convert(service, metadata, meta));
    }

    private static KubeService Convert(ServiceModel service, MetadataModel metadata, MetaLabels meta)
    {
        string ns = meta.Pool.Share(metadata.Namespace ?? "");
        LabelSetBuilder labels = new LabelSetBuilder().Set(MetaLabels.Namespace, ns);
        meta.Add(labels, metadata);

        string type = meta.Pool.Share(service.Spec?.Type ?? "");
        LabelSetBuilder details = new LabelSetBuilder().Set(Prefix + "type", type);
        if (type == "ExternalName")
        {
            details.Set(Prefix + "external_name", service.Spec?.ExternalName ?? "");
        }
        else
        {
            details.Set(Prefix + "cluster_ip", service.Spec?.ClusterIP ?? "");
        }

        if (type == "LoadBalancer")
        {
            details.Set(Prefix + "loadbalancer_ip", service.Spec?.LoadBalancerIP ?? "");
        }

        KubePort[] ports =
        [
            .. (service.Spec?.Ports ?? []).Where(port => port is { Port: > 0 and <= 65535 })
                .Select(port => new KubePort(port!.Port!.Value, meta.Pool.Share(port.Name ?? ""), meta.Pool.Share(port.Protocol ?? "TCP"))),
        ];
        return new KubeService(ns, metadata.Name ?? "", labels.ToLabelSet(), details.ToLabelSet(), ports);
    }
}
