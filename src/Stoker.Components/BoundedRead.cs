using System.Text;

namespace Stoker.Components;

/// <summary>Reads what comes from outside and must not fill the memory.</summary>
public static class BoundedRead
{
    private const int SmallestPiece = 4 * 1024;
    private const int LargestPiece = 64 * 1024;
    private const int MaxBeginning = 1024;

    // An error page that trickles must not hide its status.
    private static readonly TimeSpan BeginningDeadline = TimeSpan.FromSeconds(2);

    /// <summary>The whole stream, from its beginning; null where there are more than <paramref name="maxBytes"/> bytes of it.</summary>
    /// <param name="firstBytes">How much room to make at once, where about so much is known to come.</param>
    public static async Task<MemoryStream?> AllAsync(Stream stream, int maxBytes, CancellationToken cancellationToken, int firstBytes = 0)
    {
        var content = new MemoryStream(firstBytes);
        byte[] piece = new byte[Math.Clamp(firstBytes, SmallestPiece, LargestPiece)];
        int read;
        while ((read = await stream.ReadAsync(piece, cancellationToken)) > 0)
        {
            if (content.Length + read > maxBytes)
            {
                return null;
            }

            content.Write(piece, 0, read);
        }

        content.Position = 0;
        return content;
    }

    /// <summary>The same at once, for files.</summary>
    public static MemoryStream? All(Stream stream, int maxBytes, int firstBytes = 0)
    {
        var content = new MemoryStream(firstBytes);
        byte[] piece = new byte[Math.Clamp(firstBytes, SmallestPiece, LargestPiece)];
        int read;
        while ((read = stream.Read(piece)) > 0)
        {
            if (content.Length + read > maxBytes)
            {
                return null;
            }

            content.Write(piece, 0, read);
        }

        content.Position = 0;
        return content;
    }

    /// <summary>The same as UTF-8 text, without a byte order mark.</summary>
    public static async Task<string?> TextAsync(Stream stream, int maxBytes, CancellationToken cancellationToken) =>
        TextOf(await AllAsync(stream, maxBytes, cancellationToken));

    /// <summary>The same at once, for files.</summary>
    public static string? Text(Stream stream, int maxBytes) => TextOf(All(stream, maxBytes));

    /// <summary>The beginning of the body of an answer that is refused, as far as it can be had soon.</summary>
    public static async Task<byte[]> BeginningAsync(Stream body, TimeProvider time, CancellationToken cancellationToken)
    {
        byte[] begin = new byte[MaxBeginning];
        using var soon = new CancellationTokenSource(BeginningDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(soon.Token, cancellationToken);
        try
        {
            int length = await body.ReadAtLeastAsync(begin, begin.Length, throwOnEndOfStream: false, either.Token);
            return begin[..length];
        }
        catch (Exception exception) when (exception is IOException || (exception is OperationCanceledException && soon.IsCancellationRequested))
        {
            // What the headers say is enough; the body would only have been an addition.
            return [];
        }
    }

    private static string? TextOf(MemoryStream? content) =>
        content is null ? null : Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length).TrimStart('\uFEFF');
}
