using System.Net;
using System.Text;
using Stoker.Components;

namespace Stoker.Http;

/// <summary>Builds the connections of a component from its HTTP client arguments.</summary>
public static class HttpConnections
{
    /// <summary>
    /// A client whose requests carry the credentials, proxy and TLS settings of the arguments and the agent's User-Agent. It has no time-out of its
    /// own beyond 10 s for each part of a connection, and decompresses nothing; redirects are followed by the page's rules. What goes wrong before a response
    /// comes is an <see cref="HttpRequestException"/> whose message says what and names the file where it is one. The caller disposes the client.
    /// With <see cref="ComponentContext.HttpHandler"/> set, that handler is the transport; it is not disposed.
    /// </summary>
    public static HttpMessageInvoker Create(HttpClientArguments arguments, ComponentContext context) =>
        Create(arguments, context, ConnectionTimes.Default, Environment.GetEnvironmentVariable);

    /// <summary>As above, with times and environment variables of the caller's.</summary>
    internal static HttpMessageInvoker Create(
        HttpClientArguments arguments, ComponentContext context, ConnectionTimes times, Func<string, string?> getEnvironmentVariable)
    {
        TokenSource? tokens = arguments.OAuth2 is { } oauth2
            ? new TokenSource(oauth2, CreateForTokens(oauth2, context, times, getEnvironmentVariable), context.Time, context.Logger)
            : null;
        var credentials = Credentials.Create(arguments, context.Time);
        ProxyRules? proxy = ProxyRules.Create(arguments.Proxy, getEnvironmentVariable);
        HttpMessageInvoker inner = context.HttpHandler is { } given
            ? new HttpMessageInvoker(given, disposeHandler: false)
            : new HttpMessageInvoker(CreateTransport(arguments, context, proxy, times));
        return new HttpMessageInvoker(new ConfiguredTransport(arguments, context.Agent.UserAgent, proxy, inner, credentials, tokens));
    }

    // A redirect would carry the client's secret to where the file does not say.
    private static HttpMessageInvoker CreateForTokens(
        OAuth2Arguments oauth2, ComponentContext context, ConnectionTimes times, Func<string, string?> getEnvironmentVariable) =>
        Create(
            new HttpClientArguments { Tls = oauth2.Tls, Proxy = oauth2.Proxy, FollowRedirects = false }, context, times, getEnvironmentVariable);

    private static HttpMessageHandler CreateTransport(
        HttpClientArguments arguments, ComponentContext context, ProxyRules? proxy, ConnectionTimes times)
    {
        var tunnel = new ConnectTunnel(arguments.Proxy, context.Agent.UserAgent);
        var dialer = new Dialer(context.Time);
        return arguments.Tls is { } tls
            ? new RotatingTransport(tls, Connect, context.Time, context.Logger)
            : Connect(TlsMaterial.CreateDefault());

        HttpMessageHandler Connect(TlsMaterial material) =>
            new ExplainingTransport(
                CreateSockets(proxy, new Connector(proxy, tunnel, material, dialer, times, context.Time), material, times), proxy, material.Arguments);
    }

    private static SocketsHttpHandler CreateSockets(ProxyRules? proxy, Connector connector, TlsMaterial material, ConnectionTimes times) => new()
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = connector.ConnectAsync,
        ConnectTimeout = proxy is { IsSocksOnly: true } ? times.Socks : times.Whole,
        EnableMultipleHttp2Connections = true,

        // Also while nothing is in flight, because a dead connection must be gone when the next scrapes come; they would all wait on it.
        KeepAlivePingDelay = times.PingDelay,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
        KeepAlivePingTimeout = times.PingTimeout,
        PooledConnectionIdleTimeout = times.Lifetime,
        PooledConnectionLifetime = times.Lifetime,
        Proxy = proxy is null ? null : new HandlerProxy(proxy),
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        SslOptions = material.CreateHandlerOptions(),
        UseCookies = false,
        UseProxy = proxy is not null,
    };
}
