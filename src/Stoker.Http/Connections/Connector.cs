using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Stoker.Http;

/// <summary>
/// Makes a handler's connections: 1. to the host or its proxy, 2. TLS to the proxy, 3. a tunnel through it, 4. TLS to the host. Each part
/// has its own time, and its failure says which part it was. Safe from several threads.
/// </summary>
internal sealed class Connector(
    ProxyRules? proxies, ConnectTunnel tunnel, TlsMaterial tls, Dialer dialer, ConnectionTimes times, TimeProvider time)
{
    private static readonly List<SslApplicationProtocol> Http11 = [SslApplicationProtocol.Http11];
    private static readonly List<SslApplicationProtocol> Http2And11 = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    private const int MaxHosts = 50_000;

    // The hosts that once chose HTTP/1.1: the handler speaks nothing else with them from then on, so they must not be offered more.
    private readonly ConcurrentDictionary<string, bool> _withoutHttp2 = new(StringComparer.Ordinal);

    /// <exception cref="SocketException">The host itself cannot be reached.</exception>
    /// <exception cref="ConnectionException">Any other failure.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext connection, CancellationToken cancellationToken)
    {
        Uri uri = connection.InitialRequestMessage.RequestUri!;
        ProxyAddress? proxy = proxies?.Find(uri);
        bool isTls = uri.Scheme == Uri.UriSchemeHttps;

        // 1.
        DnsEndPoint first = proxy is null || proxy.IsSocks
            ? connection.DnsEndPoint
            : new DnsEndPoint(proxy.Address.IdnHost, proxy.Address.Port);
        Stream stream = await OpenAsync(first, proxy, cancellationToken);
        try
        {
            if (proxy is { IsSocks: true })
            {
                return stream;
            }

            // 2.
            if (proxy is { IsTls: true })
            {
                stream = await SecureAsync(
                    stream, proxy.Address.IdnHost, $"the proxy {proxy.Address.Authority}", protocols: null, cancellationToken);
            }

            if (!isTls)
            {
                return stream;
            }

            // 3.
            if (proxy is not null)
            {
                await OpenTunnelAsync(stream, proxy, HostAndPort(uri), cancellationToken);
            }

            // 4.
            bool http2 = connection.InitialRequestMessage.Version.Major >= 2 && !_withoutHttp2.ContainsKey(uri.Authority);
            string host = tls.Arguments.ServerName.Length > 0 ? tls.Arguments.ServerName : uri.IdnHost;
            SslStream secure = await SecureAsync(stream, host, uri.Authority, http2 ? Http2And11 : Http11, cancellationToken);
            if (http2 && secure.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
            {
                Remember(uri.Authority);
            }

            return secure;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private void Remember(string authority)
    {
        // Targets come and go; a host that is forgotten is only asked again.
        if (_withoutHttp2.Count >= MaxHosts)
        {
            _withoutHttp2.Clear();
        }

        _withoutHttp2[authority] = true;
    }

    private async ValueTask<Stream> OpenAsync(DnsEndPoint to, ProxyAddress? proxy, CancellationToken cancellationToken)
    {
        string name = proxy is null ? $"{to.Host}:{to.Port}" : $"the proxy {proxy.Address.Authority}";
        var tried = new List<IPAddress>();
        try
        {
            Socket? socket = null;
            await WithinAsync(
                times.Connect,
                async token => socket = await dialer.ConnectAsync(to, tried, token),
                seconds => new ConnectionException(
                    proxy is null ? HttpRequestError.ConnectionError : HttpRequestError.ProxyTunnelError,
                    $"no connection to {name} came about within {seconds} s{Tried(to, tried)}",
                    proxy is null
                        ? "nothing answers there: check the address, routes and firewalls"
                        : $"check {proxies!.Source}, routes and firewalls"),
                cancellationToken);
            return new NetworkStream(socket!, ownsSocket: true);
        }
        catch (SocketException exception) when (proxy is not null)
        {
            throw new ConnectionException(
                HttpRequestError.ProxyTunnelError, $"{name} cannot be reached: {exception.Message}", $"check {proxies!.Source}", exception);
        }
    }

    private static string Tried(DnsEndPoint to, List<IPAddress> tried) =>
        IPAddress.TryParse(to.Host, out _) ? ""
        : tried.Count == 0 ? " (the look-up of its name was not answered)"
        : $" (tried {string.Join(", ", tried)})";

    private ValueTask OpenTunnelAsync(Stream stream, ProxyAddress proxy, string target, CancellationToken cancellationToken) =>
        WithinAsync(
            times.Connect,
            token => tunnel.OpenAsync(stream, proxy, target, token),
            seconds => new ConnectionException(
                HttpRequestError.ProxyTunnelError,
                $"the proxy {proxy.Address.Authority} did not answer the request for a tunnel to {target} within {seconds} s",
                "it may not reach the target"),
            cancellationToken);

    private async ValueTask<SslStream> SecureAsync(
        Stream stream, string host, string peer, List<SslApplicationProtocol>? protocols, CancellationToken cancellationToken)
    {
        bool http2 = protocols is { Count: 2 };
        var secure = new ExplainedSslStream(stream, peer, tls.Arguments, http2);
        try
        {
            await WithinAsync(
                times.Handshake,
                token => new ValueTask(secure.AuthenticateAsClientAsync(tls.CreateOptions(host, peer, protocols), token)),
                seconds => new ConnectionException(
                    HttpRequestError.SecureConnectionError,
                    $"the TLS handshake with {peer} was not answered within {seconds} s",
                    "the server takes connections but does not answer on them: does it speak TLS on this port, and is it alive?"),
                cancellationToken);
            return secure;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            await secure.DisposeAsync();
            throw TlsFault.Explain(exception, peer, tls.Arguments, http2);
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

    private async ValueTask WithinAsync(
        TimeSpan limit, Func<CancellationToken, ValueTask> run, Func<double, ConnectionException> late, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await run(either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw late(limit.TotalSeconds);
        }
    }

    private static string HostAndPort(Uri uri) =>
        uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]:{uri.Port}" : $"{uri.IdnHost}:{uri.Port}";
}
