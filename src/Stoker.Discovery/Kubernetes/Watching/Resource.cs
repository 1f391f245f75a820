namespace Stoker.Discovery.Kubernetes;

/// <summary>A kind of object as the API serves it.</summary>
/// <param name="Role">The word of the kind in metrics, such as <c>pod</c>.</param>
/// <param name="Group">The API group; empty for the core API.</param>
/// <param name="Versions">The versions that can be read, the one to try first at the start.</param>
internal sealed record Resource(
    string Role, string Plural, string Group, IReadOnlyList<string> Versions, bool IsNamespaced, Func<ObjectReader> CreateReader)
{
    public static Resource Nodes { get; } = new(KubernetesRoles.Node, "nodes", "", ["v1"], false, NodeReader.Create);

    public static Resource Namespaces { get; } = new("namespace", "namespaces", "", ["v1"], false, NodeReader.CreateForNamespaces);

    public static Resource Pods { get; } = new(KubernetesRoles.Pod, "pods", "", ["v1"], true, PodReader.Create);

    public static Resource Services { get; } = new(KubernetesRoles.Service, "services", "", ["v1"], true, ServiceReader.Create);

    public static Resource Endpoints { get; } = new(KubernetesRoles.Endpoints, "endpoints", "", ["v1"], true, EndpointsReader.Create);

    public static Resource EndpointSlices { get; } =
        new(KubernetesRoles.EndpointSlice, "endpointslices", "discovery.k8s.io", ["v1", "v1beta1"], true, EndpointSliceReader.Create);

    public static Resource Ingresses { get; } =
        new(KubernetesRoles.Ingress, "ingresses", "networking.k8s.io", ["v1", "v1beta1"], true, IngressReader.Create);

    public static Resource Of(string role) => role switch
    {
        KubernetesRoles.Node => Nodes,
        KubernetesRoles.Pod => Pods,
        KubernetesRoles.Service => Services,
        KubernetesRoles.Endpoints => Endpoints,
        KubernetesRoles.EndpointSlice => EndpointSlices,
        KubernetesRoles.Ingress => Ingresses,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "There is no such role."),
    };

    /// <summary>The path below the server's URL.</summary>
    /// <param name="ns">The namespace; null for all.</param>
    public string Path(string version, string? ns) =>
        $"{(Group.Length == 0 ? "api" : $"apis/{Group}")}/{version}/{(ns is null ? "" : $"namespaces/{ns}/")}{Plural}";
}

/// <summary>What one watch asks for.</summary>
/// <param name="Namespace">Null for all namespaces, and for what belongs to none.</param>
internal sealed record WatchTarget(Resource Resource, string? Namespace, string LabelSelector, string FieldSelector)
{
    /// <summary>The question as a reader knows it.</summary>
    public string Question => Resource.IsNamespaced ? $"{Resource.Plural} {Where}" : Resource.Plural;

    /// <summary>
    /// What stands for the failure of the watch alone: a question of its own, so that lists which succeed meanwhile do not hide it.
    /// </summary>
    public string ChangesQuestion => $"changes of {Question}";

    /// <summary>Where it looks, for messages.</summary>
    public string Where =>
        Namespace is not null ? $"in the namespace {Namespace}" : Resource.IsNamespaced ? "in all namespaces" : "of the cluster";
}
