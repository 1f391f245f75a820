using Stoker.Components;
using Stoker.Discovery.Kubernetes;

namespace Stoker.Discovery;

/// <summary>Every <c>discovery.*</c> component that Stoker has.</summary>
public static class DiscoveryComponents
{
    public static IReadOnlyList<ComponentDefinition> Definitions { get; } =
    [
        KubernetesSource.Definition,
    ];
}
