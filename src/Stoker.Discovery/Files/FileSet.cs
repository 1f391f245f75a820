using Prometheus;
using Stoker.Components.Files;
using Stoker.Discovery.Groups;

namespace Stoker.Discovery.Files;

/// <summary>
/// The files that the patterns of one <c>discovery.file</c> lead to, with the state in which each was last read. Not safe from several
/// threads.
/// </summary>
internal sealed class FileSet(IReadOnlyList<FilePattern> patterns, Findings findings, DirectoryWatches watches)
{
    private const int MaxFiles = 10_000;
    private const string ModifiedMetric = "prometheus_sd_file_mtime_seconds";

    private readonly Counter.Child _errors = findings.Metrics.Counter(
        "prometheus_sd_file_read_errors_total", "The number of File-SD read errors.");

    private static readonly FileStamp Missing = new("", default, 0);

    // By path; null where the last attempt failed.
    private readonly Dictionary<string, FileStamp?> _files = new(StringComparer.Ordinal);

    /// <summary>Reads the files that are new, have changed or failed the last time, and drops those that are gone.</summary>
    /// <param name="changed">The names of files that have changed although they may not look it; null for all.</param>
    /// <returns>False where something is missing or failed, so that it should be tried again soon.</returns>
    public async Task<bool> ReadAsync(IReadOnlySet<string>? changed, CancellationToken cancellationToken)
    {
        // Watched before it is looked at, so that no change falls in between.
        var directories = new HashSet<string>(StringComparer.Ordinal);
        foreach (FilePattern pattern in patterns)
        {
            LinkedPath.AddDirectories(pattern.Directory, isDirectory: true, directories);
        }

        watches.Add(directories);
        var found = new SortedSet<string>(StringComparer.Ordinal);
        bool isWhole = true;
        foreach (FilePattern pattern in patterns)
        {
            isWhole &= Find(pattern, found);
        }

        foreach (string path in found.Where(LinkedPath.IsLink))
        {
            LinkedPath.AddDirectories(path, isDirectory: false, directories);
        }

        watches.Add(directories);
        watches.KeepOnly(directories);
        foreach (string path in found)
        {
            isWhole &= await ReadAsync(path, changed, cancellationToken);
        }

        foreach (string gone in _files.Keys.Where(known => !found.Contains(known)).ToList())
        {
            Forget(gone);
        }

        return isWhole;
    }

    /// <summary>Adds the files of a pattern; false where its directory is not there or cannot be read.</summary>
    private bool Find(FilePattern pattern, SortedSet<string> found)
    {
        if (!pattern.HasWildcards)
        {
            found.Add(pattern.Text);
            return true;
        }

        var skipped = new SkippedEntries();
        try
        {
            int count = 0;
            foreach (string path in Directory.EnumerateFileSystemEntries(pattern.Directory))
            {
                string name = Path.GetFileName(path);
                if (!pattern.Matches(name))
                {
                    continue;
                }

                if (!FilePattern.HasKnownExtension(name))
                {
                    skipped.Add(pattern.PathOf(name), "it does not end in .json, .yml or .yaml, which says how a file is read");
                }
                else if (++count > MaxFiles)
                {
                    skipped.Add(pattern.PathOf(name), $"a pattern may match {MaxFiles} files");
                }
                else
                {
                    found.Add(pattern.PathOf(name));
                }
            }

            findings.Answer(pattern.Text, [], skipped);
            return true;
        }
        catch (Exception exception) when (FileFault.Is(exception))
        {
            // What it held may well be there, or come back with it, so that keeps its targets.
            found.UnionWith(_files.Keys.Where(pattern.Covers));
            findings.Fail(
                pattern.Text,
                exception is DirectoryNotFoundException ? "the directory does not exist" : $"the directory cannot be listed: {FileFault.Reason(exception)}");
        }

        _errors.Inc();
        return false;
    }

    private async Task<bool> ReadAsync(string path, IReadOnlySet<string>? changed, CancellationToken cancellationToken)
    {
        FileLook look = TargetFile.Look(path);
        if (look.IsMissing)
        {
            if (!patterns.Any(pattern => !pattern.HasWildcards && pattern.Text == path))
            {
                Forget(path);
                return true;
            }

            if (!_files.TryGetValue(path, out FileStamp? known) || known != Missing)
            {
                // Its targets go, those too that it had before the arguments changed; that it is missing shows from then on.
                findings.Retire(path);
                findings.Metrics.Remove(ModifiedMetric, ("filename", path));
                _files[path] = Missing;
            }

            _errors.Inc();
            findings.Fail(path, "the file does not exist");
            return false;
        }

        string? fault = look.Fault;
        if (look.Stamp is { } stamp)
        {
            bool isTold = changed is null || changed.Contains(Path.GetFileName(path)) || changed.Contains(Path.GetFileName(stamp.Path));
            if (!isTold && _files.GetValueOrDefault(path) == stamp)
            {
                return true;
            }

            (TargetGroups? groups, fault) = await TargetFile.ReadAsync(path, stamp, cancellationToken);
            if (groups is not null)
            {
                _files[path] = stamp;
                findings.Answer(path, groups.Targets, groups.Skipped);
                findings.Metrics
                    .Gauge(ModifiedMetric, "Timestamp (mtime) of files read by FileSD. Timestamp is set at read time.", ("filename", path))
                    .Set((stamp.ModifiedUtc - DateTime.UnixEpoch).TotalSeconds);
                return true;
            }
        }

        _files[path] = null;
        _errors.Inc();
        findings.Fail(path, fault!);
        return false;
    }

    private void Forget(string path)
    {
        if (_files.Remove(path))
        {
            findings.Retire(path);
            findings.Metrics.Remove(ModifiedMetric, ("filename", path));
        }
    }
}
