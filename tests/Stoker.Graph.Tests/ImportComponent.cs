using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Tests;

internal sealed record ImportArguments
{
    public string Text { get; init; } = "";

    public static BlockSchema<ImportArguments> Schema { get; } = new BlockSchema<ImportArguments>(new ImportArguments())
        .Required("text", ArgumentTypes.String, a => a.Text, (a, v) => a with { Text = v }, "The module; later, nowhere, or the text itself.");
}

/// <summary>An import for tests: its module is its argument, or what the test publishes.</summary>
internal sealed class ImportComponent(ComponentContext context) : Component<ImportArguments>
{
    public void Publish(string text) => context.PublishExports(ExportsOf(ContentOf(text)));

    public override async Task RunAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource();
        await using (cancellationToken.Register(stopped.SetResult))
        {
            await stopped.Task;
        }
    }

    protected override ObjectValue Stage(ImportArguments arguments) => ExportsOf(arguments.Text switch
    {
        "later" => new UnavailableValue("no answer yet", isMistake: false),
        "nowhere" => new UnavailableValue("/nowhere: no such file", isMistake: true),
        "itself" => ContentOf("import.text \"m\" { text = \"itself\" }"),
        var text => ContentOf(text),
    });

    protected override void Apply(ImportArguments arguments)
    {
        // The text is all there is.
    }

    private ModuleContentValue ContentOf(string text) => new([SourceFile.FromText(ComponentPath.LocalIdOf(context.Id), text)], "/modules");

    private static ObjectValue ExportsOf(Value content) => new([new(ModuleContentValue.ExportName, content)]);
}
