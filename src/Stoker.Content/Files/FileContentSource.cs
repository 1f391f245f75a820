using Stoker.Components;
using Stoker.Components.Files;
using Stoker.Syntax.Values;

namespace Stoker.Content.Files;

/// <summary>
/// Reads a file or a directory: at once, when a watch tells of a change, and at every poll whatever the watches say. What cannot be read is tried again
/// soon. What a writer may only just have begun is believed when it stays so.
/// </summary>
/// <param name="read">Reads within limits, and does not wait for anything.</param>
/// <param name="linksIn">The links in a directory that count, whose ends may lie elsewhere; null for a file.</param>
internal class FileContentSource(
    string path, FileWatchArguments watch, ComponentContext context, Func<ContentRead> read, Func<IReadOnlyList<string>>? linksIn = null) : IContentSource
{
    // Far longer than a writer takes from emptying a file to its first bytes.
    internal static readonly TimeSpan Settle = TimeSpan.FromSeconds(1);

    // What the watches could not be made for.
    private readonly SortedDictionary<string, string> _refused = new(StringComparer.Ordinal);

    public string Name => path;

    public ContentRead ReadNow() => read();

    public virtual Value Adopt(Value content) => content;

    public async Task RunAsync(ContentReports reports, CancellationToken cancellationToken)
    {
        using DirectoryWatches? watches = watch.Detector == FileWatchArguments.Events
            ? new DirectoryWatches(context.Time, (directory, reason) => Refuse(reports, directory, reason), directory => Refuse(reports, directory, null))
            : null;
        ContentRead? known = null;
        bool isSettling = false;
        bool isTold = false;
        for (int failures = 0; ;)
        {
            // Watched before it is looked at, so that no change falls in between.
            Watch(watches, isAnew: !isTold);
            ContentRead found = read();
            if (found.IsDoubtful && !isSettling && known is not null && !found.Content!.Equals(known.Content))
            {
                isSettling = true;
                await PassesAsync(watches, Settle, cancellationToken);
                continue;
            }

            isSettling = false;
            known = found.Content is null ? known : found;
            failures = found.Content is null ? failures + 1 : 0;
            Told(reports, found);
            isTold = await PassesAsync(watches, RetryDelay.After(failures, watch.PollFrequency), cancellationToken);
            failures = isTold ? 0 : failures;
        }
    }

    protected virtual void Told(ContentReports reports, ContentRead found) => reports.Tell(found);

    /// <summary>
    /// Watches the directory of the file, or the directory itself with those that it stands in, and all that hold links on the way. Of what is not there the
    /// nearest directory above is watched, in which it will appear.
    /// </summary>
    /// <param name="isAnew">True at every poll, because no event tells of every way in which a directory can be replaced.</param>
    private void Watch(DirectoryWatches? watches, bool isAnew)
    {
        if (watches is null)
        {
            return;
        }

        if (isAnew)
        {
            watches.Clear();
        }

        var directories = new HashSet<string>(StringComparer.Ordinal);
        LinkedPath.AddDirectories(path, isDirectory: Directory.Exists(path), directories);
        LinkedPath.AddDirectories(path, isDirectory: false, directories);
        foreach (string link in linksIn?.Invoke() ?? [])
        {
            LinkedPath.AddDirectories(link, isDirectory: false, directories);
        }

        HashSet<string> present = [.. directories.Select(NearestPresent)];
        watches.Add(present);
        watches.KeepOnly(present);
        watches.TakeNames();
    }

    private static string NearestPresent(string directory)
    {
        string? nearest = directory;
        while (nearest is not null && !Directory.Exists(nearest))
        {
            nearest = Path.GetDirectoryName(nearest);
        }

        return nearest ?? directory;
    }

    /// <summary>True where a watch told of a change before the time had passed.</summary>
    private async Task<bool> PassesAsync(DirectoryWatches? watches, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (watches is not null)
        {
            return await watches.WaitAsync(wait, cancellationToken);
        }

        await Task.Delay(wait, context.Time, cancellationToken);
        return false;
    }

    private void Refuse(ContentReports reports, string directory, string? reason)
    {
        if (reason is null)
        {
            _refused.Remove(directory);
        }
        else
        {
            _refused[directory] = reason;
        }

        reports.Remark(_refused.Count == 0 ? null
            : $"changes are seen at the next poll only, because {_refused.First().Key} cannot be watched: {_refused.First().Value}");
    }
}
