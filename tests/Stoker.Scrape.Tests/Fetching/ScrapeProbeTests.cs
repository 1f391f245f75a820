using System.IO.Compression;
using System.Text;
using Stoker.Http;
using Stoker.TestKit;
using static Stoker.Scrape.Tests.Fetching.Probe;

namespace Stoker.Scrape.Tests.Fetching;

/// <summary>Every answer that a target can give, over real connections; the clock stands still, so nothing here depends on time.</summary>
public sealed class ScrapeProbeTests
{
    private static readonly byte[] Profile = TestProfiles.Cpu(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), ("f", 7), ("g", 1));

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
}
