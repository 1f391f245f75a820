using Stoker.Components.Arguments;
using Stoker.Http;

namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// The arguments of <c>discovery.kubernetes</c>. With none of those for the connection, the agent's own service account is used.
/// </summary>
internal sealed record KubernetesArguments
{
    /// <summary>One of <see cref="KubernetesRoles.All"/>; empty where it was written as null.</summary>
    public string Role { get; init; } = "";

    public string ApiServer { get; init; } = "";

    public string KubeconfigFile { get; init; } = "";

    public HttpClientArguments Http { get; init; } = new();

    public NamespacesArguments Namespaces { get; init; } = new();

    public IReadOnlyList<SelectorArguments> Selectors { get; init; } = [];

    public AttachMetadataArguments AttachMetadata { get; init; } = new();

    public static BlockSchema<KubernetesArguments> Schema { get; } = new BlockSchema<KubernetesArguments>(new KubernetesArguments())
        .Required("role", ArgumentTypes.OneOf([.. KubernetesRoles.All]), a => a.Role, (a, v) => a with { Role = v },
            "What to discover: node, pod, service, endpoints, endpointslice or ingress.")
        .Optional("api_server", ArgumentTypes.String, a => a.ApiServer, (a, v) => a with { ApiServer = v },
            "URL of the API server; without it and kubeconfig_file, that of the cluster that the agent runs in.")
        .Optional("kubeconfig_file", ArgumentTypes.String, a => a.KubeconfigFile, (a, v) => a with { KubeconfigFile = v },
            "Path of a kubeconfig file, whose current context is used.")
        .Squash(HttpClientArguments.Schema, a => a.Http, (a, v) => a with { Http = v })
        .Block("namespaces", NamespacesArguments.Schema, a => a.Namespaces, (a, v) => a with { Namespaces = v },
            "Which namespaces to look into; all of them without it.")
        .Blocks("selectors", SelectorArguments.Schema, a => a.Selectors, (a, v) => a with { Selectors = v },
            "Which objects of a role to ask for; one block for each role.")
        .Block("attach_metadata", AttachMetadataArguments.Schema, a => a.AttachMetadata, (a, v) => a with { AttachMetadata = v },
            "Labels of other objects to add to targets.")
        .Validate(KubernetesRules.Check);

    /// <summary>The selector of a role; an empty one where none was written.</summary>
    public SelectorArguments SelectorOf(string role) =>
        Selectors.FirstOrDefault(selector => selector.Role == role) ?? new SelectorArguments { Role = role };
}
