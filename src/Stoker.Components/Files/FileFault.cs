namespace Stoker.Components.Files;

/// <summary>What can go wrong with files and directories through no fault of the program.</summary>
public static class FileFault
{
    public static bool Is(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or System.Security.SecurityException
            or ArgumentException or NotSupportedException;

    /// <summary>The end of a sentence that begins with the path.</summary>
    public static string Reason(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it does not exist",
        UnauthorizedAccessException => "this user may not read it",
        _ => exception.Message,
    };
}
