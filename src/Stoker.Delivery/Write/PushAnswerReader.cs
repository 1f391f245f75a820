using System.Buffers;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Stoker.Delivery.Write;

/// <summary>
/// Reads what a server answered to a push. The HTTP status decides, because whatever stands between here and Pyroscope answers without Connect
/// errors; the error's code and message say more where they are there.
/// </summary>
internal static class PushAnswerReader
{
    /// <summary>No more of any answer is read: a Connect error is far smaller, and the answer to a push is empty.</summary>
    private const int MaxBodyBytes = 64 * 1024;

    private const int MaxMessageCharacters = 1000;

    public static async Task<PushAnswer> ReadAsync(HttpResponseMessage response, DateTimeOffset now, CancellationToken cancellationToken)
    {
        byte[] body = await ReadBodyAsync(response.Content, cancellationToken);
        int status = (int)response.StatusCode;
        if (status is >= 200 and < 300)
        {
            return ReadSuccess(response, status, body);
        }

        (string code, string message) = ReadError(response.Content, body);
        string text = $"HTTP {status}{(code.Length > 0 ? $" {code}" : "")}: {message}";
        PushOutcome outcome = Classify(status, code, message);
        if (status is >= 300 and < 400 && response.Headers.Location is { } location)
        {
            text = $"HTTP {status}: redirects to {Show(location)}, which is not followed";
        }

        return new PushAnswer(outcome, text, RetryAfter.Read(response.Headers, now));
    }

    private static PushOutcome Classify(int status, string code, string message) => status switch
    {
        400 when IsWindowFault(message) => PushOutcome.TooOld,
        400 or 412 or 422 => PushOutcome.Refused,
        401 or 403 or 407 => PushOutcome.Unauthorized,
        409 when code == "already_exists" => PushOutcome.Refused,
        408 or 409 or 425 or 499 => PushOutcome.Unavailable,
        413 => PushOutcome.TooLarge,
        429 => PushOutcome.RateLimited,
        500 => PushOutcome.ServerError,
        501 or 505 => PushOutcome.Misconfigured,
        >= 500 => PushOutcome.Unavailable,
        _ => PushOutcome.Misconfigured,
    };

    // Servers word it as a sentence, and some proxies pass on the reason of the metric instead.
    private static bool IsWindowFault(string message) =>
        message.Contains("ingestion window", StringComparison.OrdinalIgnoreCase)
        || message.Contains("ingestion_window", StringComparison.OrdinalIgnoreCase);

    private static PushAnswer ReadSuccess(HttpResponseMessage response, int status, byte[] body)
    {
        string? type = response.Content.Headers.ContentType?.MediaType;
        if (!string.Equals(type, "application/proto", StringComparison.OrdinalIgnoreCase))
        {
            string shown = type is null ? "no content type" : $"the content type {type}";
            return new PushAnswer(
                PushOutcome.Misconfigured,
                $"HTTP {status} with {shown} instead of application/proto, so this is no Pyroscope: {Printable(DecodeText(response.Content, body))}");
        }

        return body.Length >= MaxBodyBytes
            ? new PushAnswer(PushOutcome.Misconfigured, $"HTTP {status} with an answer of over {MaxBodyBytes / 1024} KiB, so this is no Pyroscope")
            : new PushAnswer(PushOutcome.Delivered, $"HTTP {status}");
    }

    private static async Task<byte[]> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using Stream stream = await content.ReadAsStreamAsync(cancellationToken);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxBodyBytes);
        try
        {
            int length = await stream.ReadAtLeastAsync(buffer.AsMemory(0, MaxBodyBytes), MaxBodyBytes, throwOnEndOfStream: false, cancellationToken);
            return buffer[..length];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static (string Code, string Message) ReadError(HttpContent content, byte[] body)
    {
        string text = DecodeText(content, body);
        if (text.AsSpan().TrimStart().StartsWith("{", StringComparison.Ordinal))
        {
            try
            {
                using JsonDocument json = JsonDocument.Parse(text);
                string code = ReadMember(json.RootElement, "code");
                string message = ReadMember(json.RootElement, "message");
                if (code.Length > 0 || message.Length > 0)
                {
                    return (Printable(code), message.Length > 0 ? Printable(message) : "no message");
                }
            }
            catch (JsonException)
            {
                // It only looked like a Connect error; its text says what there is to say.
            }
        }

        return ("", Printable(text));
    }

    // Without user and query, which may hold what nobody should read in a log.
    private static string Show(Uri location)
    {
        if (!location.IsAbsoluteUri)
        {
            string text = location.OriginalString;
            int query = text.IndexOfAny(['?', '#']);
            return Printable(query < 0 ? text : text[..query]);
        }

        return Printable(location.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));
    }

    private static string ReadMember(JsonElement error, string name)
    {
        try
        {
            return error.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.String ? member.GetString()! : "";
        }
        catch (InvalidOperationException)
        {
            // Escapes that stand for no character.
            return "";
        }
    }

    private static string DecodeText(HttpContent content, byte[] body)
    {
        if (content.Headers.ContentEncoding.Contains("gzip"))
        {
            var plain = new byte[MaxBodyBytes];
            try
            {
                using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
                int length = gzip.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false);
                return Encoding.UTF8.GetString(plain, 0, length);
            }
            catch (InvalidDataException)
            {
                return "";
            }
        }

        return Encoding.UTF8.GetString(body);
    }

    /// <summary>One line without control characters, of a length that a log line bears.</summary>
    private static string Printable(string text)
    {
        var line = new StringBuilder();
        foreach (char character in text.AsSpan().Trim())
        {
            bool isSpace = char.IsControl(character) || char.IsWhiteSpace(character);
            if (!isSpace)
            {
                line.Append(character);
            }
            else if (line.Length > 0 && line[^1] != ' ')
            {
                line.Append(' ');
            }

            if (line.Length == MaxMessageCharacters)
            {
                line.Append("...");
                break;
            }
        }

        return line.Length == 0 ? "an empty answer" : line.ToString();
    }
}
