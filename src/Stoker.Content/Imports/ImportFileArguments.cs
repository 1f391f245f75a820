using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Content.Files;

namespace Stoker.Content.Imports;

/// <summary>What the user wrote in an <c>import.file</c> block. Immutable.</summary>
internal sealed record ImportFileArguments
{
    public string Filename { get; init; } = "";

    public FileWatchArguments Watch { get; init; } = new();

    public static BlockSchema<ImportFileArguments> Schema { get; } =
        new BlockSchema<ImportFileArguments>(new ImportFileArguments())
        .Required(
            "filename", new PathArgument("write the path of a module's file, or of a directory with *.alloy files"),
            a => a.Filename, (a, v) => a with { Filename = v },
            "The file, or the directory whose `*.alloy` files are one module.")
        .Squash(FileWatchArguments.Schema, a => a.Watch, (a, v) => a with { Watch = v });

    public static ComponentDefinition Definition { get; } = ContentComponent<ImportFileArguments>.Define(
        "import.file", Schema,
        (a, context) => new FileContentSource(a.Filename, a.Watch, context, () => ModuleFiles.Read(a.Filename), () => ModuleFiles.LinksIn(a.Filename))) with
    { IsImport = true, ImportsFiles = true };
}
