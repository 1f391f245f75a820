namespace Stoker.Discovery.Kubernetes;

/// <summary>The roles, and which selectors and attached metadata each of them takes.</summary>
internal static class KubernetesRoles
{
    public const string Node = "node";
    public const string Pod = "pod";
    public const string Service = "service";
    public const string Endpoints = "endpoints";
    public const string EndpointSlice = "endpointslice";
    public const string Ingress = "ingress";

    public static IReadOnlyList<string> All { get; } = [Node, Pod, Service, Endpoints, EndpointSlice, Ingress];

    /// <summary>The roles that a component of a role watches without <c>attach_metadata</c>, its own first.</summary>
    public static IReadOnlyList<string> WatchedBy(string role) =>
        role is Endpoints or EndpointSlice ? [role, Pod, Service] : [role];

    public static bool TakesNodeMetadata(string role) => role is Pod or Endpoints or EndpointSlice;

    public static bool TakesNamespaceMetadata(string role) => role != Node;
}
