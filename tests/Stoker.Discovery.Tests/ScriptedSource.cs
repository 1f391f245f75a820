using Stoker.Components.Arguments;

namespace Stoker.Discovery.Tests;

internal sealed record ScriptedArguments
{
    public string Name { get; init; } = "";

    public IReadOnlyList<string> Extra { get; init; } = [];

    public static BlockSchema<ScriptedArguments> Schema { get; } = new BlockSchema<ScriptedArguments>(new ScriptedArguments())
        .Optional("name", ArgumentTypes.String, a => a.Name, (a, v) => a with { Name = v }, "")
        .Optional("extra", ArgumentTypes.List(ArgumentTypes.String), a => a.Extra, (a, v) => a with { Extra = v }, "");
}

/// <summary>A source whose findings a test makes by hand.</summary>
internal sealed class ScriptedSource(ScriptedArguments arguments) : ITargetSource
{
    private readonly TaskCompletionSource<Findings> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public ScriptedArguments Arguments => arguments;

    /// <summary>What ends the run.</summary>
    public CancellationToken Token { get; private set; }

    public Task<Findings> StartedAsync() => _started.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        Token = cancellationToken;
        _started.SetResult(findings);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
    }
}
