using Stoker.Components;
using Stoker.Syntax.Values;

namespace Stoker.Content.Tests.Git;

/// <summary>The real git against a repository on this machine.</summary>
public sealed class ImportGitTests
{
    [Fact]
    public async Task Run_FileOfABranch_IsPublishedAndFollowed()
    {
        using TestRepository repository = await TestRepository.CreateAsync();
        await repository.CommitAsync("modules/shop.alloy", "// 1");
        await using RunningContent git = Start(repository, "path = \"modules/shop.alloy\"");
        var module = (ModuleContentValue)await git.NextAsync();
        Assert.Equal("// 1", RunningContent.TextOf(module));
        Assert.Equal($"{repository.Address}:modules/shop.alloy@main", Assert.Single(module.Files).Path);
        Assert.Equal(repository.CopyPath, module.ModulePath);

        await repository.CommitAsync("modules/shop.alloy", "// 2");
        await git.PassAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("// 2", await git.NextTextAsync());
        await git.SleepsAsync(TimeSpan.FromSeconds(60));

        // History that was rewritten is followed too.
        await repository.GitAsync(repository.PathOf("."), "reset", "--quiet", "--hard", "HEAD~1");
        await repository.CommitAsync("modules/shop.alloy", "// 3");
        await git.PassAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("// 3", await git.NextTextAsync());
        Assert.Equal("1", (await repository.GitAsync(repository.CopyPath, "rev-list", "--count", "HEAD")).Trim());
    }

    [Fact]
    public async Task Run_Directory_IsItsAlloyFiles()
    {
        using TestRepository repository = await TestRepository.CreateAsync();
        await repository.CommitAsync("modules/b.alloy", "// b");
        await repository.CommitAsync("modules/a.alloy", "// a");
        await repository.CommitAsync("modules/README.md", "no");
        await using RunningContent git = Start(repository, "path = \"/modules/\"");
        Assert.Equal("// a\n// b", await git.NextTextAsync());
    }

    [Fact]
    public async Task Run_TagOrCommit_IsTheRevision()
    {
        using TestRepository repository = await TestRepository.CreateAsync();
        string first = await repository.CommitAsync("a.alloy", "// 1");
        await repository.GitAsync(repository.PathOf("."), "tag", "v1");
        await repository.CommitAsync("a.alloy", "// 2");
        await repository.CommitAsync("a.alloy", "// 3");
        foreach (string revision in new[] { "v1", first, first[..8], "refs/tags/v1" })
        {
            await using RunningContent git = Start(repository, $"path = \"a.alloy\"\nrevision = \"{revision}\"");
            Assert.Equal("// 1", await git.NextTextAsync());
        }
    }

    [Fact]
    public async Task Run_RevisionOrPathIsNotThere_FailsWithTheRemedyAndKeepsTheContent()
    {
        using TestRepository repository = await TestRepository.CreateAsync();
        await repository.CommitAsync("a.alloy", "// 1");
        await using RunningContent git = Start(repository, "path = \"a.alloy\"");
        await git.NextAsync();

        Assert.Equal("// 1", RunningContent.TextOf(git.Apply(Body(repository, "path = \"a.alloy\"\nrevision = \"none\""))));
        await git.LoggedAsync(9000);
        Assert.Contains("couldn't find remote ref none", git.Failures[0], StringComparison.Ordinal);
        Assert.Contains("revision should be a branch, a tag or a commit", git.Failures[0], StringComparison.Ordinal);

        git.Apply(Body(repository, "path = \"b.alloy\""));
        await git.LoggedAsync(9000, 2);
        Assert.EndsWith(": path \"b.alloy\": it does not exist", git.Failures[0], StringComparison.Ordinal);

        git.Apply(Body(repository, "path = \"a.alloy\"\nrevision = \"abcdef12\""));
        await git.LoggedAsync(9000, 3);
        Assert.EndsWith("the repository has no commit abcdef12 in its branches and tags", git.Failures[0], StringComparison.Ordinal);
        while (git.TryTake(out Value? published))
        {
            Assert.Equal("// 1", RunningContent.TextOf(published!));
        }
    }

