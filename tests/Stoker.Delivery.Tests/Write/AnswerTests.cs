using Stoker.Delivery.Write;
using Stoker.TestKit;
using Stoker.TestKit.Pyroscope;

namespace Stoker.Delivery.Tests.Write;

/// <summary>What each answer leads to, row by row of the table in the reference page.</summary>
public sealed class AnswerTests
{
    /// <summary>Answers for the server's or the network's trouble: the profile is kept and delivered when the server is well again.</summary>
    public static TheoryData<string, StandInAnswer, string> Transient { get; } = new()
    {
        { "408", StandInAnswer.Plain(408), "HTTP 408" },
        { "409 aborted", StandInAnswer.Error("aborted", "try again"), "HTTP 409 aborted: try again" },
        { "429", StandInAnswer.Error("resource_exhausted", "push rate limit (4 MB) exceeded"), "HTTP 429 resource_exhausted: push rate limit (4 MB) exceeded" },
        { "500", StandInAnswer.Error("unknown", "disk on fire"), "HTTP 500 unknown: disk on fire" },
        { "502 page", StandInAnswer.Plain(502, "<html>\n<h1>Bad Gateway</h1></html>"), "HTTP 502: <html> <h1>Bad Gateway</h1></html>" },
        { "503", StandInAnswer.Error("unavailable", "draining"), "HTTP 503 unavailable: draining" },
        { "504", StandInAnswer.Error("deadline_exceeded", "too slow"), "HTTP 504 deadline_exceeded: too slow" },
        { "520", StandInAnswer.Plain(520), "HTTP 520: an empty answer" },
        { "reset", StandInAnswer.Reset, "connection" },
    };

    /// <summary>Answers that come from a wrong configuration: the profile is kept, and tried about once a minute.</summary>
    public static TheoryData<string, StandInAnswer, string> Configuration { get; } = new()
    {
        { "401", StandInAnswer.Error("unauthenticated", "no org id"), "HTTP 401 unauthenticated: no org id" },
        { "403", StandInAnswer.Plain(403, "forbidden"), "HTTP 403: forbidden" },
        { "404", StandInAnswer.Plain(404, "404 page not found"), "HTTP 404: 404 page not found" },
        { "405", StandInAnswer.Plain(405), "HTTP 405" },
        { "415", StandInAnswer.Plain(415), "HTTP 415" },
        { "501", StandInAnswer.Error("unimplemented", "no such call"), "HTTP 501 unimplemented: no such call" },
        { "200 html", StandInAnswer.Plain(200, "<html>Log in</html>"), "content type text/html instead of application/proto, so this is no Pyroscope: <html>Log in</html>" },
        { "200 json", StandInAnswer.Plain(200, "{}", "application/json"), "application/json" },
        { "204", new StandInAnswer { Status = 204 }, "no content type" },
        { "200 endless proto", new StandInAnswer { ContentType = "application/proto", Body = new byte[200_000] }, "over 64 KiB" },
        { "302", StandInAnswer.Plain(302).With("Location", "http://elsewhere.test/login"), "redirects to http://elsewhere.test/login" },
        { "307 other port", StandInAnswer.Plain(307).With("Location", "http://ada:word@127.0.0.1:1/x?token=y"), "redirects to http://127.0.0.1:1/x, which is not followed" },
        { "401 broken text", StandInAnswer.Plain(401, "{\"code\":\"unauthenticated\",\"message\":\"\\ud800\"}", "application/json"), "HTTP 401" },
        { "308 elsewhere", StandInAnswer.Plain(308).With("Location", "https://127.0.0.1/x"), "redirects to https://127.0.0.1/x" },
    };

    /// <summary>Answers that are about the profile: it is dropped, with its reason, and the next one is sent at once.</summary>
    public static TheoryData<string, StandInAnswer, string> Final { get; } = new()
    {
        { "400", StandInAnswer.Error("invalid_argument", "malformed profile: no sample types"), "refused" },
        { "400 page", StandInAnswer.Plain(400, "Bad Request"), "refused" },
        { "400 failed_precondition", StandInAnswer.Error("failed_precondition", "no"), "refused" },
        { "400 out_of_range", StandInAnswer.Error("out_of_range", "no"), "refused" },
        { "422", StandInAnswer.Plain(422), "refused" },
        { "400 window", StandInAnswer.Error("invalid_argument", "profile with labels '{}' is outside of ingestion window (profile timestamp: ..., ...)"), "too_old" },
        { "400 window reason", StandInAnswer.Error("invalid_argument", "not_in_ingestion_window"), "too_old" },
        { "413", StandInAnswer.Plain(413, "413 Request Entity Too Large"), "too_large" },
    };

