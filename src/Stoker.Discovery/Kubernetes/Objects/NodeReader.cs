using Stoker.Labels;

namespace Stoker.Discovery.Kubernetes;

/// <summary>Keeps of nodes and namespaces what targets need.</summary>
internal static class NodeReader
{
    private const string Prefix = MetaLabels.Prefix + "node_";
    private const int DefaultKubeletPort = 10250;

    private static readonly string[] AddressTypes = ["InternalIP", "InternalDNS", "ExternalIP", "ExternalDNS", "LegacyHostIP", "Hostname"];

    public static ObjectReader Create()
    {
        var meta = new MetaLabels("node");
        return new ObjectReader<NodeModel>(
            KubernetesJson.Default.NodeModel, isNamespaced: false, (node, metadata) => Convert(node, metadata, meta));
    }

    public static ObjectReader CreateForNamespaces()
    {
        var meta = new MetaLabels("namespace");
        return new ObjectReader<ObjectModel>(KubernetesJson.Default.ObjectModel, isNamespaced: false, (_, metadata) =>
        {
            var labels = new LabelSetBuilder();
            meta.Add(labels, metadata, withName: false);
            return new KubeNamespace(metadata.Name ?? "", labels.ToLabelSet());
        });
    }

    private static KubeNode Convert(NodeModel node, MetadataModel metadata, MetaLabels meta)
    {
        var labels = new LabelSetBuilder();
        meta.Add(labels, metadata);

        LabelSetBuilder details = new LabelSetBuilder()
            .Set("instance", metadata.Name ?? "")
            .Set(Prefix + "provider_id", node.Spec?.ProviderID ?? "");
        var addresses = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (NodeAddressModel? address in node.Status?.Addresses ?? [])
        {
            if (address is { Type.Length: > 0, Address.Length: > 0 } && addresses.TryAdd(address.Type, address.Address))
            {
                details.SetIfEmpty(Prefix + "address_" + MetaLabelName.Sanitize(address.Type), address.Address);
            }
        }

        string chosen = AddressTypes.Select(type => addresses.GetValueOrDefault(type)).FirstOrDefault(address => address is not null) ?? "";
        int port = node.Status?.DaemonEndpoints?.KubeletEndpoint?.Port is { } written and > 0 and <= 65535 ? written : DefaultKubeletPort;
        return new KubeNode(meta.Pool.Share(metadata.Name ?? ""), labels.ToLabelSet(), details.ToLabelSet(), chosen, port);
    }
}
