using Stoker.Labels;

namespace Stoker.Discovery.Kubernetes;

/// <summary>What is kept of an object: the labels that targets get from it and what links it to others, nothing else. Immutable.</summary>
/// <param name="Namespace">Empty for an object outside of namespaces.</param>
internal abstract record KubeObject(string Namespace, string Name)
{
    /// <summary>The name that no other object of the kind has.</summary>
    public string Key => KeyOf(Namespace, Name);

    public static string KeyOf(string ns, string name) => ns.Length > 0 ? $"{ns}/{name}" : name;
}

/// <param name="Labels">Those of the pod itself, the namespace's name among them.</param>
internal sealed record KubePod(
    string Namespace, string Name, string Ip, string NodeName, LabelSet Labels, IReadOnlyList<KubeContainer> Containers)
    : KubeObject(Namespace, Name);

/// <param name="Id">The runtime and its identifier, such as <c>containerd://0123</c>; empty before the container was made.</param>
internal sealed record KubeContainer(string Name, string Image, string Id, bool IsInit, IReadOnlyList<KubePort> Ports);

internal sealed record KubePort(int Number, string Name, string Protocol);

internal sealed record KubeService(string Namespace, string Name, LabelSet Labels, LabelSet Details, IReadOnlyList<KubePort> Ports)
    : KubeObject(Namespace, Name);

internal sealed record KubeEndpoints(string Namespace, string Name, LabelSet Labels, IReadOnlyList<KubeEndpointSubset> Subsets)
    : KubeObject(Namespace, Name);

internal sealed record KubeEndpointSubset(IReadOnlyList<KubeEndpointAddress> Addresses, IReadOnlyList<KubePort> Ports);

/// <param name="Labels">Those of the address, whether it is ready among them.</param>
/// <param name="PodKey">The pod behind it; null where there is none.</param>
/// <param name="NodeName">The node that it is on, or that it is; empty where neither is known.</param>
internal sealed record KubeEndpointAddress(string Address, LabelSet Labels, string? PodKey, string NodeName);

/// <param name="ServiceName">The service that the slice belongs to; empty where it belongs to none.</param>
internal sealed record KubeEndpointSlice(
    string Namespace, string Name, LabelSet Labels, string ServiceName, IReadOnlyList<KubeEndpointAddress> Addresses, IReadOnlyList<KubeSlicePort> Ports)
    : KubeObject(Namespace, Name);

/// <param name="Number">Null where a slice stands for all ports.</param>
internal sealed record KubeSlicePort(int? Number, LabelSet Labels);

internal sealed record KubeIngress(string Namespace, string Name, LabelSet Labels, IReadOnlyList<KubeIngressPath> Paths)
    : KubeObject(Namespace, Name);

internal sealed record KubeIngressPath(string Host, string Path, bool IsHttps);

/// <param name="Labels">What the node gives to targets on it: name, labels and annotations.</param>
/// <param name="Details">What only the target of the node itself has.</param>
/// <param name="Address">The address by preference of types; empty where the node has none.</param>
internal sealed record KubeNode(string Name, LabelSet Labels, LabelSet Details, string Address, int KubeletPort)
    : KubeObject("", Name);

/// <param name="Labels">Labels and annotations, without the name, which every target has already.</param>
internal sealed record KubeNamespace(string Name, LabelSet Labels)
    : KubeObject("", Name);
