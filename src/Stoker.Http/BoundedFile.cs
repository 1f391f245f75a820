using Stoker.Components;

namespace Stoker.Http;

/// <summary>Reads the small files that hold secrets, certificates and what an administrator writes; one that is endless does not fill the memory.</summary>
public static class BoundedFile
{
    // Far over any token or certificate bundle.
    private const int MaxBytes = 1024 * 1024;

    /// <param name="name">What the file is and its path, for the message.</param>
    /// <exception cref="HttpRequestException">The file cannot be read; the message has the name and the reason.</exception>
    public static async Task<string> ReadAsync(string name, string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096, useAsync: true);
            return await BoundedRead.TextAsync(file, MaxBytes, cancellationToken)
                ?? throw new HttpRequestException($"{name} holds more than {MaxBytes} bytes");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // Without the cause inside: an IOException there means to everybody that the connection broke.
            throw new HttpRequestException($"{name} cannot be read: {Reason(exception)}");
        }
    }

    /// <summary>The same at once, for small local files where nobody can wait.</summary>
    /// <exception cref="HttpRequestException">The file cannot be read; the message has the name and the reason.</exception>
    public static string Read(string name, string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return BoundedRead.Text(file, MaxBytes) ?? throw new HttpRequestException($"{name} holds more than {MaxBytes} bytes");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new HttpRequestException($"{name} cannot be read: {Reason(exception)}");
        }
    }

    private static string Reason(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it does not exist",
        UnauthorizedAccessException => "it is a directory, or this user may not read it",
        _ => exception.Message,
    };
}
