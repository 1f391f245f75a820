using Stoker.Components;
using Stoker.Components.Arguments;

namespace Stoker.Content.Files;

/// <summary>What the user wrote in a <c>local.file</c> block. Immutable.</summary>
internal sealed record LocalFileArguments
{
    public string Filename { get; init; } = "";

    public FileWatchArguments Watch { get; init; } = new();

    public bool IsSecret { get; init; }

    public static BlockSchema<LocalFileArguments> Schema { get; } =
        new BlockSchema<LocalFileArguments>(new LocalFileArguments())
        .Required(
            "filename", new PathArgument("write the path of a file"), a => a.Filename, (a, v) => a with { Filename = v }, "The file whose text is exported.")
        .Squash(FileWatchArguments.Schema, a => a.Watch, (a, v) => a with { Watch = v })
        .Optional("is_secret", ArgumentTypes.Bool, a => a.IsSecret, (a, v) => a with { IsSecret = v }, "Whether the text is a secret, which is never shown.");

    public static ComponentDefinition Definition { get; } =
        ContentComponent<LocalFileArguments>.Define("local.file", Schema, (a, context) => new LocalFileSource(a, context));
}
