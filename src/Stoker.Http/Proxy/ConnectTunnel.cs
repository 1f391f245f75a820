using System.Text;
using Stoker.Syntax.Values;

namespace Stoker.Http;

/// <summary>
/// Asks an HTTP proxy for a tunnel (RFC 9110, 9.3.6), which the handler of .NET cannot do with headers of our own. Immutable and safe from
/// several threads.
/// </summary>
internal sealed class ConnectTunnel(ProxyArguments arguments, string userAgent)
{
    private const int MaxAnswer = 16 * 1024;

    /// <summary>What the request itself says; a configured value of these is not sent, as in Alloy.</summary>
    public static readonly HashSet<string> OwnHeaders = new(StringComparer.OrdinalIgnoreCase) { "Host", "Content-Length", "Transfer-Encoding", "Trailer" };

    private string Url => arguments.FromEnvironment ? "the URL in HTTPS_PROXY" : "proxy_url";

    /// <summary>Leaves the stream just behind the answer's head, ready for what goes through the tunnel.</summary>
    /// <param name="target">Host and port, an IPv6 address in brackets.</param>
    /// <exception cref="ConnectionException">The proxy gives no tunnel.</exception>
    public async ValueTask OpenAsync(Stream stream, ProxyAddress proxy, string target, CancellationToken cancellationToken)
    {
        string name = proxy.Address.Authority;
        try
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Request(proxy, target)), cancellationToken);
            ConnectAnswer answer = await ReadAsync(stream, name, target, cancellationToken);
            if (answer.Status is < 200 or > 299)
            {
                throw Refused(name, target, answer);
            }
        }
        catch (IOException exception)
        {
            throw Failed($"the proxy {name} broke the connection off at the request for a tunnel to {target}", "is it a proxy for https?", exception);
        }
    }

    private string Request(ProxyAddress proxy, string target)
    {
        var text = new StringBuilder($"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n");
        if (!arguments.ConnectHeader.Keys.Contains("User-Agent", StringComparer.OrdinalIgnoreCase))
        {
            text.Append("User-Agent: ").Append(userAgent).Append("\r\n");
        }

        // The user in the proxy's URL wins over a header, as in Alloy.
        string? authorization = proxy.Authorization;
        if (authorization is not null)
        {
            text.Append("Proxy-Authorization: ").Append(authorization).Append("\r\n");
        }

        foreach ((string header, IReadOnlyList<SecretValue> values) in arguments.ConnectHeader)
        {
            bool isOurs = OwnHeaders.Contains(header)
                || (authorization is not null && header.Equals("Proxy-Authorization", StringComparison.OrdinalIgnoreCase));
            foreach (SecretValue value in isOurs ? [] : values)
            {
                text.Append(header).Append(": ").Append(value.Content).Append("\r\n");
            }
        }

        return text.Append("\r\n").ToString();
    }

    private async ValueTask<ConnectAnswer> ReadAsync(Stream stream, string name, string target, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[1024];
        int length = 0;
        while (true)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                throw Failed(
                    $"the proxy {name} closed the connection without an answer to the request for a tunnel to {target}",
                    $"is it a proxy for https, and is the scheme of {Url} its own?");
            }

            length += read;
            ConnectAnswer answer;
            ConnectAnswerState state;

            // Answers that only say that another one follows are passed over.
            while ((state = ConnectAnswer.Read(buffer.AsSpan(0, length), out answer)) == ConnectAnswerState.Complete && answer.Status < 200)
            {
                buffer.AsSpan(answer.Length, length - answer.Length).CopyTo(buffer);
                length -= answer.Length;
            }

            if (state == ConnectAnswerState.Malformed)
            {
                throw Failed(
                    $"the proxy {name} answered the request for a tunnel to {target} with something that is no HTTP",
                    $"is it a proxy, and is the scheme of {Url} (http, https, socks5) its own?");
            }

            if (state == ConnectAnswerState.Complete)
            {
                // The server behind a tunnel waits for the first word of the client, so what follows can only be of the proxy itself.
                return answer.Status > 299 || length == answer.Length ? answer : throw Failed(
                    $"the proxy {name} sent more than the head of its answer to the request for a tunnel to {target}", "is it a proxy for https?");
            }

            if (length == MaxAnswer)
            {
                throw Failed($"the proxy {name} answered the request for a tunnel to {target} with more than {MaxAnswer} bytes of headers", "");
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 4, MaxAnswer));
            }
        }
    }

    private ConnectionException Refused(string name, string target, ConnectAnswer answer)
    {
        string remedy = answer.Status switch
        {
            407 => $"it wants credentials: put user:password into {Url} or Proxy-Authorization into proxy_connect_header",
            403 => "it does not allow this host or port: allow it there, or exclude the host from the proxy",
            400 or 404 or 405 or 501 => "is it a proxy for https?",
            502 or 503 or 504 => "it cannot reach the target itself",
            _ => "",
        };
        string words = answer.Reason.Length > 0 ? $"{answer.Status} {answer.Reason}" : $"{answer.Status}";
        return Failed($"the proxy {name} refused the tunnel to {target} with status {words}", remedy);
    }

    private static ConnectionException Failed(string summary, string remedy, Exception? cause = null) =>
        new(HttpRequestError.ProxyTunnelError, summary, remedy, cause);
}
