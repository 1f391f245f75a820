using System.Text;

namespace Stoker.Discovery.Kubernetes;

/// <summary>Reads files that a cluster's administrator writes; a path to something endless does not fill the memory.</summary>
internal static class SmallFile
{
    private const int MaxBytes = 1024 * 1024;

    /// <param name="what">What the file is, for the message.</param>
    /// <exception cref="HttpRequestException">The file cannot be read; the message names it and the reason.</exception>
    public static async Task<string> ReadAsync(string what, string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096, useAsync: true);
            string? text = await BoundedText.ReadAsync(file, MaxBytes, cancellationToken);
            return text ?? throw new HttpRequestException($"{what}, \"{path}\", holds more than {MaxBytes} bytes");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string reason = exception switch
            {
                FileNotFoundException or DirectoryNotFoundException => "it does not exist",
                UnauthorizedAccessException => "it is a directory, or this user may not read it",
                _ => exception.Message,
            };
            throw new HttpRequestException($"{what}, \"{path}\", cannot be read: {reason}");
        }
    }
}

/// <summary>Reads text that must not be longer than a limit.</summary>
internal static class BoundedText
{
    /// <summary>The whole text, or null where there are more than <paramref name="maxBytes"/> bytes of it.</summary>
    public static async Task<string?> ReadAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        byte[] buffer = new byte[4096];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (content.Length + read > maxBytes)
            {
                return null;
            }

            content.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length).TrimStart('\uFEFF');
    }

    /// <summary>The same for a program's output, of which what is beyond the limit is read too, and forgotten.</summary>
    public static async Task<string?> ReadToEndAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        string? text = await ReadAsync(stream, maxBytes, cancellationToken);
        if (text is null)
        {
            await stream.CopyToAsync(Stream.Null, cancellationToken);
        }

        return text;
    }
}
