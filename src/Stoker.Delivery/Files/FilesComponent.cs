using Stoker.Components;
using Stoker.Syntax.Values;

namespace Stoker.Delivery.Files;

/// <summary>
/// The component <c>stoker.files</c>: keeps profiles as files, so that the agent is of use with no backend. The hand-over only queues; one loop
/// writes. Its receiver is one object for its whole life and safe from several threads.
/// </summary>
public sealed class FilesComponent : Component<FilesArguments>, IProfileReceiver
{
    /// <summary>What may wait for a slow disk.</summary>
    private const long QueueBytes = 64 * 1024 * 1024;

    private readonly ObjectValue _exports;
    private readonly FileWriter _writer;

    private FilesComponent(ComponentContext context)
    {
        _exports = new ObjectValue([new("receiver", new ProfileReceiverValue(context.Id, this))]);
        _writer = new FileWriter(context, QueueBytes);
    }

    public static ComponentDefinition Definition { get; } =
        new("stoker.files", FilesArguments.Schema, context => new FilesComponent(context));

    public override string? HealthMessage => _writer.State.Summarize();

    public void Accept(RawProfile profile) => _writer.Accept(profile);

    public override Task RunAsync(CancellationToken cancellationToken) => _writer.RunAsync(cancellationToken);

    public override IReadOnlyList<BodyItem> DescribeState() => _writer.State.Describe(_writer.GetCounts());

    protected override ObjectValue Stage(FilesArguments arguments) => _exports;

    protected override void Apply(FilesArguments arguments) => _writer.Configure(arguments);
}
