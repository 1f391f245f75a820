using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Stoker.TestKit.OAuth2;

/// <summary>Reads a request for a token as strictly as RFC 6749 is written.</summary>
internal static class TokenRequestReader
{
    /// <summary>The request, and what is wrong with its form; null where nothing is.</summary>
    public static async Task<(TokenRequest Request, string? Fault)> ReadAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(http.Body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        string body = await reader.ReadToEndAsync(cancellationToken);
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        string? fault = null;
        foreach (string pair in body.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            string name = WebUtility.UrlDecode(equals < 0 ? pair : pair[..equals]);
            if (!parameters.TryAdd(name, equals < 0 ? "" : WebUtility.UrlDecode(pair[(equals + 1)..])))
            {
                fault = $"the parameter {name} is there twice";
            }
        }

        var authentication = ClientAuthentication.None;
        parameters.Remove("client_id", out string? id);
        if (parameters.Remove("client_secret", out string? secret))
        {
            authentication |= ClientAuthentication.Body;
        }

        string header = http.Headers.Authorization.ToString();
        if (header.Length > 0)
        {
            authentication |= ClientAuthentication.Header;
            if (!TryReadBasic(header, ref id, ref secret))
            {
                fault = "the header Authorization is no basic authentication";
            }
        }

        string contentType = http.ContentType ?? "";
        fault = http.Method != "POST" ? "only POST"
            : contentType.Split(';')[0] != "application/x-www-form-urlencoded" ? $"the content type is \"{contentType}\""
            : authentication == (ClientAuthentication.Header | ClientAuthentication.Body) ? "the client names itself in two ways"
            : http.QueryString.Value!.Contains("client_", StringComparison.Ordinal) ? "credentials in the URL"
            : fault;
        var headers = http.Headers.ToDictionary(one => one.Key, one => one.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        string target = http.Path.Value + http.QueryString.Value;
        return (new TokenRequest(http.Method, target, contentType, headers, parameters, authentication, id ?? "", secret ?? ""), fault);
    }

    private static bool TryReadBasic(string header, ref string? id, ref string? secret)
    {
        Span<byte> bytes = new byte[header.Length];
        if (!header.StartsWith("Basic ", StringComparison.Ordinal) || !Convert.TryFromBase64Chars(header.AsSpan(6), bytes, out int length))
        {
            return false;
        }

        // Both sides of the colon are in form encoding, so a second colon cannot be there.
        string[] sides = Encoding.ASCII.GetString(bytes[..length]).Split(':');
        if (sides.Length != 2)
        {
            return false;
        }

        id = WebUtility.UrlDecode(sides[0]);
        secret = WebUtility.UrlDecode(sides[1]);
        return true;
    }
}
