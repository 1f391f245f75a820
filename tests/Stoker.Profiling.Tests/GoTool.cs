using System.Diagnostics;

namespace Stoker.Profiling.Tests;

/// <summary>The reference reader of profiles.</summary>
internal static class GoTool
{
    private const string DebianPath = "/usr/lib/go-1.19/bin/go";

    /// <summary>Skips the test where there is no Go; with <c>CI=true</c> the test fails instead.</summary>
    public static string FindOrSkip()
    {
        if (!File.Exists(DebianPath))
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "Install the Debian package golang-1.19-go.");
            Assert.Skip("Needs the Debian package golang-1.19-go.");
        }

        return DebianPath;
    }

    /// <summary>What the program writes to its output; a failure of it fails the test with what it says.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        string home = Directory.CreateTempSubdirectory("stoker-pprof-").FullName;
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };

            // The tool keeps what it fetches below its home.
            start.Environment["HOME"] = home;
            start.Environment["PPROF_TMPDIR"] = home;
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, await errors);
            return await output;
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }
}
