using Stoker.Components.Arguments;

namespace Stoker.Discovery.Kubernetes;

/// <summary>A block <c>selectors</c>: which objects the API server is asked for.</summary>
internal sealed record SelectorArguments
{
    public string Role { get; init; } = "";

    public string Label { get; init; } = "";

    public string Field { get; init; } = "";

    public static BlockSchema<SelectorArguments> Schema { get; } = new BlockSchema<SelectorArguments>(new SelectorArguments())
        .Required("role", ArgumentTypes.OneOf([.. KubernetesRoles.All]), a => a.Role, (a, v) => a with { Role = v },
            "The role whose objects are selected.")
        .Optional("label", ArgumentTypes.String, a => a.Label, (a, v) => a with { Label = v },
            "A label selector, such as app=shop,tier!=cache.")
        .Optional("field", ArgumentTypes.String, a => a.Field, (a, v) => a with { Field = v },
            "A field selector, such as spec.nodeName=worker-1.");
}
