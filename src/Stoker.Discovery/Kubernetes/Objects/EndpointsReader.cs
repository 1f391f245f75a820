using Stoker.Labels;

namespace Stoker.Discovery.Kubernetes;

/// <summary>Keeps of endpoints what targets need.</summary>
internal static class EndpointsReader
{
    private const string Prefix = MetaLabels.Prefix + "endpoint_";

    public static ObjectReader Create()
    {
        var meta = new MetaLabels("endpoints");
        return new ObjectReader<EndpointsModel>(
            KubernetesJson.Default.EndpointsModel, isNamespaced: true, (endpoints, metadata) => Convert(endpoints, metadata, meta));
    }

    /// <summary>The pod that a reference leads to; null where it leads elsewhere.</summary>
    public static string? PodKeyOf(ReferenceModel? reference, string ns) =>
        reference is { Kind: "Pod", Name.Length: > 0 }
            ? KubeObject.KeyOf(string.IsNullOrEmpty(reference.Namespace) ? ns : reference.Namespace, reference.Name)
            : null;

    private static KubeEndpoints Convert(EndpointsModel endpoints, MetadataModel metadata, MetaLabels meta)
    {
        string ns = meta.Pool.Share(metadata.Namespace ?? "");
        LabelSetBuilder labels = new LabelSetBuilder().Set(MetaLabels.Namespace, ns);
        meta.Add(labels, metadata);
        var subsets = new List<KubeEndpointSubset>();
        foreach (EndpointSubsetModel? subset in endpoints.Subsets ?? [])
        {
            var addresses = new List<KubeEndpointAddress>();
            Add(addresses, subset?.Addresses, "true", ns, meta.Pool);
            Add(addresses, subset?.NotReadyAddresses, "false", ns, meta.Pool);
            KubePort[] ports =
            [
                .. (subset?.Ports ?? []).Where(port => port is { Port: > 0 and <= 65535 })
                    .Select(port => new KubePort(port!.Port!.Value, meta.Pool.Share(port.Name ?? ""), meta.Pool.Share(port.Protocol ?? "TCP"))),
            ];
            if (addresses.Count > 0 && ports.Length > 0)
            {
                subsets.Add(new KubeEndpointSubset([.. addresses], ports));
            }
        }

        return new KubeEndpoints(ns, metadata.Name ?? "", labels.ToLabelSet(), [.. subsets]);
    }

    private static void Add(
        List<KubeEndpointAddress> addresses, List<EndpointAddressModel?>? models, string ready, string ns, StringPool pool)
    {
        foreach (EndpointAddressModel? address in models ?? [])
        {
            if (string.IsNullOrEmpty(address?.Ip))
            {
                continue;
            }

            ReferenceModel? reference = address.TargetRef;
            LabelSet labels = LabelSet.Of(
                (Prefix + "ready", ready),
                (Prefix + "address_target_kind", pool.Share(reference?.Kind ?? "")),
                (Prefix + "address_target_name", reference?.Name ?? ""),
                (Prefix + "node_name", pool.Share(address.NodeName ?? "")),
                (Prefix + "hostname", address.Hostname ?? ""));
            string node = address.NodeName is { Length: > 0 } name ? name : reference is { Kind: "Node" } ? reference.Name ?? "" : "";
            addresses.Add(new KubeEndpointAddress(address.Ip, labels, PodKeyOf(reference, ns), pool.Share(node)));
        }
    }
}
