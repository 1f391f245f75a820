using Stoker.TestKit.Programs;

namespace Stoker.EndToEndTests;

/// <summary>The first command of the README, on a port of its own.</summary>
public sealed class QuickstartTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Quickstart_ScrapesItself_AndWritesCpuProfilesThatGoPprofReads()
    {
        GoPprof pprof = GoPprof.FindOrSkip();
        string example = await File.ReadAllTextAsync(Sources.Example("quickstart.alloy"), Cancellation);
        await using StokerProcess stoker = await StokerProcess.StartAsync(
            address => example.Replace("127.0.0.1:12345", address, StringComparison.Ordinal), Cancellation);

        string[] files = await Polling.UntilAsync(
            "two profiles are written",
            TimeSpan.FromSeconds(60),
            () => Task.FromResult(ProfileFiles(stoker) is { Length: >= 2 } found ? found : null),
            Cancellation,
            () => stoker.Process.Tail);

        foreach (string file in files)
        {
            string top = await pprof.TopAsync(file, Cancellation);
            Assert.Contains("cpu", top, StringComparison.OrdinalIgnoreCase);
            await stoker.Process.WaitForLineAsync(Path.GetFileName(file), Cancellation);
        }

        Assert.All(files, file => Assert.Equal(["stoker", "process_cpu"], Path.GetRelativePath(stoker.StoragePath, file).Split('/')[^3..^1]));
    }

    private static string[] ProfileFiles(StokerProcess stoker) =>
        Directory.Exists(stoker.StoragePath) ? [.. Directory.EnumerateFiles(stoker.StoragePath, "*.pb.gz", SearchOption.AllDirectories).Order()] : [];
}
