using System.Diagnostics;
using Stoker.Components;
using Stoker.TestKit.Programs;

namespace Stoker.Content.Tests.Git;

/// <summary>A bare repository on this machine, and a tree in which the test commits to it.</summary>
internal sealed class TestRepository : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _git = RequiredProgram.FindOrSkip("git", "git");

    public string Address => _folder.PathOf("bare.git");

    public string StoragePath => _folder.PathOf("storage");

    /// <summary>Where the component <c>import.git.test</c> keeps its copy.</summary>
    public string CopyPath => Path.Combine(StoragePath, "import.git.test", "repo");

    public static async Task<TestRepository> CreateAsync()
    {
        var repository = new TestRepository();
        await repository.GitAsync(repository._folder.FullPath, "init", "--quiet", "--bare", "--initial-branch=main", repository.Address);
        await repository.GitAsync(repository._folder.FullPath, "clone", "--quiet", repository.Address, "tree");
        await repository.GitAsync(repository.PathOf("."), "checkout", "--quiet", "-B", "main");
        return repository;
    }

    public string PathOf(string relative) => _folder.PathOf("tree/" + relative);

    /// <summary>Writes a file, and commits and pushes all there is; the new commit.</summary>
    public async Task<string> CommitAsync(string relative, string text)
    {
        _folder.Write("tree/" + relative, text);
        return await CommitAsync();
    }

    public async Task<string> CommitAsync()
    {
        await GitAsync(PathOf("."), "add", "--all");
        await GitAsync(PathOf("."), "commit", "--quiet", "--message=x");
        await GitAsync(PathOf("."), "push", "--quiet", "--tags", "--force", "origin", "HEAD:main");
        return (await GitAsync(PathOf("."), "rev-parse", "HEAD")).Trim();
    }

    public async Task<string> GitAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(_git, ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgSign=false", .. arguments])
        {
            WorkingDirectory = folder,
        };
        ProcessEnd end = await BoundedProcess.RunAsync(start, 1 << 20, TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(end.ExitCode == 0, end.Errors);
        return end.Output!;
    }

    public void Dispose() => _folder.Dispose();
}
