using Stoker.Components;
using Stoker.Discovery.Consul;
using Stoker.Discovery.Docker;

namespace Stoker.Discovery;

/// <summary>Every <c>discovery.*</c> component that Stoker has.</summary>
public static class DiscoveryComponents
{
    public static IReadOnlyList<ComponentDefinition> Definitions { get; } =
    [
        ConsulSource.Definition,
        DockerSource.Definition,
    ];
}
