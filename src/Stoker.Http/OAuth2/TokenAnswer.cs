using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Stoker.Http;

/// <summary>
/// The body of a token endpoint's answer (RFC 6749, 5.1 and 5.2): JSON, or form encoded as some older servers send it. What cannot be read has
/// neither token nor error. No record, because a record prints its members.
/// </summary>
internal sealed class TokenAnswer
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    private TokenAnswer(Func<string, string?> read)
    {
        AccessToken = read("access_token") ?? "";
        TokenType = read("token_type") ?? "";
        ExpiresIn = ReadSeconds(read("expires_in"));
        Error = read("error") ?? "";
        ErrorDescription = read("error_description") ?? "";
    }

    public string AccessToken { get; }

    public string TokenType { get; }

    /// <summary>Null where the answer does not say it, or says nothing that is a time ahead.</summary>
    public TimeSpan? ExpiresIn { get; }

    public string Error { get; }

    public string ErrorDescription { get; }

    /// <summary>The value of the header <c>Authorization</c>; null where token or type hold what no header can carry.</summary>
    public string? Header
    {
        get
        {
            string type = TokenType.Length == 0 || TokenType.Equals(AuthorizationArguments.DefaultType, StringComparison.OrdinalIgnoreCase)
                ? AuthorizationArguments.DefaultType
                : TokenType;
            bool isSendable = AccessToken.Length > 0 && AccessToken.All(c => c is >= ' ' and <= '~') && HeaderArguments.IsToken(type);
            return isSendable ? $"{type} {AccessToken}" : null;
        }
    }

    public static TokenAnswer Read(ReadOnlyMemory<byte> body)
    {
        ReadOnlySpan<byte> bom = [0xEF, 0xBB, 0xBF];
        if (body.Span.StartsWith(bom))
        {
            body = body[bom.Length..];
        }

        ReadOnlySpan<byte> start = body.Span.TrimStart(" \t\r\n"u8);
        return start.Length > 0 && start[0] == (byte)'{' ? ReadJson(body) : ReadForm(body.Span);
    }

    private static TokenAnswer ReadJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            JsonElement root = json.RootElement;
            return new TokenAnswer(name => root.TryGetProperty(name, out JsonElement value)
                ? value.ValueKind switch
                {
                    JsonValueKind.String => value.GetString(),
                    JsonValueKind.Number when name == "expires_in" => value.GetRawText(),
                    _ => null,
                }
                : null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter is what a text that is no Unicode is reported with.
            return new TokenAnswer(_ => null);
        }
    }

    // An HTML page is read as a form too, and has none of the names.
    private static TokenAnswer ReadForm(ReadOnlySpan<byte> body)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Range pair in body.Split((byte)'&'))
        {
            ReadOnlySpan<byte> text = body[pair];
            int equals = text.IndexOf((byte)'=');
            if (equals > 0 && form.Count < 100)
            {
                form.TryAdd(Decode(text[..equals]), Decode(text[(equals + 1)..]));
            }
        }

        return new TokenAnswer(form.GetValueOrDefault);
    }

    private static string Decode(ReadOnlySpan<byte> text) => WebUtility.UrlDecode(System.Text.Encoding.UTF8.GetString(text).Trim());

    private static TimeSpan? ReadSeconds(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds > 0
            ? TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds))
            : null;
}
