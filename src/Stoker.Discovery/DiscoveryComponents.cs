using Stoker.Components;

namespace Stoker.Discovery;

/// <summary>Every <c>discovery.*</c> component that Stoker has.</summary>
public static class DiscoveryComponents
{
    public static IReadOnlyList<ComponentDefinition> Definitions { get; } =
    [
        RelabelComponent.Definition,
    ];
}
