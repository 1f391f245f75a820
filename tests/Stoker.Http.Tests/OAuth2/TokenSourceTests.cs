using System.Net;
using Stoker.TestKit;
using Stoker.TestKit.OAuth2;
using static Stoker.Http.Tests.Client;
using static Stoker.Http.Tests.OAuth2.Tokens;

namespace Stoker.Http.Tests.OAuth2;

/// <summary>How long a token is kept, and who waits for the next one; the server's clock is the client's.</summary>
public sealed class TokenSourceTests
{
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(60, 49, 51)]
    [InlineData(3600, 3589, 3591)]
    [InlineData(20, 14, 16)]
    [InlineData(2, 1, 1.6)]
    public async Task Token_IsKeptUntilShortlyBeforeItExpires_AndRenewedWhileItIsGood(double life, double kept, double renewed)
    {
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        server.Lifetime = TimeSpan.FromSeconds(life);
        using HttpMessageInvoker client = Connect(server, _time);
        Assert.Equal(200, await client.StatusAsync(server));
        _time.Advance(TimeSpan.FromSeconds(kept));
        Assert.Equal(200, await client.StatusAsync(server));
        Assert.Single(server.Issued);

        var gate = new TaskCompletionSource();
        server.Script = _ => TokenServerAnswer.Slow(gate.Task);
        _time.Advance(TimeSpan.FromSeconds(renewed - kept));

        // Nobody waits for the token server, however many ask.
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(200, await client.StatusAsync(server));
        }

        await server.WaitForRequestsAsync(2).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        gate.SetResult();
        await UntilAsync(() => Task.FromResult(server.Issued.Count == 2));
        string used = "";
        server.Protected = http =>
        {
            used = http.Request.Headers.Authorization.ToString();
            return Task.CompletedTask;
        };
        await UntilAsync(async () => await client.StatusAsync(server) == 200 && used == "Bearer " + server.Issued[1]);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Token_HasExpired_IsNotSent()
    {
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        using HttpMessageInvoker client = Connect(server, _time);
        Assert.Equal(200, await client.StatusAsync(server));

        _time.Advance(TimeSpan.FromHours(1));

        string used = "";
        server.Protected = http =>
        {
            used = http.Request.Headers.Authorization.ToString();
            return Task.CompletedTask;
        };
        Assert.Equal(200, await client.StatusAsync(server));
        Assert.Equal("Bearer " + server.Issued[1], used);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"expires_in\":0")]
    [InlineData(",\"expires_in\":-1")]
    [InlineData(",\"expires_in\":1e300")]
    public async Task Token_WithoutAnEnd_IsKept(string expiry)
    {
        await using LoopbackServer target = await LoopbackServer.StartAsync();
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        server.Script = _ => TokenServerAnswer.Json($"{{\"access_token\":\"t\"{expiry}}}");
        using HttpMessageInvoker client = Create(Arguments(server), time: _time);
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage response = await client.GetAsync(target.Url());
            _time.Advance(TimeSpan.FromDays(100));
        }

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Waiters_ManyAtOnce_ShareOneRequest()
    {
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        var gate = new TaskCompletionSource();
        server.Script = _ => TokenServerAnswer.Slow(gate.Task);
        using HttpMessageInvoker client = Connect(server, _time);
        Task<int>[] all = [.. Enumerable.Range(0, 100).Select(_ => client.StatusAsync(server))];
        await server.WaitForRequestsAsync(1);
        gate.SetResult();

        Assert.All(await Task.WhenAll(all), status => Assert.Equal(200, status));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Waiter_IsCancelled_SaysForWhatItWaitedAndTheOthersGetTheToken()
    {
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        var gate = new TaskCompletionSource();
        server.Script = _ => TokenServerAnswer.Slow(gate.Task);
        using HttpMessageInvoker client = Connect(server, _time);
        using var cancellation = new CancellationTokenSource();
        Task<HttpResponseMessage> first = client.SendAsync(new HttpRequestMessage(HttpMethod.Get, server.Url()), cancellation.Token);
        await server.WaitForRequestsAsync(1);
        Task<int> second = client.StatusAsync(server);

        await cancellation.CancelAsync();
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Assert.Equal(
            $"oauth2: no token from {server.TokenUrl}: it had not answered when the request's own time was over", TokenException.In(cancelled)?.Message);
        Assert.Equal(200, await second);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task TokenServer_Hangs_FailsAllWaitersAtTheDeadlineAndIsTriedAgainLater(bool answerBegins)
    {
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        server.Script = _ => answerBegins ? new TokenServerAnswer { Drips = true } : TokenServerAnswer.Hang;
        using HttpMessageInvoker client = Connect(server, _time);
        Task<TokenException>[] waiting = [.. Enumerable.Range(0, 5).Select(_ => client.FailureAsync(server))];
        await server.WaitForRequestsAsync(1);

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.All(
            await Task.WhenAll(waiting),
            failure => Assert.Equal($"oauth2: no token from {server.TokenUrl}: no answer within 10s", failure.Message));

        // The pause: the same reason at once, and nothing is sent.
        Assert.Contains("no answer within 10s", (await client.FailureAsync(server)).Message, StringComparison.Ordinal);
        server.Script = null;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, await client.StatusAsync(server));
    }

    [Fact]
    public async Task TokenServer_Fails_IsAskedEverMoreSeldom()
    {
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        server.Script = _ => TokenServerAnswer.Error("temporarily_unavailable", null, 503);
        using HttpMessageInvoker client = Connect(server, _time);
        var askedAt = new List<int>();
        for (int second = 0; second <= 60; second++)
        {
            int before = server.Requests.Count;
            for (int i = 0; i < 3; i++)
            {
                Assert.Contains("status 503", (await client.FailureAsync(server)).Message, StringComparison.Ordinal);
            }

            Assert.InRange(server.Requests.Count - before, 0, 1);
            if (server.Requests.Count > before)
            {
                askedAt.Add(second);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([0, 1, 3, 7, 15, 30, 45, 60], askedAt);
    }

    [Fact]
    public async Task Renewal_Fails_ThePresentTokenServesUntilItExpiresAndTheLogSaysSoOnce()
    {
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        var log = new CapturingLogger();
        using HttpMessageInvoker client = Connect(server, _time, log);
        Assert.Equal(200, await client.StatusAsync(server));
        server.Script = _ => TokenServerAnswer.Error("invalid_client", null, 401);
        _time.Advance(TimeSpan.FromSeconds(3591));

        Assert.Equal(200, await client.StatusAsync(server));
        await log.WaitForAsync(6000).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(200, await client.StatusAsync(server));
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal("check client_id and client_secret", (await client.FailureAsync(server)).Remedy);
        server.Script = null;
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(200, await client.StatusAsync(server));

        LogLine failed = Assert.Single(log.Of(6000));
        Assert.Contains("status 401, invalid_client", failed.ToString(), StringComparison.Ordinal);
        Assert.Contains("hasPresentToken=True", failed.ToString(), StringComparison.Ordinal);
        Assert.Single(log.Of(6001));
    }

    [Theory]
    [InlineData(null, 200, 2)]
    [InlineData("text", 200, 2)]
    [InlineData("stream", 401, 1)]
    public async Task Target_RefusesTheToken_IsAskedAgainWithAnother(string? body, int expected, int requests)
    {
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        using HttpMessageInvoker client = Connect(server, _time);
        Assert.Equal(200, await client.StatusAsync(server));
        server.RevokeAll();
        string received = "";
        server.Protected = async http => received = await new StreamReader(http.Request.Body).ReadToEndAsync();
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, server.Url("/push"))
        {
            Content = body switch { "text" => new StringContent("body"), "stream" => new StreamContent(new MemoryStream([1])), _ => null },
        };

        using HttpResponseMessage response = await client.SendAsync(request);

        Assert.Equal(expected, (int)response.StatusCode);
        Assert.Equal(requests, server.Issued.Count);
        Assert.Equal(body == "text" ? "body" : "", received);
        Assert.Same(request, response.RequestMessage);
        Assert.Null(request.Headers.Authorization);
    }

    [Fact]
    public async Task Target_RefusesEveryToken_IsAskedTwiceOnceAMinute()
    {
        await using LoopbackServer target = await LoopbackServer.StartAsync(http =>
        {
            http.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        using HttpMessageInvoker client = Create(Arguments(server), time: _time);
        for (int second = 0; second < 60; second += 2)
        {
            using HttpResponseMessage response = await client.GetAsync(target.Url());
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(31, target.Seen.Count);
        Assert.Equal(2, server.Issued.Count);
        using HttpResponseMessage later = await client.GetAsync(target.Url());
        Assert.Equal(33, target.Seen.Count);
        Assert.Equal(3, server.Issued.Count);
    }

    [Fact]
    public async Task Target_RefusesEveryToken_DoesNotKeepTheOthersFromANewOne()
    {
        await using LoopbackServer bad = await LoopbackServer.StartAsync(http =>
        {
            http.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        using HttpMessageInvoker client = Create(Arguments(server), time: _time);
        Assert.Equal(200, await client.StatusAsync(server));
        using HttpResponseMessage refused = await client.GetAsync(bad.Url());
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        _time.Advance(TimeSpan.FromSeconds(6));
        server.RevokeAll();

        Assert.Equal(200, await client.StatusAsync(server));
        Assert.Equal(3, server.Issued.Count);
    }

    [Fact]
    public async Task Targets_RefuseTogether_OneTokenIsGotForAll()
    {
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        using HttpMessageInvoker client = Connect(server, _time);
        Assert.Equal(200, await client.StatusAsync(server));
        server.RevokeAll();

        int[] all = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.StatusAsync(server)));

        Assert.All(all, status => Assert.Equal(200, status));
        Assert.Equal(2, server.Issued.Count);
    }

    [Fact]
    public async Task Target_Refuses_AndTheServerGivesTheSameToken_TheRefusalStands()
    {
        await using LoopbackServer target = await LoopbackServer.StartAsync(http =>
        {
            http.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        server.Script = _ => TokenServerAnswer.Json("""{"access_token":"same"}""");
        using HttpMessageInvoker client = Create(Arguments(server), time: _time);

        using HttpResponseMessage response = await client.GetAsync(target.Url());

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Single(target.Seen);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Target_Refuses_AndThereIsNoOtherToken_IsTheTokenServersFailure()
    {
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        using HttpMessageInvoker client = Connect(server, _time);
        Assert.Equal(200, await client.StatusAsync(server));
        server.RevokeAll();
        server.Script = _ => TokenServerAnswer.Error("server_error", null, 500);

        Assert.Contains("status 500, server_error", (await client.FailureAsync(server)).Message, StringComparison.Ordinal);

        server.Script = null;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, await client.StatusAsync(server));
    }

    [Fact]
    public async Task Request_HasCredentialsOfItsOwn_NeedsNoToken()
    {
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        await using LoopbackServer target = await LoopbackServer.StartAsync();
        using HttpMessageInvoker client = Create(Arguments(server), time: _time);
        using var request = new HttpRequestMessage(HttpMethod.Get, target.Url());
        request.Headers.TryAddWithoutValidation("Authorization", "Mine x");

        using HttpResponseMessage own = await client.SendAsync(request);
        using HttpResponseMessage user = await client.GetAsync(target.Url().Replace("http://", "http://ada:s3cret@", StringComparison.Ordinal));

        Assert.Equal("Mine x", target.Seen[0].Header("Authorization"));
        Assert.StartsWith("Basic ", target.Seen[1].Header("Authorization"), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task Redirect_ToAnotherHostOrPort_DoesNotCarryTheToken(string host)
    {
        await using LoopbackServer stranger = await LoopbackServer.StartAsync(http =>
        {
            http.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        server.Protected = http =>
        {
            http.Response.Redirect(stranger.Url("/taken", host));
            return Task.CompletedTask;
        };
        using HttpMessageInvoker client = Connect(server, _time);

        // The stranger's refusal is no reason for another token either.
        Assert.Equal(401, await client.StatusAsync(server));

        Assert.Equal(["Host", "User-Agent"], Assert.Single(stranger.Seen).Headers.Keys.Order());
        Assert.Single(server.Issued);
    }

    [Fact]
    public async Task Dispose_WhileATokenIsAwaited_EndsTheWait()
    {
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        server.Script = _ => TokenServerAnswer.Hang;
        var log = new CapturingLogger();
        HttpMessageInvoker client = Connect(server, _time, log);
        Task<HttpResponseMessage> waiting = client.GetAsync(server.Url());
        await server.WaitForRequestsAsync(1);

        client.Dispose();

        await Assert.ThrowsAsync<TokenException>(() => waiting);
        Assert.Empty(log.Take());
    }
}
