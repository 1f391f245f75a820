using Stoker.Components.Arguments;

namespace Stoker.Discovery.Kubernetes;

/// <summary>The block <c>attach_metadata</c>.</summary>
internal sealed record AttachMetadataArguments
{
    public bool Node { get; init; }

    public bool Namespace { get; init; }

    public static BlockSchema<AttachMetadataArguments> Schema { get; } = new BlockSchema<AttachMetadataArguments>(new AttachMetadataArguments())
        .Optional("node", ArgumentTypes.Bool, a => a.Node, (a, v) => a with { Node = v },
            "Adds name, labels and annotations of the node. For the roles pod, endpoints and endpointslice.")
        .Optional("namespace", ArgumentTypes.Bool, a => a.Namespace, (a, v) => a with { Namespace = v },
            "Adds labels and annotations of the namespace. For all roles but node.");
}
