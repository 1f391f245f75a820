using Microsoft.Win32.SafeHandles;

namespace Stoker.Http;

/// <summary>What tells one state of a file from the next; the same for two files that cannot be opened.</summary>
internal readonly record struct FileStamp(DateTime WrittenUtc, long Length)
{
    /// <summary>
    /// The state of what the path leads to. Not by FileInfo, because that describes a symbolic link itself, and where Kubernetes mounts a secret, a
    /// rotation changes only what the links lead to.
    /// </summary>
    public static FileStamp Of(string path)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new FileStamp(File.GetLastWriteTimeUtc(file), RandomAccess.GetLength(file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // Whoever reads the file says what is wrong with it.
            return default;
        }
    }
}
