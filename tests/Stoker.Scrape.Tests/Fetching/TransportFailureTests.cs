using System.Net;
using System.Net.Sockets;
using Stoker.Http;
using Stoker.Syntax.Values;
using Stoker.TestKit;
using Stoker.TestKit.OAuth2;
using static Stoker.Scrape.Tests.Fetching.Probe;

namespace Stoker.Scrape.Tests.Fetching;

/// <summary>Bodies and connections that do not end well, over real connections; the clock moves only where a test moves it.</summary>
public sealed class TransportFailureTests
{
    [Fact]
    public async Task DeclaredLengthOverTheLimit_IsRefusedAtOnce()
    {
        // Only the head is sent: waiting for the body would wait for ever.
        await using var target = new RawTarget(async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(RawTarget.Head("200 OK", "Content-Length: 1073741824\r\n"), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        });

        ScrapeReport report = await ScrapeAsync(target);

        Assert.Equal("too_large", report.Failure?.ReasonText);
        Assert.Contains("1073741824", report.Failure!.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Transfer-Encoding: chunked\r\n")]
    public async Task EndlessBody_IsCutAtTheLimit(string headers)
    {
        byte[] chunk = [.. "1000\r\n"u8, .. new byte[4096], .. "\r\n"u8];
        await using var target = new RawTarget(async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(RawTarget.Head("200 OK", headers), cancellationToken);
            while (true)
            {
                await stream.WriteAsync(chunk, cancellationToken);
            }
        });

        ScrapeReport report = await ScrapeAsync(target);

        Assert.Equal("too_large", report.Failure?.ReasonText);
        Assert.Equal(Limits.ResponseSizeLimit + 1, report.WireBytes);
    }

    [Fact]
    public async Task CredentialsFileThatIsMissing_IsNamedAndNotTakenForALostConnection()
    {
        await using var target = RawTarget.Serving([]);

        ScrapeReport report = await ScrapeAsync(target, http: new Http.HttpClientArguments { BearerTokenFile = "/nowhere/token" });

        Assert.Equal("protocol", report.Failure?.ReasonText);
        Assert.Contains("bearer_token_file \"/nowhere/token\" cannot be read: it does not exist", report.Failure!.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenServerThatRefuses_IsTheFailureAndNotTheTarget()
    {
        await using TokenServer tokens = await TokenServer.StartAsync();
        tokens.ClientSecret = "another";
        await using var target = new RawTarget((_, _) => throw new InvalidOperationException("The target was asked."));

        ScrapeReport report = await ScrapeAsync(target, http: OAuth2(tokens));

        Assert.Equal("oauth2", report.Failure?.ReasonText);
        Assert.Equal(
            $"GET {report.Url}: oauth2: no token from {tokens.TokenUrl}: status 401, invalid_client: Client authentication failed.; check client_id and client_secret",
            report.Failure!.ToString());
    }

    [Theory]
    [InlineData(null, 10, "no answer within 10s")]
    [InlineData(3, 3, "it had not answered when the request's own time was over")]
    public async Task TokenServerThatHangs_IsNamedWhicheverDeadlineIsFirst(int? timeout, int seconds, string reason)
    {
        var time = new ManualTimeProvider();
        await using TokenServer tokens = await TokenServer.StartAsync();
        tokens.Script = _ => TokenServerAnswer.Hang;
        await using var target = RawTarget.Serving([]);

        Task<ScrapeReport> scrape = ScrapeAsync(
            new Uri($"http://{target.Address}/p"), OAuth2(tokens), time, timeout: timeout is { } own ? TimeSpan.FromSeconds(own) : null);
        await tokens.WaitForRequestsAsync(1).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(seconds));
        ScrapeReport report = await scrape;

        Assert.Equal("oauth2", report.Failure?.ReasonText);
        Assert.Contains($"no token from {tokens.TokenUrl}: {reason}", report.Failure!.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GzipBomb_IsCutAtTheLimit()
    {
        byte[] bomb = TestProfiles.Gzip(new byte[10 << 20]);
        Assert.InRange(bomb.Length, 1, (int)Limits.ResponseSizeLimit);
        await using var target = RawTarget.Serving(bomb);

        ScrapeReport report = await ScrapeAsync(target);

        Assert.Equal("bomb", report.Failure?.ReasonText);
        Assert.Contains("body_size_limit", report.Failure!.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 1000\r\n", "4 of 1000 bytes")]
    [InlineData("Transfer-Encoding: chunked\r\n", "in the middle of the body")]
    public async Task ClosedHalfWay_SaysSo(string headers, string message)
    {
        byte[] start = headers.StartsWith('T') ? [.. "5\r\n"u8, 1, 2, 3] : [1, 2, 3, 4];
        await using var target = RawTarget.Answering(RawTarget.Head("200 OK", headers), start);

        ScrapeReport report = await ScrapeAsync(target);

        Assert.Equal("closed", report.Failure?.ReasonText);
        Assert.Contains(message, report.Failure!.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClosedWithoutAnAnswer_SaysSo()
    {
        await using var target = RawTarget.Answering();

        Assert.Equal("closed", (await ScrapeAsync(target)).Failure?.ReasonText);
    }

    [Fact]
    public async Task SlowBody_IsCutAtTheDeadline()
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var target = new RawTarget(async (stream, cancellationToken) =>
        {
            await stream.WriteAsync(RawTarget.Head("200 OK", "Content-Length: 1000\r\n"), cancellationToken);
            await stream.WriteAsync(new byte[] { 1 }, cancellationToken);
            sent.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        });
        var time = new ManualTimeProvider();

        Task<ScrapeReport> scrape = ScrapeAsync(target, time: time);
        await sent.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(18));
        ScrapeReport report = await scrape;

        Assert.Equal("timeout", report.Failure?.ReasonText);
        Assert.Contains("18s", report.Failure!.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SlowErrorBody_StillTellsTheStatus()
    {
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var time = new ManualTimeProvider();
        var handler = new ScriptedHttpHandler(_ =>
        {
            answered.SetResult();
            return new HttpResponseMessage(HttpStatusCode.NotFound) { Content = new StreamContent(new HangingStream()) };
        });

        Task<ScrapeReport> scrape = ScrapeAsync(handler, time);
        await answered.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(18));

        Assert.Equal("not_found", (await scrape).Failure?.ReasonText);
    }

    [Fact]
    public async Task Refused_SaysThatNothingListens()
    {
        int port;
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            // Bound but not listening: the port belongs to nobody else, and connections to it are refused.
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port = ((IPEndPoint)socket.LocalEndPoint!).Port;

            ScrapeReport report = await ScrapeAsync(new Uri($"http://127.0.0.1:{port}/p"));

            Assert.Equal("connect", report.Failure?.ReasonText);
            Assert.Contains("nothing listens there", report.Failure!.Remedy, StringComparison.Ordinal);
            Assert.Null(report.Status);
        }
    }

    [Fact]
    public async Task UnknownHost_SaysThatTheNameWasNotResolved()
    {
        var handler = new ScriptedHttpHandler((_, _) => throw new HttpRequestException(
            HttpRequestError.NameResolutionError, "Name or service not known", new SocketException((int)SocketError.HostNotFound)));

        ScrapeReport report = await ScrapeAsync(handler);

        Assert.Equal("dns", report.Failure?.ReasonText);
        Assert.Contains("\"target\" was not resolved", report.Failure!.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HttpsToPlainHttp_NamesTheScheme()
    {
        await using var target = new RawTarget(
            (stream, cancellationToken) => stream.WriteAsync(RawTarget.Head("400 Bad Request", ""), cancellationToken).AsTask(), readsHead: false);

        ScrapeReport report = await ScrapeAsync(new Uri($"https://{target.Address}/p"));

        Assert.Equal("tls", report.Failure?.ReasonText);
        Assert.Contains("scheme = \"http\"", report.Failure!.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HttpToTls_NamesTheScheme()
    {
        // The alert of a TLS server that was sent something else.
        await using var target = RawTarget.Answering([0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46]);

        ScrapeReport report = await ScrapeAsync(target);

        Assert.Contains(report.Failure?.ReasonText, (string[])["protocol", "closed"]);
        Assert.Contains("scheme = \"https\"", report.Failure!.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UntrustedCertificate_NamesTheSettings()
    {
        await using var target = new RawTarget((_, _) => Task.CompletedTask, tls: true);

        ScrapeReport report = await ScrapeAsync(new Uri($"https://{target.Address}/p"));

        Assert.Equal("tls", report.Failure?.ReasonText);
        Assert.Equal(
            $"the TLS handshake with {target.Address} failed: the server's certificate was refused: it is self-signed and none that this machine trusts; "
            + "it is for no host at all (subject \"CN=nobody\") and not for \"127.0.0.1\"",
            report.Failure!.Summary);
        Assert.Equal("set ca_file or ca_pem in tls_config to this certificate", report.Failure.Remedy);
    }

    /// <summary>What nginx answers on a port with TLS to who speaks plain HTTP there, or has another certificate than it wants.</summary>
    [Theory]
    [InlineData("<center>The plain HTTP request was sent to HTTPS port</center>", "protocol", "scheme = \"https\"")]
    [InlineData("<center>No required SSL certificate was sent</center>", "tls", "wants a client certificate: set cert_file and key_file")]
    [InlineData("<center>The SSL certificate error</center>", "tls", "refused the client certificate")]
    public async Task NginxRefusesTheConnection_NamesTheSetting(string body, string reason, string remedy)
    {
        await using RawTarget target = RawTarget.Serving(System.Text.Encoding.ASCII.GetBytes(body), "400 Bad Request", "Content-Type: text/html\r\n");

        ScrapeReport report = await ScrapeAsync(target);

        Assert.Equal(reason, report.Failure?.ReasonText);
        Assert.Contains(remedy, report.Failure!.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProxyGivesNoTunnel_IsTheProxysFault()
    {
        await using RawTarget proxy = RawTarget.Answering("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"u8.ToArray());
        var http = new HttpClientArguments { Proxy = new ProxyArguments { ProxyUrl = $"http://{proxy.Address}" } };

        ScrapeReport report = await ScrapeAsync(new Uri("https://target.invalid/p"), http);

        Assert.Equal("proxy", report.Failure?.ReasonText);
        Assert.Contains("407 Proxy Authentication Required", report.Failure!.Summary, StringComparison.Ordinal);
        Assert.Contains("put user:password into proxy_url", report.Failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HandshakeWithoutAnAnswer_IsNoTimeoutOfTheScrape()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var target = new RawTarget(
            async (_, cancellationToken) =>
            {
                asked.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            },
            readsHead: false);
        var time = new ManualTimeProvider();

        Task<ScrapeReport> scrape = ScrapeAsync(new Uri($"https://{target.Address}/p"), time: time);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(10));
        ScrapeReport report = await scrape;

        Assert.Equal("tls", report.Failure?.ReasonText);
        Assert.Contains("was not answered within 10 s", report.Failure!.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UserInTheUrl_IsNotShown()
    {
        await using var target = RawTarget.Serving([], "404 Not Found");

        ScrapeReport report = await ScrapeAsync(new Uri($"http://me:secret@{target.Address}/p?a=b"));

        Assert.Equal($"http://{target.Address}/p?a=b", report.Url);
        Assert.DoesNotContain("secret", report.Failure!.ToString(), StringComparison.Ordinal);
    }

    private static Http.HttpClientArguments OAuth2(TokenServer tokens) => new()
    {
        OAuth2 = new Http.OAuth2Arguments { ClientId = "stoker", ClientSecret = new SecretValue("s3cret"), TokenUrl = tokens.TokenUrl },
    };

    private sealed class HangingStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        }
    }
}
