using Stoker.Components;
using Stoker.Syntax.Values;

namespace Stoker.Logging;

/// <summary>Puts the <c>logging</c> block into force for as long as it stands in the configuration.</summary>
internal sealed class LoggingComponent(AgentLog log, CancellationToken agentStopping) : Component<LoggingArguments>
{
    /// <param name="agentStopping">Cancelled when the whole agent stops and not this block alone.</param>
    public static ComponentDefinition Define(AgentLog log, CancellationToken agentStopping) =>
        new("logging", LoggingArguments.Schema, _ => new LoggingComponent(log, agentStopping)) { IsConfigBlock = true };

    public override async Task RunAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource();
        await using (cancellationToken.Register(stopped.SetResult))
        {
            await stopped.Task;
        }

        // The last lines of a run are written like all others; only where the block was removed from the file, the defaults are back.
        if (!agentStopping.IsCancellationRequested)
        {
            log.Settings = new LoggingArguments();
        }
    }

    protected override ObjectValue Stage(LoggingArguments arguments) => ObjectValue.Empty;

    protected override void Apply(LoggingArguments arguments) => log.Settings = arguments;
}