    [Fact]
    public async Task Run_LinkThatLeadsOut_IsRefused()
    {
        using TestRepository repository = await TestRepository.CreateAsync();
        Directory.CreateDirectory(repository.PathOf("m"));
        File.CreateSymbolicLink(repository.PathOf("m/out.alloy"), "/etc/passwd");
        File.CreateSymbolicLink(repository.PathOf("own.alloy"), ".git/config");
        await repository.CommitAsync("in.alloy", "// in");
        File.CreateSymbolicLink(repository.PathOf("m.alloy"), "in.alloy");
        await repository.CommitAsync();
        await using (RunningContent git = Start(repository, "path = \"m\""))
        {
            await git.FirstRoundAsync();
            Assert.EndsWith("m/out.alloy is a link that leads out of the repository", Assert.Single(git.Failures), StringComparison.Ordinal);
        }

        await using (RunningContent git = Start(repository, "path = \"own.alloy\""))
        {
            await git.FirstRoundAsync();
            Assert.EndsWith("own.alloy is a link that leads out of the repository", Assert.Single(git.Failures), StringComparison.Ordinal);
        }

        await using (RunningContent git = Start(repository, "path = \"m.alloy\""))
        {
            Assert.Equal("// in", await git.NextTextAsync());
        }
    }

    [Fact]
    public async Task Run_PullFrequencyZero_FetchesOnce()
    {
        using TestRepository repository = await TestRepository.CreateAsync();
        await repository.CommitAsync("a.alloy", "// 1");
        await using RunningContent git = Start(repository, "path = \"a.alloy\"\npull_frequency = \"0s\"");
        await git.NextAsync();
        await repository.CommitAsync("a.alloy", "// 2");
        git.Time.Advance(TimeSpan.FromDays(1));
        await RunningContent.Bounded(git.Time.WaitForNoTimerDueWithinAsync(TimeSpan.FromDays(30)));
        Assert.False(git.TryTake(out Value? _));
    }

    [Fact]
    public async Task Run_CopyWasLeftBroken_IsMadeAnew()
    {
        using TestRepository repository = await TestRepository.CreateAsync();
        await repository.CommitAsync("a.alloy", "// 1");
        await using (RunningContent git = Start(repository, "path = \"a.alloy\""))
        {
            await git.NextAsync();
        }

        await File.WriteAllTextAsync(Path.Combine(repository.CopyPath, ".git/index.lock"), "", TestContext.Current.CancellationToken);
        await using (RunningContent git = Start(repository, "path = \"a.alloy\""))
        {
            Assert.Equal("// 1", await git.NextTextAsync());
        }

        await File.WriteAllTextAsync(Path.Combine(repository.CopyPath, ".git/HEAD"), "x", TestContext.Current.CancellationToken);
        await using (RunningContent git = Start(repository, "path = \"a.alloy\""))
        {
            Assert.Equal("// 1", await git.NextTextAsync());
        }
    }

    [Fact]
    public async Task Run_HooksInTheCopy_AreNotRun()
    {
        using TestRepository repository = await TestRepository.CreateAsync();
        await repository.CommitAsync("a.alloy", "// 1");
        await using RunningContent git = Start(repository, "path = \"a.alloy\"");
        await git.NextAsync();
        await git.SleepsAsync(TimeSpan.FromSeconds(60));
        string hook = Path.Combine(repository.CopyPath, ".git/hooks/post-checkout");
        Directory.CreateDirectory(Path.GetDirectoryName(hook)!);
        await File.WriteAllTextAsync(hook, "#!/bin/sh\ntouch ran\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        }

        await repository.CommitAsync("a.alloy", "// 2");
        await git.PassAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("// 2", await git.NextTextAsync());
        Assert.False(File.Exists(Path.Combine(repository.CopyPath, "ran")));
    }

    private static string Body(TestRepository repository, string rest) => $"repository = \"{repository.Address}\"\n{rest}";

    private static RunningContent Start(TestRepository repository, string rest) =>
        RunningContent.Start("import.git", Body(repository, rest), storagePath: repository.StoragePath);
}
