namespace Stoker.Http;

/// <summary>What tells one state of a file from the next; the same for two files that do not exist.</summary>
internal readonly record struct FileStamp(DateTime WrittenUtc, long Length)
{
    public static FileStamp Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(file.LastWriteTimeUtc, file.Length) : default;
    }
}
