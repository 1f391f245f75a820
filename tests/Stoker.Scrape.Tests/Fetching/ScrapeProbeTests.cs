using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;
using Stoker.Components;
using Stoker.Http;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Fetching;

/// <summary>Every answer that a target can give, over real connections; the clock stands still, so nothing here depends on time.</summary>
public sealed class ScrapeProbeTests
{
    private static readonly byte[] Profile = TestProfiles.Cpu(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), ("f", 7), ("g", 1));

    private static readonly ScrapeArguments Limits = new() { ResponseSizeLimit = 64 * 1024, BodySizeLimit = 256 * 1024 };

    [Fact]
    public async Task GzipProfile_IsExplained()
    {
        byte[] body = TestProfiles.Gzip(Profile);
        await using var target = RawTarget.Serving(body);

        ScrapeReport report = await ScrapeAsync(target, "/debug/pprof/profile?seconds=5");

        Assert.Null(report.Failure);
        Assert.Equal(200, report.Status);
        Assert.Equal("application/octet-stream", report.ContentType);
        Assert.Equal(body.Length, report.WireBytes);
        Assert.True(report.IsCompressed);
        Assert.Equal(Profile.Length, report.PlainBytes);
        Assert.Equal(2, report.Summary!.SampleCount);
        Assert.Equal(["samples/count", "cpu/nanoseconds"], report.Summary.SampleTypes.Select(type => type.ToString()));
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), report.ProfileTime);
        Assert.Equal(TimeSpan.FromSeconds(18), report.Deadline);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Content-Type: text/plain\r\n")]
    [InlineData("Content-Type: application/x-gzip\r\n")]
    [InlineData("Content-Type: nonsense\r\n")]
    [InlineData("Content-Encoding: identity\r\n")]
    public async Task Profile_IsTakenWhateverItsHeadersSay(string headers)
    {
        await using var plain = RawTarget.Serving(Profile, headers: headers);
        await using var gzip = RawTarget.Serving(TestProfiles.Gzip(Profile), headers: headers);

        Assert.Null((await ScrapeAsync(plain)).Failure);
        Assert.Null((await ScrapeAsync(gzip)).Failure);
    }

    [Fact]
    public async Task ContentEncodingGzip_AroundPlainOrGzip_IsTakenOff()
    {
        byte[] once = TestProfiles.Gzip(Profile);
        await using var plain = RawTarget.Serving(once, headers: "Content-Encoding: gzip\r\n");
        await using var twice = RawTarget.Serving(TestProfiles.Gzip(once), headers: "Content-Encoding: gzip\r\n");

        Assert.Null((await ScrapeAsync(plain)).Failure);
        Assert.Equal(Profile.Length, (await ScrapeAsync(twice)).PlainBytes);
    }

    public static TheoryData<string, string, string, string, string> TextAnswers => new()
    {
        // Status, headers, body, reason, remedy.
        { "200 OK", "Content-Type: text/html\r\n", "<!DOCTYPE html><html><body>Log in</body></html>", "html", "login page" },
        { "200 OK", "", "\n  <html>", "html", "pprof port" },
        { "200 OK", "Content-Type: application/json\r\n", "{\"status\":\"ok\"}", "json", "pprof port" },
        { "200 OK", "Content-Type: text/plain\r\n", "heap profile: 1: 2 [3: 4] @ heap/1048576\n", "text", "debug=1" },
        { "200 OK", "", "--- contention:\ncycles/second=1\n", "text", "debug=1" },
        { "200 OK", "", "goroutine 1 [running]:\nmain.main()\n", "text", "debug=2" },
        { "200 OK", "", "hello there", "text", "pprof port" },
        { "200 OK", "", "", "empty", "may not support" },
        { "204 No Content", "", "", "status", "only 200 OK" },
        { "206 Partial Content", "", "part", "status", "only 200 OK" },
        { "201 Created", "", "", "status", "only 200 OK" },
        { "404 Not Found", "Content-Type: text/plain\r\n", "Unknown profile\n", "not_found", "enabled = false" },
        { "401 Unauthorized", "", "who are you", "denied", "credentials" },
        { "403 Forbidden", "", "no", "denied", "credentials" },
        { "500 Internal Server Error", "", "Could not enable CPU profiling: cpu profiling already in use\n", "cpu_in_use", "another collector" },
        { "500 Internal Server Error", "", "oops", "status", "" },
        { "400 Bad Request", "", "profile duration exceeds server's WriteTimeout\n", "status", "lower delta_profiling_duration" },
        { "400 Bad Request", "", "Client sent an HTTP request to an HTTPS server.\n", "protocol", "scheme = \"https\"" },
        { "302 Found", "", "", "status", "leads nowhere" },
        { "503 Service Unavailable", "", "", "status", "not ready" },
    };

    [Theory]
    [MemberData(nameof(TextAnswers))]
    public async Task Answer_ThatIsNoProfile_HasItsReasonAndRemedy(string status, string headers, string body, string reason, string remedy)
    {
        await using var target = RawTarget.Serving(Encoding.UTF8.GetBytes(body), status, headers);

        ScrapeReport report = await ScrapeAsync(target);

        Assert.Equal(reason, report.Failure?.ReasonText);
        string text = report.Failure!.ToString();
        Assert.StartsWith($"GET http://{target.Address}/p: ", text, StringComparison.Ordinal);
        Assert.Contains($"status {status[..3]}", text, StringComparison.Ordinal);
        Assert.Contains(remedy, text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text);
        if (body.Length > 0)
        {
            Assert.Contains(body.Split('\n').First(line => line.Trim().Length > 0).Trim(), text, StringComparison.Ordinal);
        }

        if (headers.Length > 0)
        {
            Assert.Contains($"content type {headers.Split(": ")[1].Trim()}", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Redirect_NotFollowed_NamesWhereItLeads()
    {
        await using var target = RawTarget.Serving([], "302 Found", "Location: /login\r\n");

        ScrapeReport report = await ScrapeAsync(target, http: new HttpClientArguments { FollowRedirects = false });

        Assert.Equal("status", report.Failure?.ReasonText);
        Assert.Contains($"redirects to http://{target.Address}/login", report.Failure!.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LongErrorBody_IsReadAndShownInPart()
    {
        await using var target = RawTarget.Answering(RawTarget.Head("500 Oops", ""), Encoding.ASCII.GetBytes(new string('x', 100_000)));

        ScrapeReport report = await ScrapeAsync(target);

        Assert.Equal(2048, report.WireBytes);
        Assert.Contains($"\"{new string('x', 256)}...\"", report.Failure!.Summary, StringComparison.Ordinal);
        Assert.InRange(report.Failure.ToString().Length, 256, 512);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x00, 0x01, 0x02, 0x03 }, "not_pprof")]
    [InlineData(new byte[] { 0x0A, 0x04, 0x08, 0x01, 0x10, 0x02, 0xFF }, "bad_pprof")]
    [InlineData(new byte[] { 0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F }, "bad_pprof")]
    [InlineData(new byte[] { 0x1F, 0x8B, 0x08, 0x00, 0x00 }, "bad_gzip")]
    [InlineData(new byte[] { 0x1F, 0x8B, 0xFF, 0xFF }, "bad_gzip")]
    public async Task Garbage_HasItsReason(byte[] body, string reason)
    {
        await using var target = RawTarget.Serving(body);

        ScrapeReport report = await ScrapeAsync(target);

        Assert.Equal(reason, report.Failure?.ReasonText);
        Assert.Null(report.Summary);
    }

    [Fact]
    public async Task EveryCutOfAProfile_FailsOrReads_AndNeverThrows()
    {
        byte[] body = TestProfiles.Gzip(Profile);
        for (int length = 1; length < body.Length; length++)
        {
            byte[] cut = body[..length];
            var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(cut));

            ScrapeReport report = await ScrapeAsync(handler);

            Assert.Contains(report.Failure?.ReasonText, (string[])["bad_gzip", "not_pprof", "bad_pprof"]);
        }
    }

    [Fact]
    public async Task GzipWithinGzip_IsRefused()
    {
        await using var target = RawTarget.Serving(TestProfiles.Gzip(TestProfiles.Gzip(Profile)));

        ScrapeReport report = await ScrapeAsync(target);

        Assert.Equal("bad_gzip", report.Failure?.ReasonText);
        Assert.Contains("twice", report.Failure!.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherContentEncoding_IsNamed()
    {
        var compressed = new MemoryStream();
        await using (var brotli = new BrotliStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await brotli.WriteAsync(Profile, TestContext.Current.CancellationToken);
        }

        await using var target = RawTarget.Serving(compressed.ToArray(), headers: "Content-Encoding: br\r\n");

        Assert.Contains("\"br\"", (await ScrapeAsync(target)).Failure!.Summary, StringComparison.Ordinal);
    }

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
        Assert.Contains("tls_config", report.Failure!.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UserInTheUrl_IsNotShown()
    {
        await using var target = RawTarget.Serving([], "404 Not Found");

        ScrapeReport report = await ScrapeAsync(new Uri($"http://me:secret@{target.Address}/p?a=b"));

        Assert.Equal($"http://{target.Address}/p?a=b", report.Url);
        Assert.DoesNotContain("secret", report.Failure!.ToString(), StringComparison.Ordinal);
    }

    private static Task<ScrapeReport> ScrapeAsync(
        RawTarget target, string path = "/p", HttpClientArguments? http = null, ManualTimeProvider? time = null) =>
        ScrapeAsync(new Uri($"http://{target.Address}{path}"), http, time);

    private static Task<ScrapeReport> ScrapeAsync(ScriptedHttpHandler handler, ManualTimeProvider? time = null) =>
        ScrapeAsync(new Uri("http://target:1/p"), null, time, handler);

    private static async Task<ScrapeReport> ScrapeAsync(
        Uri url, HttpClientArguments? http = null, ManualTimeProvider? time = null, HttpMessageHandler? handler = null)
    {
        time ??= new ManualTimeProvider();
        var context = new ComponentContext
        {
            Id = "probe",
            Logger = NullLogger.Instance,
            Time = time,
            Metrics = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry()),
            StoragePath = "/nowhere",
            Agent = new AgentIdentity("0.0.0", "Stoker/test", "00000000-0000-0000-0000-000000000000"),
            PublishExports = _ => { },
            HttpHandler = handler,
        };
        using HttpMessageInvoker client = HttpConnections.Create(http ?? new HttpClientArguments(), context);
        return await ScrapeProbe.RunAsync(url, timeout: null, Limits, client, time, TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private sealed class HangingStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        }
    }
}
