using Stoker.Components;
using Stoker.Components.Files;
using Stoker.Discovery.Groups;

namespace Stoker.Discovery.Files;

/// <summary>What tells one state of a file from another without reading it.</summary>
/// <param name="Path">Where it really is, all links followed.</param>
internal sealed record FileStamp(string Path, DateTime ModifiedUtc, long Length);

/// <summary>What a path leads to at present: a file that can be read, nothing, or something that is not read, with the reason.</summary>
internal sealed record FileLook(FileStamp? Stamp, bool IsMissing = false, string? Fault = null);

/// <summary>
/// Looks at files with targets and reads them, within limits and without ever waiting for what is behind a path that is no file.
/// </summary>
internal static class TargetFile
{
    public const string SourceLabel = "__meta_filepath";

    private const int MaxBytes = 64 << 20;

    public static FileLook Look(string path)
    {
        try
        {
            // With all links followed: two files may well have one length and one time, and a link that is pointed from one to the other
            // must show.
            if (LinkedPath.Follow(path) is not { } target)
            {
                return new FileLook(null, Fault: "its links lead in a circle, or the working directory is gone");
            }

            var file = new FileInfo(target);
            if (!file.Exists)
            {
                return Directory.Exists(target) ? new FileLook(null, Fault: "it is a directory") : LookForMissing(path, target);
            }

            // To open a pipe would wait for its other end. Pipes, sockets and devices all have the length 0; so has a file that somebody
            // has just begun.
            if (file.Length == 0)
            {
                return new FileLook(null, Fault: "it is empty, or no regular file; without targets it should hold []");
            }

            return file.Length > MaxBytes
                ? new FileLook(null, Fault: TooLarge)
                : new FileLook(new FileStamp(target, file.LastWriteTimeUtc, file.Length));
        }
        catch (Exception exception) when (FileFault.Is(exception))
        {
            return exception is FileNotFoundException or DirectoryNotFoundException
                ? new FileLook(null, IsMissing: true)
                : new FileLook(null, Fault: FileFault.Reason(exception));
        }
    }

    /// <summary>
    /// A file is only gone where that is certain: its directory is there and does not hold it. A directory that was unmounted, moved or closed to this user
    /// and a link whose end is away for a moment say nothing about the targets.
    /// </summary>
    private static FileLook LookForMissing(string path, string target)
    {
        if (LinkedPath.IsLink(path))
        {
            return new FileLook(null, Fault: "its link leads to nothing");
        }

        try
        {
            // Exists is false also where this user may not look.
            File.GetAttributes(target);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return Directory.Exists(Path.GetDirectoryName(target))
                ? new FileLook(null, IsMissing: true)
                : new FileLook(null, Fault: "its directory does not exist");
        }

        return new FileLook(null, Fault: "it cannot be looked at");
    }

    /// <summary>The groups of a file, or why there are none.</summary>
    /// <param name="path">The path as it was matched, which is what <c>__meta_filepath</c> says and what decides between JSON and
    /// YAML.</param>
    public static async Task<(TargetGroups? Groups, string? Fault)> ReadAsync(
        string path, FileStamp stamp, CancellationToken cancellationToken)
    {
        MemoryStream? content;
        try
        {
            content = await ReadAllAsync(stamp, cancellationToken);
        }
        catch (Exception exception) when (FileFault.Is(exception))
        {
            return (null, FileFault.Reason(exception));
        }

        if (content is null)
        {
            return (null, TooLarge);
        }

        var groups = new TargetGroups((SourceLabel, path));
        string? fault = FilePattern.IsJson(path)
            ? JsonGroups.Read(content.GetBuffer().AsSpan(0, (int)content.Length), groups)
            : YamlGroups.Read(content, groups);
        return fault is null ? (groups, null) : (null, fault);
    }

    private static string TooLarge => $"it has more than {MaxBytes >> 20} MiB, which is the limit";

    private static async Task<MemoryStream?> ReadAllAsync(FileStamp stamp, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(
            stamp.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1,
            FileOptions.Asynchronous | FileOptions.SequentialScan);
        return await BoundedRead.AllAsync(file, MaxBytes, cancellationToken, (int)stamp.Length);
    }
}
