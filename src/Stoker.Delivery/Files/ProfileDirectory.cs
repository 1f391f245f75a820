namespace Stoker.Delivery.Files;

/// <summary>
/// The stored profiles of one directory: writes new ones whole or not at all, and removes the oldest to stay within the limits, those of
/// earlier runs included. It knows files by their names and never touches others. Belongs to the writer's loop.
/// </summary>
internal sealed class ProfileDirectory
{
    private const string LeftoverPattern = ".stoker-*.tmp";

    private static readonly EnumerationOptions Folders = new() { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    // An oldest-first heap of small entries: a gibibyte of small profiles is some 200,000 files.
    private readonly PriorityQueue<StoredFile, (long, ulong, int, int)> _files = new();
    private readonly List<string> _folders = [];
    private readonly Dictionary<string, int> _folderIndices = new(StringComparer.Ordinal);
    private readonly Action<string, long, string> _onRemoved;
    private string? _removalFault;

    private ProfileDirectory(string root, Action<string, long, string> onRemoved)
    {
        Root = root;
        _onRemoved = onRemoved;
    }

    public string Root { get; }

    public long Bytes { get; private set; }

    public int Count => _files.Count;

    /// <summary>When the oldest profile was scraped; null where there is none.</summary>
    public DateTimeOffset? Oldest =>
        _files.TryPeek(out StoredFile oldest, out _) ? DateTimeOffset.FromUnixTimeMilliseconds(oldest.Name.TimeMillis) : null;

    /// <summary>How many half-written files of a crash were removed at the opening.</summary>
    public int LeftoversRemoved { get; private set; }

    /// <summary>Opens the directory, which is made where it is missing, and counts what stands in it.</summary>
    /// <param name="onRemoved">Told of each file that is removed: its path, its size in bytes and the limit that asked for it.</param>
    /// <exception cref="IOException">It cannot be made or read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    public static ProfileDirectory Open(string root, Action<string, long, string> onRemoved)
    {
        var directory = new ProfileDirectory(root, onRemoved);
        Directory.CreateDirectory(root);
        foreach (DirectoryInfo service in new DirectoryInfo(root).EnumerateDirectories("*", Folders))
        {
            foreach (DirectoryInfo type in service.EnumerateDirectories("*", Folders))
            {
                directory.CountFolder(type, Path.Combine(service.Name, type.Name));
            }
        }

        return directory;
    }

    /// <summary>
    /// Writes a profile and returns its path. The bytes first go to a file of another name beside it, so that a reader never sees half a
    /// profile and a crash leaves none; the limit holds at every moment, because room is made before.
    /// </summary>
    /// <exception cref="IOException">It could not be written; nothing of it is left.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public string Write(string folder, StoredName name, ReadOnlySpan<byte> bytes, long maxBytes)
    {
        RemoveUntil(maxBytes - bytes.Length, "size");
        string path = Path.Combine(Root, folder);
        Directory.CreateDirectory(path);
        string temporary = Path.Combine(path, $".stoker-{Guid.NewGuid():n}.tmp");
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            while (File.Exists(Path.Combine(path, name.ToString())))
            {
                name = name with { Suffix = name.Suffix + 1 };
            }

            File.Move(temporary, Path.Combine(path, name.ToString()), overwrite: false);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }

        Add(folder, name, bytes.Length);
        return Path.Combine(path, name.ToString());
    }

    /// <summary>Removes what was scraped before the moment.</summary>
    public void RemoveOlderThan(DateTimeOffset moment)
    {
        long limit = moment.ToUnixTimeMilliseconds();
        while (_files.TryPeek(out StoredFile oldest, out _) && oldest.Name.TimeMillis < limit)
        {
            Remove(oldest, "age");
        }
    }

    /// <summary>Removes the oldest until no more than so many bytes are left.</summary>
    /// <exception cref="IOException">Files that cannot be removed hold more than that.</exception>
    public void RemoveUntil(long bytes, string reason)
    {
        while (Bytes > bytes)
        {
            if (!_files.TryPeek(out StoredFile oldest, out _))
            {
                throw new IOException($"no room within max_bytes: old profiles cannot be removed{(_removalFault is null ? "" : $" ({_removalFault})")}");
            }

            Remove(oldest, reason);
        }
    }

    private void CountFolder(DirectoryInfo type, string folder)
    {
        foreach (FileInfo leftover in type.EnumerateFiles(LeftoverPattern, Folders))
        {
            leftover.Delete();
            LeftoversRemoved++;
        }

        foreach (FileInfo file in type.EnumerateFiles("*", Folders))
        {
            if (StoredName.TryParse(file.Name, out StoredName name))
            {
                Add(folder, name, file.Length);
            }
        }
    }

    private void Add(string folder, StoredName name, long bytes)
    {
        if (!_folderIndices.TryGetValue(folder, out int index))
        {
            index = _folders.Count;
            _folders.Add(folder);
            _folderIndices[folder] = index;
        }

        _files.Enqueue(new StoredFile(name, index, bytes), (name.TimeMillis, name.Instance, name.Suffix, index));
        Bytes += bytes;
    }

    /// <summary>Removes the head of the heap. Where its file cannot be removed, its bytes still count, and the next one's turn comes.</summary>
    private void Remove(StoredFile file, string reason)
    {
        string folder = Path.Combine(Root, _folders[file.Folder]);
        string path = Path.Combine(folder, file.Name.ToString());
        _files.Dequeue();
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody has removed the whole folder, which is as good.
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _removalFault = exception.Message;
            return;
        }

        Bytes -= file.Bytes;
        _onRemoved(path, file.Bytes, reason);
        RemoveIfEmpty(folder);
    }

    private void RemoveIfEmpty(string folder)
    {
        for (string? empty = folder; empty is not null && empty.Length > Root.Length; empty = Path.GetDirectoryName(empty))
        {
            try
            {
                if (Directory.EnumerateFileSystemEntries(empty).Any())
                {
                    return;
                }

                Directory.Delete(empty);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // An empty folder that stays does no harm.
                return;
            }
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The opening at the next start removes it.
        }
    }

    private readonly record struct StoredFile(StoredName Name, int Folder, long Bytes);
}
