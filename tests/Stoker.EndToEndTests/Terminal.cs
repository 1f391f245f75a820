using Stoker.TestKit.Programs;

namespace Stoker.EndToEndTests;

/// <summary>Programs that see a terminal, by <c>script</c> of util-linux.</summary>
internal static class Terminal
{
    /// <summary>Runs a shell command in a terminal of its own; the output is all that the terminal got to show.</summary>
    /// <param name="typed">What is typed into it; empty for nothing.</param>
    public static async Task<CommandResult> RunAsync(
        string command, string folder, string typed, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        string script = RequiredProgram.FindOrSkip("script", "bsdutils");
        using var input = new TemporaryFolder();
        string file = input.Write("typed", typed);
        await using ChildProcess process = ChildProcess.Start(
            "/bin/sh", ["-c", "exec timeout 50 \"$0\" -qec \"$1\" /dev/null < \"$2\"", script, command, file], folder, environment);
        int exitCode = await process.WaitForExitAsync(cancellationToken);
        return new CommandResult(exitCode, string.Join('\n', process.Output), string.Join('\n', process.Errors));
    }
}
