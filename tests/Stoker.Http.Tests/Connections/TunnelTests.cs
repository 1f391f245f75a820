using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stoker.TestKit;
using static Stoker.Http.Tests.Client;
using static Stoker.Http.Tests.ProxyEnds;

namespace Stoker.Http.Tests;

/// <summary>What a proxy is asked for a tunnel with, and what becomes of its answer.</summary>
public sealed class TunnelTests
{
    private static readonly string[] Values = ["one", "two"];

    [Fact]
    public async Task Get_HttpsThroughAProxy_AsksForATunnelWithTheConfiguredHeaders()
    {
        string head = await ConnectHeadAsync(
            "http://ada:p%40ss@{0}", Headers(("X-Team", Values), ("Proxy-Authorization", ["from the header"]), ("Host", ["elsewhere"])));

        Assert.Equal(
            $"CONNECT target.invalid:8443 HTTP/1.1\r\nHost: target.invalid:8443\r\nUser-Agent: {UserAgent}\r\n"
            + $"Proxy-Authorization: Basic {Convert.ToBase64String("ada:p@ss"u8)}\r\nX-Team: one\r\nX-Team: two\r\n\r\n",
            head);
    }

    [Fact]
    public async Task Get_ProxyWithoutUser_TheHeadersSpeakForUs() =>
        Assert.Equal(
            "CONNECT target.invalid:8443 HTTP/1.1\r\nHost: target.invalid:8443\r\nUser-Agent: mine\r\nProxy-Authorization: Bearer abc\r\n\r\n".Split("\r\n").Order(),
            (await ConnectHeadAsync("http://{0}", Headers(("User-Agent", ["mine"]), ("Proxy-Authorization", ["Bearer abc"])))).Split("\r\n").Order());

