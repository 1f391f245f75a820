using Prometheus;

namespace Stoker.Discovery.Files;

/// <summary>
/// Watches over directories: it tells that something has changed, and the names of what has. A directory that cannot be watched is a
/// question that fails; its files are then found changed at the next refresh only. One caller at a time; the system's events come on any
/// thread.
/// </summary>
internal sealed class DirectoryWatches(Findings findings) : IDisposable
{
    // The system gives a user 128 by default, for all programs.
    private const int MaxWatches = 64;
    private const int MaxNames = 1_000;

    private readonly Counter.Child _errors = findings.Metrics.Counter(
        "prometheus_sd_file_watcher_errors_total", "The number of File-SD errors caused by filesystem watch failures.");

    private readonly Dictionary<string, Watch> _watches = new(StringComparer.Ordinal);

    // Those that could not be watched since the watches began anew, and those that findings show as failing.
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changed = new(0, 1);

    // Guards what the system's events write.
    private readonly Lock _lock = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);
    private bool _isAnyName;

    /// <summary>Completes when something has changed since the last call that completed.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _changed.WaitAsync(cancellationToken);

    /// <summary>
    /// The names in any of the directories that have changed since the last call; null where there were too many to tell.
    /// </summary>
    public IReadOnlySet<string>? TakeNames()
    {
        lock (_lock)
        {
            HashSet<string>? names = _isAnyName ? null : [.. _names];
            _names.Clear();
            _isAnyName = false;
            return names;
        }
    }

    /// <summary>Watches these directories as well as those that are watched already.</summary>
    public void Add(IEnumerable<string> directories)
    {
        foreach (string directory in directories)
        {
            // A directory that was deleted and made again is another one, of which the old watch tells nothing.
            if (_watches.TryGetValue(directory, out Watch? known) && known.Created == CreatedAt(directory) && !IsBroken(directory))
            {
                continue;
            }

            Remove(directory);
            if (!_refused.Contains(directory))
            {
                Begin(directory);
            }
        }
    }

    /// <summary>Ends the watches over all other directories.</summary>
    public void KeepOnly(IReadOnlySet<string> directories)
    {
        foreach (string directory in _watches.Keys.Where(watched => !directories.Contains(watched)).ToList())
        {
            Remove(directory);
        }

        foreach (string directory in _failing.Where(failing => !directories.Contains(failing)).ToList())
        {
            Recover(directory);
        }
    }

    /// <summary>
    /// Ends all watches, so that the next call begins them anew: no event tells of every way in which a directory can be replaced.
    /// </summary>
    public void Clear()
    {
        foreach (string directory in _watches.Keys.ToList())
        {
            Remove(directory);
        }

        _refused.Clear();
    }

    public void Dispose() => Clear();

    private static string QuestionOf(string directory) => $"watch over {directory}";

    private static DateTime CreatedAt(string directory)
    {
        try
        {
            return new DirectoryInfo(directory).CreationTimeUtc;
        }
        catch (Exception exception) when (TargetFile.IsFileFault(exception))
        {
            return default;
        }
    }

    private bool IsBroken(string directory)
    {
        lock (_lock)
        {
            return _broken.Contains(directory);
        }
    }

    private void Begin(string directory)
    {
        if (!Directory.Exists(directory))
        {
            // Said by the pattern that leads here; there is nothing to watch yet.
            Recover(directory);
            return;
        }

        string? fault = IsBroken(directory) ? "the system has ended it"
            : _watches.Count >= MaxWatches ? $"more than {MaxWatches} directories are not watched"
            : null;
        FileSystemWatcher? watcher = null;
        try
        {
            if (fault is null)
            {
                watcher = Create(directory);
                watcher.EnableRaisingEvents = true;
                _watches.Add(directory, new Watch(watcher, CreatedAt(directory)));
                Recover(directory);
                return;
            }
        }
        catch (Exception exception) when (TargetFile.IsFileFault(exception))
        {
            watcher?.Dispose();
            fault = TargetFile.Reason(exception);
        }

        lock (_lock)
        {
            _broken.Remove(directory);
        }

        _errors.Inc();
        _refused.Add(directory);
        _failing.Add(directory);
        findings.Fail(QuestionOf(directory), $"{fault}; changes there are seen at the next refresh only");
    }

    private void Recover(string directory)
    {
        if (_failing.Remove(directory))
        {
            findings.Retire(QuestionOf(directory));
        }
    }

    private FileSystemWatcher Create(string directory)
    {
        var watcher = new FileSystemWatcher(directory)
        {
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Size,
        };
        watcher.Changed += (_, change) => Tell(change.Name);
        watcher.Created += (_, change) => Tell(change.Name);
        watcher.Deleted += (_, change) => Tell(change.Name);
        watcher.Renamed += (_, change) => Tell(change.OldName, change.Name);
        watcher.Error += (_, error) =>
        {
            // Events that were lost are no fault: everything is looked at.
            if (error.GetException() is not InternalBufferOverflowException)
            {
                lock (_lock)
                {
                    _broken.Add(directory);
                }
            }

            Tell(null);
        };
        return watcher;
    }

    private void Tell(params ReadOnlySpan<string?> names)
    {
        lock (_lock)
        {
            foreach (string? name in names)
            {
                _isAnyName |= name is null || _names.Count >= MaxNames;
                if (!_isAnyName)
                {
                    _names.Add(name!);
                }
            }

            // Disposing a watch does not wait for its last event.
            if (_changed.CurrentCount == 0)
            {
                _changed.Release();
            }
        }
    }

    private void Remove(string directory)
    {
        if (_watches.Remove(directory, out Watch? watch))
        {
            watch.Watcher.Dispose();
        }
    }

    private sealed record Watch(FileSystemWatcher Watcher, DateTime Created);
}
