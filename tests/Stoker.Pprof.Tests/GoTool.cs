using System.Diagnostics;

namespace Stoker.Pprof.Tests;

/// <summary>Runs <c>go tool pprof</c>, the reader that every output must please.</summary>
internal static class GoTool
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task<string> RunAsync(params string[] arguments)
    {
        string go = Find();
        var start = new ProcessStartInfo(go, ["tool", "pprof", "-symbolize=none", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PPROF_TMPDIR"] = Path.GetTempPath();
        using Process process = Process.Start(start)!;
        CancellationToken token = TestContext.Current.CancellationToken;
        Task<string> output = process.StandardOutput.ReadToEndAsync(token);
        Task<string> errors = process.StandardError.ReadToEndAsync(token);
        await process.WaitForExitAsync(token).WaitAsync(Limit, token);
        Assert.True(process.ExitCode == 0, await errors);
        return await output;
    }

    private static string Find()
    {
        IEnumerable<string> folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), .. Installed()];
        string? go = folders.Select(folder => Path.Combine(folder, "go")).FirstOrDefault(File.Exists);
        if (go is null)
        {
            const string Missing = "go tool pprof is missing; Debian's package golang-1.19-go brings it.";
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", Missing);
            Assert.Skip(Missing);
        }

        return go;
    }

    private static IEnumerable<string> Installed() =>
        Directory.Exists("/usr/lib") ? Directory.GetDirectories("/usr/lib", "go-*").Select(folder => Path.Combine(folder, "bin")) : [];
}
