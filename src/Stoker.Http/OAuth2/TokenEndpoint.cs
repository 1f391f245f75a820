using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Stoker.Components;

namespace Stoker.Http;

/// <summary>
/// Asks a token endpoint for a token by the grant <c>client_credentials</c> (RFC 6749, 4.4). The client proves itself in the header first, as every
/// server must support it, and in the body where that is refused; the way that worked is remembered. Takes one request at a time.
/// </summary>
/// <param name="client">The connections to the token server; they follow no redirects.</param>
internal sealed class TokenEndpoint(OAuth2Arguments arguments, HttpMessageInvoker client)
{
    // Far over any token; what answers with more is no token server.
    private const int MaxAnswerBytes = 1024 * 1024;

    private readonly Uri _url = new(arguments.TokenUrl);
    private bool? _inBody;

    /// <summary>The token, or why there is none.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<(TokenAnswer? Answer, TokenRefusal? Refusal)> RequestAsync(string secret, CancellationToken cancellationToken)
    {
        bool? known = _inBody;
        (TokenAnswer? answer, TokenRefusal? refusal) = await RequestAsync(secret, inBody: known == true, cancellationToken);
        _inBody = answer is not null ? known == true : null;
        if (known is not null || refusal is not { IsAboutClient: true })
        {
            return (answer, refusal);
        }

        (answer, TokenRefusal? second) = await RequestAsync(secret, inBody: true, cancellationToken);
        _inBody = answer is not null ? true : null;
        return (answer, second is null ? null : TokenRefusal.OfBoth(refusal, second));
    }

    private async Task<(TokenAnswer? Answer, TokenRefusal? Refusal)> RequestAsync(string secret, bool inBody, CancellationToken cancellationToken)
    {
        string basic = Basic(arguments.ClientId, secret);
        using HttpRequestMessage request = Create(secret, inBody ? null : basic);
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
            if (await ReadAsync(response.Content, cancellationToken) is not { } body)
            {
                return (null, new TokenRefusal(
                    $"status {(int)response.StatusCode} with more than {MaxAnswerBytes} bytes", "is token_url the token endpoint?"));
            }

            var answer = TokenAnswer.Read(body);
            return response.IsSuccessStatusCode && answer is { Error: "", Header: not null }
                ? (answer, null)
                : (null, TokenRefusal.Of(response, answer, text => Hide(text, secret, basic)));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return (null, OfTransport(exception));
        }
    }

    private HttpRequestMessage Create(string secret, string? basic)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal) { ["grant_type"] = "client_credentials" };
        string scope = string.Join(' ', arguments.Scopes.Where(one => one.Length > 0));
        if (scope.Length > 0)
        {
            form["scope"] = scope;
        }

        foreach ((string name, string value) in arguments.EndpointParams)
        {
            form[name] = value;
        }

        if (basic is null)
        {
            form["client_id"] = arguments.ClientId;
            form["client_secret"] = secret;
        }

        var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (basic is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        }

        return request;
    }

    // RFC 6749, 2.3.1: both are form encoded before they are joined, so that a colon in one does not end it.
    private static string Basic(string id, string secret) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes($"{FormEncode(id)}:{FormEncode(secret)}"));

    private static string FormEncode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);

    /// <summary>The body; null where it is too large.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > MaxAnswerBytes)
        {
            return null;
        }

        await using Stream stream = await content.ReadAsStreamAsync(cancellationToken);
        if (await BoundedRead.AllAsync(stream, MaxAnswerBytes, cancellationToken) is not { } body)
        {
            return null;
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    // A server may repeat what it was sent in what it says of it.
    private static string Hide(string text, string secret, string basic)
    {
        foreach (string one in (string[])[basic, secret, FormEncode(secret)])
        {
            text = one.Length > 0 ? text.Replace(one, "(secret)", StringComparison.Ordinal) : text;
        }

        return text;
    }

    private static TokenRefusal OfTransport(Exception exception)
    {
        if (exception is ConnectionException connection)
        {
            // Its remedy names arguments, which here are those of the block.
            string remedy = connection.Remedy.Replace("tls_config", "tls_config inside the oauth2 block", StringComparison.Ordinal);
            return new TokenRefusal(connection.Summary, remedy.Length > 0 ? remedy : "check proxy_url and tls_config inside the oauth2 block");
        }

        SocketException? socket = exception as SocketException ?? exception.InnerException as SocketException;
        bool onlyPoints = exception.Message.StartsWith("An error occurred", StringComparison.Ordinal);
        string reason = socket?.Message ?? (onlyPoints ? exception.InnerException?.Message : null) ?? exception.Message;
        return new TokenRefusal(reason, (exception as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "check token_url and the name server of this machine",
            HttpRequestError.SecureConnectionError => "check the token server's certificate, and tls_config inside the oauth2 block",
            HttpRequestError.ProxyTunnelError => "check proxy_url and no_proxy inside the oauth2 block",
            _ => "check token_url, and that the token server is up",
        });
    }
}
