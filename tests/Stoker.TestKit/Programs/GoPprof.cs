using Xunit;

namespace Stoker.TestKit.Programs;

/// <summary>Google's own reader of profiles, in the version that Go 1.19 brings.</summary>
public sealed class GoPprof
{
    private readonly string _go;

    private GoPprof(string go) => _go = go;

    public static GoPprof FindOrSkip() => new(RequiredProgram.FindOrSkip("go", "golang-1.19-go"));

    /// <summary>What <c>go tool pprof -top</c> prints for a profile, given by its file or its URL. Fails when it cannot read it.</summary>
    public async Task<string> TopAsync(string source, CancellationToken cancellationToken, params string[] options)
    {
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["HOME"] = folder.FullPath, ["PPROF_TMPDIR"] = folder.FullPath };
        await using ChildProcess process = ChildProcess.Start(
            _go, ["tool", "pprof", "-top", "-nodecount=10", "-symbolize=none", .. options, source], folder.FullPath, environment);
        int exitCode = await process.WaitForExitAsync(cancellationToken);
        Assert.True(exitCode == 0, $"go tool pprof -top {source} ended with {exitCode}:\n{process.Tail}");
        return string.Join('\n', process.Output);
    }

    public async Task<string> TopAsync(ReadOnlyMemory<byte> profile, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        string file = folder.PathOf("profile.pb.gz");
        await File.WriteAllBytesAsync(file, profile, cancellationToken);
        return await TopAsync(file, cancellationToken);
    }
}
