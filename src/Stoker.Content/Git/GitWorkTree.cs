using System.Text.RegularExpressions;

namespace Stoker.Content.Git;

/// <summary>
/// A shallow copy of one revision on the disk. Nobody else changes it, so one that a killed git has left unusable is made anew. Not safe from several threads.
/// </summary>
internal sealed partial class GitWorkTree(string folder, GitProgram git)
{
    public string Folder => folder;

    /// <summary>Makes the files those of a revision as the repository has it now; why that failed, or null.</summary>
    public async Task<string?> UpdateAsync(string address, string revision, CancellationToken cancellationToken)
    {
        string? fault = await TryUpdateAsync(address, revision, cancellationToken);
        if (fault is null || !Unusable().IsMatch(fault))
        {
            return fault;
        }

        Delete();
        return await TryUpdateAsync(address, revision, cancellationToken);
    }

    private async Task<string?> TryUpdateAsync(string address, string revision, CancellationToken cancellationToken)
    {
        // What a git left that was killed. Nothing else works in this directory.
        if (Directory.Exists(Path.Combine(folder, ".git")))
        {
            foreach (string left in Directory.EnumerateFiles(Path.Combine(folder, ".git"), "*.lock").ToList())
            {
                File.Delete(left);
            }
        }
        else
        {
            Delete();
            Directory.CreateDirectory(folder);
            if (await LocallyAsync(cancellationToken, "init", "--quiet", "--template=") is { Fault: { } fault })
            {
                return fault;
            }
        }

        // One commit of a branch, of a tag or of its own, which most servers give by its full hash.
        (string? commit, string? failure) = await FetchAsync(cancellationToken, "--depth=1", "--", address, revision) is { } refused
            ? await FindCommitAsync(address, revision, refused, cancellationToken)
            : ("FETCH_HEAD", null);
        return failure ?? (await LocallyAsync(cancellationToken, "checkout", "--quiet", "--force", "--detach", commit!)).Fault;
    }

    /// <summary>A commit that no server gives by itself is looked for in all branches and tags.</summary>
    private async Task<(string? Commit, string? Fault)> FindCommitAsync(string address, string revision, string refused, CancellationToken cancellationToken)
    {
        if (!CommitHash().IsMatch(revision))
        {
            return (null, refused);
        }

        string[] whole = File.Exists(Path.Combine(folder, ".git", "shallow")) ? ["--unshallow"] : [];
        if (await FetchAsync(cancellationToken, [.. whole, "--", address, "+refs/heads/*:refs/stoker/heads/*", "+refs/tags/*:refs/stoker/tags/*"]) is { } fault)
        {
            return (null, fault);
        }

        (string? commit, string? missing) = await LocallyAsync(cancellationToken, "rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}");
        return missing is null ? (commit!.Trim(), null) : (null, $"the repository has no commit {revision} in its branches and tags");
    }

    private async Task<string?> FetchAsync(CancellationToken cancellationToken, params string[] arguments) =>
        (await git.RunAsync(
            folder, GitProgram.NetworkDeadline, ["fetch", "--quiet", "--force", "--no-tags", "--no-recurse-submodules", .. arguments], cancellationToken)).Fault;

    private Task<(string? Output, string? Fault)> LocallyAsync(CancellationToken cancellationToken, params string[] arguments) =>
        git.RunAsync(folder, GitProgram.LocalDeadline, arguments, cancellationToken);

    private void Delete()
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The first time.
        }
    }

    [GeneratedRegex("^[0-9a-fA-F]{4,64}$")]
    private static partial Regex CommitHash();

    // What git says of its own files, as against what it says of the other end.
    [GeneratedRegex(
        "not a git repository|unable to create|bad object|corrupt|object file|index file|shallow file|unable to read tree|missing blob",
        RegexOptions.IgnoreCase)]
    private static partial Regex Unusable();
}
