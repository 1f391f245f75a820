using Stoker.Components;
using Stoker.Components.Files;
using Stoker.Content.Imports;

namespace Stoker.Content.Git;

/// <summary>
/// Fetches a module from a git repository: at once and then at every pull, after a failure sooner. The files lie in the storage path, because a module may
/// read others beside it.
/// </summary>
internal sealed class GitSource(ImportGitArguments arguments, ComponentContext context) : IContentSource
{
    // Where it is fetched once, and that fails.
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    private readonly GitRepository _repository = GitRepository.Parse(arguments.Repository);
    private readonly string _folder = Path.Combine(context.StoragePath, context.Id);

    public string Name => $"{_repository.Shown}:{InRepository}@{arguments.Revision}";

    private string InRepository => arguments.Path.Trim('/');

    public ContentRead? ReadNow() => null;

    public async Task RunAsync(ContentReports reports, CancellationToken cancellationToken)
    {
        bool isOnce = arguments.PullFrequency == TimeSpan.Zero;
        for (int failures = 0; ;)
        {
            ContentRead found = await FetchAsync(cancellationToken);
            failures = found.Content is null ? failures + 1 : 0;
            reports.Tell(found);
            if (isOnce && failures == 0)
            {
                return;
            }

            TimeSpan wait = RetryDelay.After(failures, isOnce ? LongestRetry : arguments.PullFrequency);
            await Task.Delay(wait, context.Time, cancellationToken);
        }
    }

    private async Task<ContentRead> FetchAsync(CancellationToken cancellationToken)
    {
        try
        {
            CreateFolder();
            using SshFiles? ssh = arguments.SshKey is { } key ? new SshFiles(key, _folder) : null;
            var git = new GitProgram(GitCredentials.Create(arguments, _repository, ssh), context.Time);
            var tree = new GitWorkTree(Path.Combine(_folder, "repo"), git);
            return await tree.UpdateAsync(_repository.Address, arguments.Revision, cancellationToken) is { } fault
                ? ContentRead.Failed(fault)
                : Read(tree.Folder);
        }
        catch (Exception exception) when (FileFault.Is(exception))
        {
            return ContentRead.Failed($"the storage path {_folder} cannot be used: {FileFault.Reason(exception)}");
        }
    }

    // For this user only, because what a repository holds may not be for everybody.
    private void CreateFolder()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_folder);
            return;
        }

        Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private ContentRead Read(string root)
    {
        // A link may lead anywhere on this machine; a module of somebody else's is not to choose what is read.
        string path = InRepository.Length == 0 ? root : Path.Combine(root, InRepository);
        string realRoot = LinkedPath.Follow(root)!;
        IReadOnlyList<string> leaving = [.. new[] { path }.Concat(ModuleFiles.LinksIn(path)).Where(candidate => !IsBelow(realRoot, candidate))];
        if (leaving.Count > 0)
        {
            return ContentRead.Failed($"{Path.GetRelativePath(root, leaving[0])} is a link that leads out of the repository");
        }

        ContentRead found = ModuleFiles.Read(path, modulePath: root, file => $"{_repository.Shown}:{Path.GetRelativePath(root, file)}@{arguments.Revision}");
        return found.Failure is { } failure ? ContentRead.Failed($"path \"{arguments.Path}\": {failure}") : found with { IsDoubtful = false };
    }

    private static bool IsBelow(string root, string path) =>
        LinkedPath.Follow(path) is { } real
        && (real == root || real.StartsWith(root + "/", StringComparison.Ordinal))
        && real != root + "/.git" && !real.StartsWith(root + "/.git/", StringComparison.Ordinal);
}
