using Stoker.Components;
using Stoker.Syntax.Values;

namespace Stoker.Logging;

/// <summary>Puts the <c>logging</c> block into force for as long as it stands in the configuration.</summary>
internal sealed class LoggingComponent(AgentLog log) : Component<LoggingArguments>
{
    public static ComponentDefinition Define(AgentLog log) =>
        new("logging", LoggingArguments.Schema, _ => new LoggingComponent(log)) { IsConfigBlock = true };

    public override async Task RunAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource();
        await using (cancellationToken.Register(stopped.SetResult))
        {
            await stopped.Task;
        }

        // Removed from the file: the defaults are back.
        log.Settings = new LoggingArguments();
    }

    protected override ObjectValue Stage(LoggingArguments arguments) => ObjectValue.Empty;

    protected override void Apply(LoggingArguments arguments) => log.Settings = arguments;
}