    [Theory]
    [MemberData(nameof(Transient))]
    public async Task Answer_OfAServerInTrouble_IsRetriedUntilItIsWell(string name, StandInAnswer answer, string error)
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server);
        server.Script = _ => answer;

        write.Accept(name);
        for (int tries = 1; tries <= 4; tries++)
        {
            await write.LoggedAsync(Events.PushFailed, tries);
            await write.AdvanceAsync(TimeSpan.FromMinutes(5));
        }

        Assert.Contains(error, write.State("last_error"), StringComparison.Ordinal);
        Assert.Equal(0, write.Count("delivered"));
        Assert.Equal(1, write.Count("queued"));

        await write.LoggedAsync(Events.PushFailed, 5);
        server.Script = null;
        await write.AdvanceAsync(TimeSpan.FromMinutes(5));
        await write.LoggedAsync(Events.ProfileDelivered);
        Assert.Equal(1, write.Count("delivered"));
        Assert.Equal(5, write.Count("retries"));
        Assert.Single(server.Accepted);
    }

    [Theory]
    [MemberData(nameof(Configuration))]
    public async Task Answer_OfAWrongConfiguration_KeepsTheProfileAndIsTriedSlowly(string name, StandInAnswer answer, string error)
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server);
        server.Script = _ => answer;

        write.Accept(name);
        await write.LoggedAsync(Events.EndpointFailing);
        LogLine line = Assert.Single(write.Log.Of(Events.EndpointFailing));
        Assert.Contains(error, line["error"], StringComparison.Ordinal);
        Assert.Contains("check the", line["remedy"], StringComparison.Ordinal);
        Assert.Equal("failing", write.State("state"));
        Assert.Contains("1 failing: ", write.Health, StringComparison.Ordinal);

        await write.AdvanceAsync(TimeSpan.FromSeconds(61));
        await write.LoggedAsync(Events.PushFailed, 2);
        server.Script = null;
        await write.AdvanceAsync(TimeSpan.FromSeconds(61));
        await write.LoggedAsync(Events.EndpointRecovered);

        Assert.Equal(1, write.Count("delivered"));
        Assert.Equal("healthy", write.State("state"));
        Assert.Single(write.Log.Of(Events.EndpointFailing));
    }

    [Theory]
    [MemberData(nameof(Final))]
    public async Task Answer_AboutTheProfile_DropsItWithTheReasonAndGoesOn(string name, StandInAnswer answer, string reason)
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server);
        server.Script = push => push.ServiceName == name ? answer : null;

        write.Accept(name);
        await write.LoggedAsync(Events.ProfilesDropped);
        write.Accept("good");
        await write.LoggedAsync(Events.ProfileDelivered);

        Assert.Equal(1, write.Dropped(reason));
        LogLine line = Assert.Single(write.Log.Of(Events.ProfilesDropped));
        Assert.Equal(reason, line["reason"]);
        Assert.Contains($"HTTP {answer.Status}", line["detail"], StringComparison.Ordinal);
        Assert.Contains($"service_name=\"{name}\"", line["labels"], StringComparison.Ordinal);
        Assert.Equal(Write.PresentProfile.Length.ToString(), line["bytes"]);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal("healthy", write.State("state"));
        Assert.Contains($"reason=\"{reason}\"}} 1\n", await write.ExportMetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_TooOldByTheRealCheck_IsCountedAsTooOld()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server);

        byte[] old = SampleProfile.CreateGzip(TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(2));
        write.Receiver.Accept(SampleProfile.Scraped(write.Time, "late", bytes: old));
        await write.LoggedAsync(Events.ProfilesDropped);

        Assert.Equal(1, write.Dropped("too_old"));
    }

    [Fact]
    public async Task Answer_NoneWithinTheTimeout_IsRetried()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server, endpoint => endpoint with { RemoteTimeout = TimeSpan.FromMinutes(5) });
        server.Script = _ => StandInAnswer.Hang;

        write.Accept();
        await Running.Bounded(server.WaitForArrivalsAsync(1));
        server.Script = null;
        write.Time.Advance(TimeSpan.FromMinutes(5));
        await write.LoggedAsync(Events.PushFailed);
        Assert.Equal("no answer within 5m0s", write.State("last_error"));

        await write.AdvanceAsync(TimeSpan.FromSeconds(10));
        await write.LoggedAsync(Events.ProfileDelivered);
    }

    [Fact]
    public async Task Answer_ThatDripsWithoutEnd_EndsAtTheTimeout()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.Start(new EndpointArguments { Url = server.Url });
        server.Script = _ => StandInAnswer.Drip;

        write.Accept();
        await Running.Bounded(server.WaitForRequestsAsync(1));
        write.Time.Advance(TimeSpan.FromSeconds(10));
        await write.LoggedAsync(Events.PushFailed);

        Assert.Equal("no answer within 10s", write.State("last_error"));
        Assert.Equal(1, write.Count("queued"));
    }

    [Fact]
    public async Task Answer_LostAfterTheServerStored_IsRetried()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server);
        server.Script = _ => StandInAnswer.Reset with { Stores = true };

        write.Accept();
        await write.LoggedAsync(Events.PushFailed);
        server.Script = null;
        await write.AdvanceAsync(TimeSpan.FromSeconds(5));
        await write.LoggedAsync(Events.ProfileDelivered);

        Assert.Equal(2, server.AcceptedCount);
        Assert.Equal(1, write.Count("delivered"));
        string metrics = await write.ExportMetricsAsync();
        Assert.Contains($"stoker_write_possible_duplicates_total{{component_path=\"/\",component_id=\"pyroscope.write.test\",endpoint=\"{server.Url}\"}} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_RedirectAtTheSameServer_IsFollowedWithTheSamePush()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server);
        int redirects = 0;
        server.Script = _ => Interlocked.Increment(ref redirects) == 1
            ? StandInAnswer.Plain(307).With("Location", $"{server.Url}/push.v1.PusherService/Push?moved")
            : null;

        write.Accept();
        await Running.Bounded(server.WaitForAcceptedAsync(1));

        Assert.Equal(Write.PresentProfile, Assert.Single(server.Accepted).Bytes);
    }

    [Fact]
    public async Task Answer_RedirectLoop_EndsAsAWrongConfiguration()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server);
        server.Script = _ => StandInAnswer.Plain(308).With("Location", "/push.v1.PusherService/Push");

        write.Accept();
        await write.LoggedAsync(Events.EndpointFailing);

        Assert.Equal(4, server.Requests.Count);
    }

    [Fact]
    public async Task Answer_WithRetryAfter_IsHonoured()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server);
        server.Script = _ => StandInAnswer.Plain(429).With("Retry-After", "250");

        write.Accept();
        await write.LoggedAsync(Events.EndpointFailing);
        server.Script = null;
        await write.AdvanceAsync(TimeSpan.FromSeconds(200));
        Assert.Equal(1, write.Count("queued"));
        Assert.Single(server.Requests);

        await write.AdvanceAsync(TimeSpan.FromSeconds(60));
        await write.LoggedAsync(Events.ProfileDelivered);
    }

    [Fact]
    public async Task Answer_429WithoutRetry_DropsTheProfile()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server, endpoint => endpoint with { RetryOnHttp429 = false });

        // A proxy's 429 has no Connect error in it; the status alone decides.
        server.Script = _ => StandInAnswer.Plain(429, "slow down");

        write.Accept();
        await write.LoggedAsync(Events.ProfilesDropped);

        Assert.Equal(1, write.Dropped("rate_limited"));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Answer_GzippedError_IsReadable()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server);
        using var body = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(body, System.IO.Compression.CompressionLevel.Fastest))
        {
            gzip.Write(new ConnectError("invalid_argument", "no labels, please").ToJson());
        }

        StandInAnswer refusal = new StandInAnswer { Status = 400, ContentType = "application/json", Body = body.ToArray() }.With("Content-Encoding", "gzip");
        server.Script = _ => refusal;

        write.Accept();
        await write.LoggedAsync(Events.ProfilesDropped);

        Assert.Equal("HTTP 400 invalid_argument: no labels, please", write.State("last_error"));
    }
}
