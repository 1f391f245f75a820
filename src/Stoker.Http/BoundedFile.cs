using System.Text;

namespace Stoker.Http;

/// <summary>Reads the small files that hold secrets and certificates.</summary>
internal static class BoundedFile
{
    // Far over any token or certificate bundle; a path to something endless must not fill the memory.
    private const int MaxBytes = 1024 * 1024;

    /// <param name="argument">The argument that names the file, for the message.</param>
    /// <exception cref="HttpRequestException">The file cannot be read; the message names argument, file and reason.</exception>
    public static async Task<string> ReadAsync(string argument, string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 4096, useAsync: true);
            using var content = new MemoryStream();
            byte[] buffer = new byte[4096];
            int read;
            while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
            {
                content.Write(buffer, 0, read);
                if (content.Length > MaxBytes)
                {
                    throw new HttpRequestException($"{argument} \"{path}\" holds more than {MaxBytes} bytes");
                }
            }

            return Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length).TrimStart('\uFEFF');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // Without the cause inside: an IOException there means to everybody that the connection broke.
            throw new HttpRequestException($"{argument} \"{path}\" cannot be read: {Reason(exception)}");
        }
    }

    private static string Reason(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it does not exist",
        UnauthorizedAccessException => "it is a directory, or this user may not read it",
        _ => exception.Message,
    };
}
