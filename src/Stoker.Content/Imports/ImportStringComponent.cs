using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Content.Imports;

/// <summary>What the user wrote in an <c>import.string</c> block. Immutable.</summary>
internal sealed record ImportStringArguments
{
    public OptionalSecretValue Content { get; init; } = new("", isSecret: false);

    public static BlockSchema<ImportStringArguments> Schema { get; } =
        new BlockSchema<ImportStringArguments>(new ImportStringArguments())
        .Required("content", new TextOrSecretArgument(), a => a.Content, (a, v) => a with { Content = v }, "The text of the module.");
}

/// <summary><c>import.string</c>: a module whose text is in its arguments, perhaps from another component's exports.</summary>
internal sealed class ImportStringComponent(ComponentContext context) : Component<ImportStringArguments>, IOutsideSource
{
    public static ComponentDefinition Definition { get; } =
        new("import.string", ImportStringArguments.Schema, context => new ImportStringComponent(context)) { IsImport = true, IsOutsideSource = true };

    public Task FirstRound => Task.CompletedTask;

    public IReadOnlyList<string> Failures => [];

    public void PublishNow()
    {
        // The content is in the arguments.
    }

    public override async Task RunAsync(CancellationToken cancellationToken) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, context.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    protected override ObjectValue Stage(ImportStringArguments arguments)
    {
        var file = SourceFile.FromText(ComponentPath.LocalIdOf(context.Id), arguments.Content.Content, arguments.Content.IsSecret);
        return new([new(ModuleContentValue.ExportName, new ModuleContentValue([file], modulePath: null))]);
    }

    protected override void Apply(ImportStringArguments arguments)
    {
        // What they lead to was staged; nothing runs.
    }
}
