using Xunit;

namespace Stoker.TestKit.Programs;

/// <summary>
/// Google's own reader of profiles, in the version that Go 1.19 brings. Each call fails when it cannot read what it is given.
/// </summary>
public sealed class GoPprof
{
    private readonly string _go;

    private GoPprof(string go) => _go = go;

    public static GoPprof FindOrSkip() => new(RequiredProgram.FindOrSkip("go", "golang-1.19-go"));

    /// <summary>What <c>go tool pprof -top</c> prints for a profile, given by its file or its URL.</summary>
    public async Task<string> TopAsync(string source, CancellationToken cancellationToken, params string[] options)
    {
        using var folder = new TemporaryFolder();
        return await RunAsync(folder, cancellationToken, ["-top", "-nodecount=10", .. options, source]);
    }

    public async Task<string> TopAsync(ReadOnlyMemory<byte> profile, CancellationToken cancellationToken, params string[] options)
    {
        using var folder = new TemporaryFolder();
        string file = await WriteAsync(folder, "profile", profile, cancellationToken);
        return await RunAsync(folder, cancellationToken, ["-top", "-nodecount=10", .. options, file]);
    }

    /// <summary>
    /// All that is in a profile, as text: header, samples, locations and mappings. Equal samples are one, and those that are zero are gone.
    /// </summary>
    public async Task<string> RawAsync(ReadOnlyMemory<byte> profile, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        return await RunAsync(folder, cancellationToken, "-raw", await WriteAsync(folder, "profile", profile, cancellationToken));
    }

    /// <summary>
    /// What <c>-diff_base</c> makes of two profiles, as <see cref="RawAsync"/> gives it: the samples of <paramref name="after"/>, and those
    /// of <paramref name="before"/> with their values negated and the label <c>pprof::base</c>.
    /// </summary>
    public async Task<string> RawDifferenceAsync(
        ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> after, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        string first = await WriteAsync(folder, "before", before, cancellationToken);
        string second = await WriteAsync(folder, "after", after, cancellationToken);
        return await RunAsync(folder, cancellationToken, "-raw", "-diff_base", first, second);
    }

    private static async Task<string> WriteAsync(
        TemporaryFolder folder, string name, ReadOnlyMemory<byte> profile, CancellationToken cancellationToken)
    {
        string file = folder.PathOf(name + ".pb.gz");
        await File.WriteAllBytesAsync(file, profile, cancellationToken);
        return file;
    }

    /// <summary>The gzip body that the tool makes of several profiles when it is given all of them.</summary>
    public async Task<byte[]> MergeAsync(IReadOnlyList<ReadOnlyMemory<byte>> profiles, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        var files = new List<string>();
        foreach (ReadOnlyMemory<byte> profile in profiles)
        {
            files.Add(await WriteAsync(folder, $"profile{files.Count}", profile, cancellationToken));
        }

        string merged = await WriteAsync(folder, "merged", default, cancellationToken);
        await RunAsync(folder, cancellationToken, ["-proto", "-output", merged, .. files]);
        return await File.ReadAllBytesAsync(merged, cancellationToken);
    }

    private async Task<string> RunAsync(TemporaryFolder folder, CancellationToken cancellationToken, params string[] arguments)
    {
        var environment = new Dictionary<string, string> { ["HOME"] = folder.FullPath, ["PPROF_TMPDIR"] = folder.FullPath, ["TZ"] = "UTC" };
        await using ChildProcess process = ChildProcess.Start(
            _go, ["tool", "pprof", "-symbolize=none", .. arguments], folder.FullPath, environment);
        int exitCode = await process.WaitForExitAsync(cancellationToken);
        Assert.True(exitCode == 0, $"go tool pprof {string.Join(' ', arguments)} ended with {exitCode}:\n{process.Tail}");
        return string.Join('\n', process.Output);
    }
}
