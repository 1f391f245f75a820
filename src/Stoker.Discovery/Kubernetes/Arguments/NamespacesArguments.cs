using Stoker.Components.Arguments;

namespace Stoker.Discovery.Kubernetes;

/// <summary>The block <c>namespaces</c>.</summary>
internal sealed record NamespacesArguments
{
    public IReadOnlyList<string> Names { get; init; } = [];

    public bool OwnNamespace { get; init; }

    public static BlockSchema<NamespacesArguments> Schema { get; } = new BlockSchema<NamespacesArguments>(new NamespacesArguments())
        .Optional("own_namespace", ArgumentTypes.Bool, a => a.OwnNamespace, (a, v) => a with { OwnNamespace = v },
            "Whether the namespace that the agent runs in is one of them.")
        .Optional("names", ArgumentTypes.List(ArgumentTypes.String), a => a.Names, (a, v) => a with { Names = v },
            "Names of the namespaces.");
}
