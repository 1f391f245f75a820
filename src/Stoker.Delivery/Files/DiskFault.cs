namespace Stoker.Delivery.Files;

/// <summary>Says in the operator's words why a file could not be written.</summary>
internal static class DiskFault
{
    private const int OutOfSpace = 28;
    private const int OverQuota = 122;
    private const int ReadOnlyFileSystem = 30;

    public static (string Error, string Remedy) Describe(Exception exception) => exception switch
    {
        UnauthorizedAccessException => (exception.Message, "give the user that the agent runs as the right to write there"),
        DirectoryNotFoundException => (exception.Message, "make the directory, or name another one as directory"),
        IOException io when (io.HResult & 0xFFFF) is OutOfSpace or OverQuota =>
            ("no space left on the device", "make room on the device, or lower max_bytes"),
        IOException io when (io.HResult & 0xFFFF) == ReadOnlyFileSystem =>
            ("the file system is read-only", "mount it for writing, or name another directory"),
        _ => (exception.Message, "see whether the directory can be written; it is tried again every 5 seconds"),
    };
}
