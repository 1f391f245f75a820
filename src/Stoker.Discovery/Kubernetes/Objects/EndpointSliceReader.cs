using Stoker.Labels;

namespace Stoker.Discovery.Kubernetes;

/// <summary>Keeps of an endpoint slice, in v1 or v1beta1, what targets need.</summary>
internal static class EndpointSliceReader
{
    private const string Prefix = MetaLabels.Prefix + "endpointslice_";
    private const string ServiceNameLabel = "kubernetes.io/service-name";

    public static ObjectReader Create()
    {
        var meta = new MetaLabels("endpointslice");
        return new ObjectReader<EndpointSliceModel>(
            KubernetesJson.Default.EndpointSliceModel, isNamespaced: true, (slice, metadata) => Convert(slice, metadata, meta));
    }

    private static KubeEndpointSlice Convert(EndpointSliceModel slice, MetadataModel metadata, MetaLabels meta)
    {
        StringPool pool = meta.Pool;
        string ns = pool.Share(metadata.Namespace ?? "");
        LabelSetBuilder labels = new LabelSetBuilder()
            .Set(MetaLabels.Namespace, ns)
            .Set(Prefix + "address_type", pool.Share(slice.AddressType ?? ""));
        meta.Add(labels, metadata);

        var addresses = new List<KubeEndpointAddress>();
        foreach (EndpointModel? endpoint in slice.Endpoints ?? [])
        {
            if (endpoint is null)
            {
                continue;
            }

            LabelSet own = LabelsOf(endpoint, pool);
            ReferenceModel? reference = endpoint.TargetRef;
            string node = reference is { Kind: "Node" } ? reference.Name ?? "" : endpoint.NodeName ?? "";
            foreach (string? address in endpoint.Addresses ?? [])
            {
                if (!string.IsNullOrEmpty(address))
                {
                    addresses.Add(new KubeEndpointAddress(address, own, EndpointsReader.PodKeyOf(reference, ns), pool.Share(node)));
                }
            }
        }

        KubeSlicePort[] ports =
        [
            .. (slice.Ports ?? []).Where(port => port is { Port: null or (> 0 and <= 65535) }).Select(port => PortOf(port!, pool)),
        ];
        string service = metadata.Labels?.GetValueOrDefault(ServiceNameLabel) ?? "";
        return new KubeEndpointSlice(ns, metadata.Name ?? "", labels.ToLabelSet(), pool.Share(service), [.. addresses], ports);
    }

    private static LabelSet LabelsOf(EndpointModel endpoint, StringPool pool)
    {
        LabelSetBuilder labels = new LabelSetBuilder()
            .Set(Prefix + "endpoint_conditions_ready", Text(endpoint.Conditions?.Ready))
            .Set(Prefix + "endpoint_conditions_serving", Text(endpoint.Conditions?.Serving))
            .Set(Prefix + "endpoint_conditions_terminating", Text(endpoint.Conditions?.Terminating))
            .Set(Prefix + "endpoint_hostname", endpoint.Hostname ?? "")
            .Set(Prefix + "endpoint_node_name", pool.Share(endpoint.NodeName ?? ""))
            .Set(Prefix + "endpoint_zone", pool.Share(endpoint.Zone ?? ""))
            .Set(Prefix + "address_target_kind", pool.Share(endpoint.TargetRef?.Kind ?? ""))
            .Set(Prefix + "address_target_name", endpoint.TargetRef?.Name ?? "");
        foreach ((string key, string? value) in endpoint.DeprecatedTopology ?? endpoint.Topology ?? [])
        {
            string name = pool.Share(MetaLabelName.Sanitize(key));
            labels.Set(pool.Share($"{Prefix}endpoint_topology_{name}"), pool.Share(value ?? ""));
            labels.Set(pool.Share($"{Prefix}endpoint_topology_present_{name}"), MetaLabels.True);
        }

        return labels.ToLabelSet();
    }

    private static KubeSlicePort PortOf(EndpointPortModel port, StringPool pool) => new(
        port.Port,
        LabelSet.Of(
            (Prefix + "port", port.Port?.ToString() ?? ""),
            (Prefix + "port_name", pool.Share(port.Name ?? "")),
            (Prefix + "port_protocol", pool.Share(port.Protocol ?? "TCP")),
            (Prefix + "port_app_protocol", pool.Share(port.AppProtocol ?? ""))));

    private static string Text(bool? condition) => condition switch
    {
        null => "",
        true => "true",
        false => "false",
    };
}
