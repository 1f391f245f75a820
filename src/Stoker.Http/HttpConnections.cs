using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Stoker.Components;

namespace Stoker.Http;

/// <summary>Builds the connections of a component from its HTTP client arguments.</summary>
public static class HttpConnections
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    // So that a name that now resolves elsewhere is noticed, and a scrape interval of a minute still finds its connection open.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Http2PingDelay = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Http2PingTimeout = TimeSpan.FromSeconds(15);

    /// <summary>
    /// A client whose requests carry the credentials, proxy and TLS settings of the arguments and the agent's User-Agent. It has no time-out of its
    /// own beyond 10 s for a connection, and decompresses nothing; redirects are followed by the page's rules. What goes wrong before a response
    /// comes is an <see cref="HttpRequestException"/> whose message says what and names the file where it is one. The caller disposes the client.
    /// With <see cref="ComponentContext.HttpHandler"/> set, that handler is the transport; it is not disposed.
    /// </summary>
    public static HttpMessageInvoker Create(HttpClientArguments arguments, ComponentContext context)
    {
        TokenSource? tokens = arguments.OAuth2 is { } oauth2
            ? new TokenSource(oauth2, CreateForTokens(oauth2, context), context.Time, context.Logger)
            : null;
        var credentials = Credentials.Create(arguments, context.Time);
        ProxyRules? proxy = ProxyRules.Create(arguments.Proxy, Environment.GetEnvironmentVariable);
        HttpMessageInvoker inner = context.HttpHandler is { } given
            ? new HttpMessageInvoker(given, disposeHandler: false)
            : new HttpMessageInvoker(CreateTransport(arguments, proxy));
        return new HttpMessageInvoker(new ConfiguredTransport(arguments, context.Agent.UserAgent, proxy, inner, credentials, tokens));
    }

    // A redirect would carry the client's secret to where the file does not say.
    private static HttpMessageInvoker CreateForTokens(OAuth2Arguments oauth2, ComponentContext context) =>
        Create(new HttpClientArguments { Tls = oauth2.Tls, Proxy = oauth2.Proxy, FollowRedirects = false }, context);

    private static HttpMessageHandler CreateTransport(HttpClientArguments arguments, ProxyRules? proxy) =>
        arguments.Tls is { } tls
            ? new RotatingTransport(tls, material => CreateSockets(arguments, proxy, material.Options))
            : CreateSockets(arguments, proxy, new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 });

    private static SocketsHttpHandler CreateSockets(HttpClientArguments arguments, ProxyRules? proxy, SslClientAuthenticationOptions tls)
    {
        var sockets = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = ConnectTimeout,
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = Http2PingDelay,
            KeepAlivePingTimeout = Http2PingTimeout,
            PooledConnectionIdleTimeout = ConnectionLifetime,
            PooledConnectionLifetime = ConnectionLifetime,
            Proxy = proxy,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
            SslOptions = tls,
            UseCookies = false,
            UseProxy = proxy is not null,
        };
        string serverName = arguments.Tls?.ServerName ?? "";
        if (serverName.Length == 0)
        {
            return sockets;
        }

        // The handler always asks for the URL's host, so another name needs a handshake of our own, except behind a proxy, where only the handler
        // can make it and the name is checked afterwards.
        if (proxy is null)
        {
            sockets.ConnectCallback = (connection, cancellationToken) =>
                ConnectAsync(connection, tls, serverName, arguments.EnableHttp2, cancellationToken);
        }
        else
        {
            tls.RemoteCertificateValidationCallback ??= (_, certificate, _, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None
                && certificate is System.Security.Cryptography.X509Certificates.X509Certificate2 known
                && known.MatchesHostname(serverName);
        }

        return sockets;
    }

    private static async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext connection, SslClientAuthenticationOptions tls, string serverName, bool http2, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream stream;
        try
        {
            await socket.ConnectAsync(connection.DnsEndPoint, cancellationToken);
            stream = new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        if (connection.InitialRequestMessage.RequestUri?.Scheme != Uri.UriSchemeHttps)
        {
            return stream;
        }

        var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    ApplicationProtocols = http2 ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11],
                    CertificateChainPolicy = tls.CertificateChainPolicy,
                    ClientCertificateContext = tls.ClientCertificateContext,
                    EnabledSslProtocols = tls.EnabledSslProtocols,
                    RemoteCertificateValidationCallback = tls.RemoteCertificateValidationCallback,
                    TargetHost = serverName,
                },
                cancellationToken);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }
}