    [Fact]
    public async Task Get_TokenThroughAProxy_AsksForATunnelWithTheHeadersOfTheBlock()
    {
        string seen = "";
        await using RawServer proxy = Refusing(head => seen = head);
        var arguments = new HttpClientArguments
        {
            OAuth2 = new OAuth2Arguments
            {
                ClientId = "me",
                ClientSecret = Secret("s3cret"),
                TokenUrl = "https://login.invalid/token",
                Proxy = new ProxyArguments { ProxyUrl = $"http://{proxy.Address}", ConnectHeader = Headers(("X-Team", ["one"])) },
            },
        };

        TokenException exception = await Assert.ThrowsAsync<TokenException>(() => GetOnceAsync(arguments, "http://target.invalid/"));

        Assert.Equal($"CONNECT login.invalid:443 HTTP/1.1\r\nHost: login.invalid:443\r\nUser-Agent: {UserAgent}\r\nX-Team: one\r\n\r\n", seen);
        Assert.Contains($"the proxy {proxy.Address} refused the tunnel to login.invalid:443 with status 503", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_HttpsToAnIPv6Address_AsksForItInBrackets()
    {
        string head = await ConnectHeadAsync("http://{0}", Headers(), "https://[fd00::1]/");
        Assert.StartsWith("CONNECT [fd00::1]:443 HTTP/1.1\r\nHost: [fd00::1]:443\r\n", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno", "status 407 Proxy Authentication Required", "put user:password into proxy_url or Proxy-Authorization into proxy_connect_header")]
    [InlineData("HTTP/1.1 403 Access violation\r\n\r\n", "status 403 Access violation", "does not allow this host or port")]
    [InlineData("HTTP/1.1 405 Method Not Allowed\r\n\r\n", "status 405 Method Not Allowed", "is it a proxy for https?")]
    [InlineData("HTTP/1.1 502\r\n\r\n", "status 502", "cannot reach the target itself")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: https://login.example\r\n\r\n", "status 302 Found", "")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 407 no\r\n\r\n", "status 407 no", "wants credentials")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1\r\n", "something that is no HTTP", "is the scheme of proxy_url")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nhello", "sent more than the head", "is it a proxy for https?")]
    [InlineData("", "closed the connection without an answer", "is it a proxy for https")]
    public async Task Get_ProxyGivesNoTunnel_NamesProxyStatusAndRemedy(string answer, string summary, string remedy)
    {
        await using RawServer proxy = Answering(answer);

        ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(
            () => GetOnceAsync(Through($"http://ada:s3cret@{proxy.Address}"), "https://target.invalid/"));

        Assert.Equal(HttpRequestError.ProxyTunnelError, exception.HttpRequestError);
        Assert.StartsWith($"the proxy {proxy.Address} ", exception.Summary, StringComparison.Ordinal);
        Assert.Contains("target.invalid:443", exception.Summary, StringComparison.Ordinal);
        Assert.Contains(summary, exception.Summary, StringComparison.Ordinal);
        Assert.Contains(remedy, exception.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_ProxyAnswersWithoutEnd_IsBounded()
    {
        await using var proxy = new RawServer(async (stream, cancellationToken) =>
        {
            await RawServer.ReadHeadAsync(stream, cancellationToken);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\n"u8.ToArray(), cancellationToken);
            while (true)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"A: {new string('b', 1000)}\r\n"), cancellationToken);
            }
        });

        ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(
            () => GetOnceAsync(Through($"http://{proxy.Address}"), "https://target.invalid/"));

        Assert.Contains("more than 16384 bytes", exception.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_ProxyNeverAnswers_SaysSoAfterTenSeconds()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var proxy = new RawServer(async (stream, cancellationToken) =>
        {
            await RawServer.ReadHeadAsync(stream, cancellationToken);
            asked.TrySetResult();
            _ = await stream.ReadAsync(new byte[1], cancellationToken);
        });
        var time = new ManualTimeProvider();
        using HttpMessageInvoker client = HttpConnections.Create(Through($"http://{proxy.Address}"), CreateContext(time));

        Task<HttpResponseMessage> get = client.GetAsync("https://target.invalid/");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(10));

        ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(() => get);
        Assert.Equal($"the proxy {proxy.Address} did not answer the request for a tunnel to target.invalid:443 within 10 s", exception.Summary);
    }

    [Fact]
    public async Task Get_SocksProxyThatIsSilent_IsBlamedLongBeforeTheLimitOfAllParts()
    {
        await using var proxy = new RawServer((stream, cancellationToken) => stream.CopyToAsync(Stream.Null, cancellationToken));
        using HttpMessageInvoker client = HttpConnections.Create(
            Through($"socks5://{proxy.Address}"), CreateContext(), new ConnectionTimes { Socks = TimeSpan.FromSeconds(1) }, _ => null);

        ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(() => client.GetAsync("http://target.invalid/"));

        Assert.Equal(HttpRequestError.ProxyTunnelError, exception.HttpRequestError);
        Assert.Equal($"the proxy {proxy.Address} gave no connection to target.invalid within 1 s", exception.Summary);
    }

    [Theory]
    [InlineData("proxy_url and no_proxy", false)]
    [InlineData("HTTP_PROXY, HTTPS_PROXY and NO_PROXY in the environment", true)]
    public async Task Get_ProxyThatIsNotThere_TheRemedyNamesWhereItIsSet(string source, bool fromEnvironment)
    {
        HttpClientArguments arguments = fromEnvironment
            ? new HttpClientArguments { Proxy = new ProxyArguments { FromEnvironment = true } }
            : Through("http://127.0.0.1:1");
        using HttpMessageInvoker client = HttpConnections.Create(
            arguments, CreateContext(), ConnectionTimes.Default, name => name == "HTTP_PROXY" ? "http://127.0.0.1:1" : null);

        ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(() => client.GetAsync("http://target.invalid/"));

        Assert.Equal($"check {source}", exception.Remedy);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "https://127.0.0.1:2/")]
    [InlineData("http://127.0.0.1:1", "http://127.0.0.1:2/")]
    [InlineData("https://127.0.0.1:1", "https://127.0.0.1:2/")]
    [InlineData("socks5://127.0.0.1:1", "https://127.0.0.1:2/")]
    public async Task Get_ProxyThatIsNotThere_IsBlamed(string proxy, string url)
    {
        HttpRequestException exception = await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetOnceAsync(Through(proxy), url));
        Assert.Equal(HttpRequestError.ProxyTunnelError, exception.HttpRequestError);
        Assert.StartsWith("the proxy 127.0.0.1:1 cannot be reached: ", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// A proxy that is itself reached by TLS is checked against its own name, with the authorities of tls_config, for http and for https
    /// targets.
    /// </summary>
    [Theory]
    [InlineData("http", "the proxy")]
    [InlineData("https", "the proxy")]
    public async Task Get_ProxyByTls_IsCheckedByItsOwnName(string scheme, string blamed)
    {
        using var authority = new Authority();
        using X509Certificate2 good = authority.Issue("proxy");
        using X509Certificate2 wrong = authority.Issue("proxy", "other.example");
        var tls = new TlsArguments { CaPem = authority.Pem, ServerName = "profiled.example" };
        await using LoopbackServer proxy = await LoopbackServer.StartAsync(good);
        await using LoopbackServer stranger = await LoopbackServer.StartAsync(wrong);

        ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(
            () => GetOnceAsync(Through($"https://127.0.0.1:{stranger.Port}") with { Tls = tls }, $"{scheme}://target.invalid/"));
        Assert.StartsWith($"the TLS handshake with {blamed} 127.0.0.1:{stranger.Port} failed: ", exception.Summary, StringComparison.Ordinal);
        Assert.Contains("it is for \"other.example\" and not for \"127.0.0.1\"", exception.Summary, StringComparison.Ordinal);

        if (scheme == "http")
        {
            using HttpResponseMessage response = await GetOnceAsync(
                Through($"https://ada:x@127.0.0.1:{proxy.Port}") with { Tls = tls }, "http://target.invalid/");
            Assert.Equal(("http://target.invalid/", AdaX), (proxy.Last.Target, proxy.Last.Header("Proxy-Authorization")));
        }
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("profiled.example", true)]
    [InlineData("other.example", false)]
    public async Task Get_ServerNameBehindAProxy_IsAskedForAndChecked(string serverName, bool connects)
    {
        using var authority = new Authority();
        using X509Certificate2 certificate = serverName.Length == 0 ? authority.Issue("server") : authority.Issue("server", "profiled.example");
        await using LoopbackServer server = await LoopbackServer.StartAsync(certificate);
        await using RawServer proxy = Forwarding(server.Port);
        var arguments = Through($"http://{proxy.Address}") with
        {
            Tls = new TlsArguments { CaPem = authority.Pem, ServerName = serverName },
        };
        Task<HttpResponseMessage> get = GetOnceAsync(arguments, server.Url("/x", scheme: "https"));

        if (connects)
        {
            using HttpResponseMessage response = await get;
            Assert.Equal(("/x", "HTTP/2", serverName), (server.Last.Target, server.Last.Protocol, server.LastServerName));
        }
        else
        {
            ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(() => get);
            Assert.Contains("and not for \"other.example\"", exception.Summary, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// Through SOCKS the handler itself speaks TLS: the server is asked for the URL's host, and the certificate is checked against
    /// server_name.
    /// </summary>
    [Theory]
    [InlineData("", "127.0.0.1", true)]
    [InlineData("profiled.example", "profiled.example", true)]
    [InlineData("other.example", "profiled.example", false)]
    [InlineData("", "profiled.example", false)]
    public async Task Get_Socks_ChecksTheCertificateByServerName(string serverName, string certified, bool connects)
    {
        using var authority = new Authority();
        using X509Certificate2 certificate = certified == "127.0.0.1" ? authority.Issue("server") : authority.Issue("server", certified);
        await using LoopbackServer server = await LoopbackServer.StartAsync(certificate);
        await using RawServer proxy = Socks(server.Port);
        var arguments = Through($"socks5://{proxy.Address}") with { Tls = new TlsArguments { CaPem = authority.Pem, ServerName = serverName } };
        Task<HttpResponseMessage> get = GetOnceAsync(arguments, server.Url("/x", scheme: "https"));

        if (connects)
        {
            using HttpResponseMessage response = await get;
            Assert.Equal("HTTP/2", server.Last.Protocol);
        }
        else
        {
            ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(() => get);
            Assert.Contains($"it is for \"{certified}\" and not for", exception.Summary, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task Get_SocksWithUser_SaysWhoItIs(string scheme)
    {
        using var authority = new Authority();
        using X509Certificate2 certificate = authority.Issue("server");
        await using LoopbackServer server = await LoopbackServer.StartAsync(scheme == "http" ? null : certificate);
        string user = "";
        await using RawServer proxy = Socks(server.Port, seen => user = seen);
        var arguments = Through($"socks5h://ada:p%40ss@{proxy.Address}") with { Tls = new TlsArguments { CaPem = authority.Pem } };

        using HttpResponseMessage response = await GetOnceAsync(arguments, server.Url("/x", scheme: scheme));

        Assert.Equal(("ada:p@ss", "/x"), (user, server.Last.Target));
        Assert.Null(server.Last.Header("Proxy-Authorization"));
    }

    private static string AdaX => "Basic " + Convert.ToBase64String("ada:x"u8);

    private static HttpClientArguments Through(string proxy) => new() { Proxy = new ProxyArguments { ProxyUrl = proxy } };

    private static async Task<string> ConnectHeadAsync(
        string proxyUrl, IReadOnlyDictionary<string, IReadOnlyList<Syntax.Values.SecretValue>> headers, string url = "https://target.invalid:8443/x")
    {
        string seen = "";
        await using RawServer proxy = Refusing(head => seen = head);
        var arguments = new HttpClientArguments
        {
            Proxy = new ProxyArguments { ProxyUrl = string.Format(proxyUrl, proxy.Address), ConnectHeader = headers },
        };
        await Assert.ThrowsAsync<ConnectionException>(() => GetOnceAsync(arguments, url));
        return seen;
    }
}
