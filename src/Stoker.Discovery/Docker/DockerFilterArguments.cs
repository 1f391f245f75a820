using Stoker.Components.Arguments;

namespace Stoker.Discovery.Docker;

/// <summary>The block <c>filter</c>: one of the filters of the engine's list of containers, such as <c>label</c> or <c>status</c>.</summary>
internal sealed record DockerFilterArguments
{
    public string Name { get; init; } = "";

    public IReadOnlyList<string> Values { get; init; } = [];

    public static BlockSchema<DockerFilterArguments> Schema { get; } = new BlockSchema<DockerFilterArguments>(new DockerFilterArguments())
        .Required("name", ArgumentTypes.String, a => a.Name, (a, v) => a with { Name = v }, "Name of the filter, as the engine's API has it.")
        .Required(
            "values", ArgumentTypes.List(ArgumentTypes.String), a => a.Values, (a, v) => a with { Values = v },
            "Values of the filter; what they mean together depends on the filter.");
}
