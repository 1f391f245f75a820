using Stoker.Components.Arguments;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Planning;

/// <summary>What an <c>argument "NAME"</c> block of a declare says.</summary>
internal sealed record ArgumentBlock
{
    public bool Optional { get; init; }

    public Value Default { get; init; } = NullValue.Instance;

    public string Comment { get; init; } = "";

    public static BlockSchema<ArgumentBlock> Schema { get; } = new BlockSchema<ArgumentBlock>(new ArgumentBlock())
        .Optional("optional", ArgumentTypes.Bool, a => a.Optional, (a, v) => a with { Optional = v }, "Whether an instance may leave the argument out.")
        .Optional("default", ArgumentTypes.Any, a => a.Default, (a, v) => a with { Default = v }, "The value of an optional argument that is left out.")
        .Optional("comment", ArgumentTypes.String, a => a.Comment, (a, v) => a with { Comment = v }, "What the argument is for.");
}

/// <summary>What an <c>export "NAME"</c> block of a declare says.</summary>
internal sealed record ExportBlock
{
    public Value Content { get; init; } = NullValue.Instance;

    public static BlockSchema<ExportBlock> Schema { get; } = new BlockSchema<ExportBlock>(new ExportBlock())
        .Required("value", ArgumentTypes.Any, a => a.Content, (a, v) => a with { Content = v }, "The value that users of an instance see under the label.");
}
