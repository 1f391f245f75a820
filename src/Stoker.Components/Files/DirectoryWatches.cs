namespace Stoker.Components.Files;

/// <summary>
/// Watches over directories: it tells that something has changed, and the names of what has. Of a directory that cannot be watched its owner is told;
/// changes there show only when somebody looks. One caller at a time; the system's events come on any thread.
/// </summary>
/// <param name="time">Measures how long nothing has changed.</param>
/// <param name="refused">Gets a directory that cannot be watched, with the reason.</param>
/// <param name="recovered">Gets one that was refused and is watched now, or not wanted any more.</param>
public sealed class DirectoryWatches(TimeProvider time, Action<string, string> refused, Action<string> recovered) : IDisposable
{
    // The system gives a user 128 by default, for all programs.
    private const int MaxWatches = 64;
    private const int MaxNames = 1_000;

    // However busy a directory is, it is looked at after so long.
    private static readonly TimeSpan MaxQuiet = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, Watch> _watches = new(StringComparer.Ordinal);

    // Those that could not be watched since the watches began anew, and those that the owner knows to be refused.
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly HashSet<string> _failing = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _changed = new(0, 1);

    // Guards what the system's events write.
    private readonly Lock _lock = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);
    private bool _isAnyName;

    // A wait that has not been answered yet; null where there is none.
    private Task? _change;

    /// <summary>How long nothing must change before it is looked at: writers write in pieces; one that pauses for longer should write elsewhere and rename.</summary>
    public static TimeSpan Quiet { get; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until something has changed since the last call, and then until nothing has for a moment; false where nothing has within the time.</summary>
    public async Task<bool> WaitAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        if (!await CompletesAsync(within, cancellationToken))
        {
            return false;
        }

        long start = time.GetTimestamp();
        do
        {
            _change = null;
        }
        while (await CompletesAsync(Quiet, cancellationToken) && time.GetElapsedTime(start) < MaxQuiet);
        if (_change is { IsCompleted: true })
        {
            _change = null;
        }

        return true;
    }

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

    private static DateTime CreatedAt(string directory)
    {
        try
        {
            return new DirectoryInfo(directory).CreationTimeUtc;
        }
        catch (Exception exception) when (FileFault.Is(exception))
        {
            return default;
        }
    }

    private async Task<bool> CompletesAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        // Cancelled with its owner, for whom no other wait follows.
        Task change = _change ??= _changed.WaitAsync(cancellationToken);
        TimeSpan wait = within > TimeSpan.Zero ? within : TimeSpan.Zero;
        await change.WaitAsync(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return change.IsCompleted;
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
        catch (Exception exception) when (FileFault.Is(exception))
        {
            watcher?.Dispose();
            fault = FileFault.Reason(exception);
        }

        lock (_lock)
        {
            _broken.Remove(directory);
        }

        _refused.Add(directory);
        _failing.Add(directory);
        refused(directory, fault);
    }

    private void Recover(string directory)
    {
        if (_failing.Remove(directory))
        {
            recovered(directory);
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
