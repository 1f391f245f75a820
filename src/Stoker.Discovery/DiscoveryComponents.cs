using Stoker.Components;
using Stoker.Discovery.Consul;
using Stoker.Discovery.Dns;
using Stoker.Discovery.Docker;
using Stoker.Discovery.Files;
using Stoker.Discovery.Http;
using Stoker.Discovery.Kubernetes;
using Stoker.Discovery.Processes;
using Stoker.Discovery.Relabel;

namespace Stoker.Discovery;

/// <summary>Every <c>discovery.*</c> component that Stoker has.</summary>
public static class DiscoveryComponents
{
    public static IReadOnlyList<ComponentDefinition> Definitions { get; } =
    [
        ConsulSource.Definition,
        DnsSource.Definition,
        DockerSource.Definition,
        FileSource.Definition,
        HttpSource.Definition,
        KubernetesSource.Definition,
        ProcessSource.Definition,
        RelabelComponent.Definition,
    ];
}
