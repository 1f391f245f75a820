using System.Globalization;
using Xunit;

namespace Stoker.TestKit.Programs;

/// <summary>How a command of the executable ended.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Errors);

/// <summary>The built <c>stoker</c> executable.</summary>
public static class StokerProgram
{
    /// <summary>
    /// The path of the program: what the environment variable <c>STOKER_EXECUTABLE</c> names (a published one, say), else the build that lies
    /// beside the caller's own: every project's output is <c>artifacts/bin/PROJECT/CONFIGURATION</c>.
    /// </summary>
    public static string FindPath()
    {
        if (Environment.GetEnvironmentVariable("STOKER_EXECUTABLE") is { Length: > 0 } named)
        {
            return named;
        }

        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string path = Path.Combine(own.Parent!.Parent!.FullName, "Stoker", own.Name, OperatingSystem.IsWindows() ? "stoker.exe" : "stoker");
        return File.Exists(path) ? path : throw new FileNotFoundException($"The executable is not built: {path} is missing.", path);
    }

    public static ChildProcess Start(
        IEnumerable<string> arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null) => IsSomeSignalIgnored()
        ? ChildProcess.Start("/usr/bin/env", ["--default-signal=HUP,INT,TERM", FindPath(), .. arguments], folder, environment)
        : ChildProcess.Start(FindPath(), arguments, folder, environment);

    /// <summary>Runs a command that ends by itself.</summary>
    public static async Task<CommandResult> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        await using ChildProcess process = Start(arguments);
        int exitCode = await process.WaitForExitAsync(cancellationToken);
        string errors = string.Join('\n', process.Errors);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        return new CommandResult(exitCode, string.Join('\n', process.Output), errors);
    }

    /// <summary>
    /// True where these tests run as a script's background job or below <c>nohup</c>: such ignore SIGINT or SIGHUP, and a program that they start
    /// would ignore it too.
    /// </summary>
    private static bool IsSomeSignalIgnored()
    {
        const string Field = "SigIgn:";
        const ulong HangUpInterruptTerminate = (1UL << (1 - 1)) | (1UL << (2 - 1)) | (1UL << (15 - 1));
        return OperatingSystem.IsLinux()
            && File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal)) is { } ignored
            && (ulong.Parse(ignored[Field.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & HangUpInterruptTerminate) != 0;
    }
}
