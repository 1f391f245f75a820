namespace Stoker.Http;

/// <summary>What tells one state of a file from the next at little cost; the same for two files that cannot be seen.</summary>
internal readonly record struct FileStamp(DateTime WrittenUtc, long Length)
{
    /// <summary>
    /// True for what is there and has no bytes, and for what is no file with bytes of its own: opening a FIFO would wait for ever, and a
    /// device has no end.
    /// </summary>
    public bool IsEmpty => WrittenUtc != default && Length == 0;

    /// <summary>
    /// The state of what the path leads to, without opening it. Not that of a symbolic link itself, because where Kubernetes mounts a secret, a
    /// rotation changes only what the links lead to.
    /// </summary>
    public static FileStamp Of(string path)
    {
        try
        {
            var file = new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
            return file.Exists ? new FileStamp(file.LastWriteTimeUtc, file.Length) : default;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // Whoever reads the file says what is wrong with it.
            return default;
        }
    }
}
