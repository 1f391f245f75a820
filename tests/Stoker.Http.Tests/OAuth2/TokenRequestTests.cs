using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Http;
using Stoker.TestKit;
using Stoker.TestKit.OAuth2;
using static Stoker.Http.Tests.Client;
using static Stoker.Http.Tests.OAuth2.Tokens;

namespace Stoker.Http.Tests.OAuth2;

/// <summary>What a request for a token says, and what is made of the answer.</summary>
public sealed class TokenRequestTests
{
    public static TheoryData<string, TokenServerAnswer, string, string> Refusals => new()
    {
        { "scope", TokenServerAnswer.Error("invalid_scope", "no such scope"), "status 400, invalid_scope: no such scope", "check scopes" },
        { "client", TokenServerAnswer.Error("invalid_client", null, 401), "status 401, invalid_client", "check client_id and client_secret" },
        { "grant", TokenServerAnswer.Error("unauthorized_client"), "status 400, unauthorized_client", "the grant client_credentials" },
        { "500", TokenServerAnswer.Of("<html>oops</html>", "text/html", 500), "status 500", "in trouble" },
        { "503", TokenServerAnswer.Error("temporarily_unavailable", "back soon", 503), "status 503, temporarily_unavailable: back soon", "in trouble" },
        { "404", TokenServerAnswer.Of("", "text/plain", 404), "status 404", "is token_url the token endpoint?" },
        { "403", TokenServerAnswer.Of("", "text/plain", 403), "status 403", "check client_id and client_secret" },
        { "page", TokenServerAnswer.Of("<html>sign in</html>", "text/html"), "status 200 without an access_token (text/html)", "is token_url the token endpoint?" },
        { "nothing", TokenServerAnswer.Of("", "application/json"), "status 200 without an access_token", "is token_url the token endpoint?" },
        { "error in 200", TokenServerAnswer.Json("""{"error":"slow_down","access_token":"x"}"""), "status 200, slow_down", "check token_url" },
        { "no text", TokenServerAnswer.Json("""{"access_token":5}"""), "status 200 without an access_token", "is token_url the token endpoint?" },
        { "empty", TokenServerAnswer.Json("""{"access_token":""}"""), "status 200 without an access_token", "is token_url the token endpoint?" },
        { "line break", TokenServerAnswer.Json("""{"access_token":"a\r\nX-B: c"}"""), "status 200, but the token holds what no header can carry", "token_url" },
        { "no ASCII", TokenServerAnswer.Json("""{"access_token":"ä"}"""), "status 200, but the token holds what no header can carry", "token_url" },
        { "type", TokenServerAnswer.Json("""{"access_token":"a","token_type":"a\nb"}"""), "status 200, but the token holds what no header can carry", "token_url" },
        { "cut", TokenServerAnswer.Json("""{"access_token":"a","""), "status 200 without an access_token", "is token_url the token endpoint?" },
        { "large", TokenServerAnswer.Of(new string(' ', (1 << 20) + 1), "application/json"), "status 200 with more than 1048576 bytes", "is token_url the token endpoint?" },
        { "moved", TokenServerAnswer.Of("", "text/plain", 302).With("Location", "/elsewhere?x=1"), "status 302", "this one leads to http" },
        { "control", TokenServerAnswer.Error("a\nb", "\u001b[2J\u202e" + new string('x', 1000)), "status 400, a b: [2J", "check client_id" },
    };

    [Fact]
    public async Task Request_ByDefault_IsWhatTheRfcSays()
    {
        await using TokenServer server = await TokenServer.StartAsync();
        using HttpMessageInvoker client = Connect(server);

        Assert.Equal(200, await client.StatusAsync(server));
        Assert.Equal(200, await client.StatusAsync(server));

        TokenRequest request = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/token", "application/x-www-form-urlencoded"), (request.Method, request.PathAndQuery, request.ContentType));
        Assert.Equal(new Dictionary<string, string> { ["grant_type"] = "client_credentials" }, request.Parameters);
        Assert.Equal(ClientAuthentication.Header, request.Authentication);
        Assert.Equal(UserAgent, request.Headers["User-Agent"]);
        Assert.Equal("application/json", request.Headers["Accept"]);
    }

    [Fact]
    public async Task Request_ScopesAndParameters_AreSent()
    {
        await using TokenServer server = await TokenServer.StartAsync();
        (server.GrantType, server.Scopes) = ("urn:x", "read write");
        server.RequiredParameters = new Dictionary<string, string> { ["audience"] = "https://a.example/?b=c&d" };
        using HttpMessageInvoker client = Create(Arguments(server, oauth2 => oauth2 with
        {
            Scopes = ["read", "", "write"],
            EndpointParams = new Dictionary<string, string> { ["audience"] = "https://a.example/?b=c&d", ["grant_type"] = "urn:x" },
        }));

        Assert.Equal(200, await client.StatusAsync(server));

        Assert.Equal("read write", Assert.Single(server.Requests).Parameters["scope"]);
    }

    [Theory]
    [InlineData(ClientAuthentication.Header)]
    [InlineData(ClientAuthentication.Body)]
    public async Task Request_AnyCharacterInIdentifierAndSecret_Arrives(ClientAuthentication accepts)
    {
        await using TokenServer server = await TokenServer.StartAsync();
        (server.ClientId, server.ClientSecret, server.Accepts) = ("an id:ü&=", "+ s/3:c%20r=e&tü", accepts);
        using HttpMessageInvoker client = Connect(server);

        Assert.Equal(200, await client.StatusAsync(server));
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    public async Task Request_HeaderIsRefused_GoesOnInTheBodyAndStaysThere(int status)
    {
        var time = new ManualTimeProvider();
        await using TokenServer server = await TokenServer.StartAsync(time: time);
        server.Script = request => request.Authentication == ClientAuthentication.Header ? TokenServerAnswer.Error("invalid_request", null, status) : null;
        using HttpMessageInvoker client = Connect(server, time);

        Assert.Equal(200, await client.StatusAsync(server));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(200, await client.StatusAsync(server));

        Assert.Equal(
            [ClientAuthentication.Header, ClientAuthentication.Body, ClientAuthentication.Body], server.Requests.Select(request => request.Authentication));
    }

    [Fact]
    public async Task Request_BothWaysAreRefused_TellsBothAndTriesBothAgain()
    {
        var time = new ManualTimeProvider();
        await using TokenServer server = await TokenServer.StartAsync(time: time);
        server.Script = request => request.Authentication == ClientAuthentication.Header
            ? TokenServerAnswer.Error("invalid_client", null, 401)
            : TokenServerAnswer.Error("invalid_request", "no header");
        using HttpMessageInvoker client = Connect(server, time);

        TokenException failure = await client.FailureAsync(server);
        time.Advance(TimeSpan.FromSeconds(1));
        await client.FailureAsync(server);

        Assert.EndsWith(
            "status 401, invalid_client; with the credentials in the body: status 400, invalid_request: no header", failure.Message, StringComparison.Ordinal);
        Assert.Equal("check client_id and client_secret", failure.Remedy);
        Assert.Equal(4, server.Requests.Count);
    }

    [Theory]
    [InlineData("""{"access_token":"t1","token_type":"bearer","expires_in":3600}""", "application/json", "Bearer t1")]
    [InlineData("""{"access_token":"t1","expires_in":"3600"}""", "text/plain", "Bearer t1")]
    [InlineData("\uFEFF {\"access_token\":\"t1\",\"token_type\":null,\"expires_in\":\"soon\",\"x\":{}}", "application/json", "Bearer t1")]
    [InlineData("access_token=t%2F1%3D&token_type=BEARER&expires_in=3600", "application/x-www-form-urlencoded", "Bearer t/1=")]
    [InlineData("""{"access_token":"t1","token_type":"MAC"}""", "application/json", "MAC t1")]
    public async Task Answer_InAnyOfItsForms_IsTheTokenThatIsSent(string body, string contentType, string expected)
    {
        string? sent = null;
        await using LoopbackServer target = await LoopbackServer.StartAsync(http =>
        {
            sent = http.Request.Headers.Authorization.ToString();
            return Task.CompletedTask;
        });
        await using TokenServer server = await TokenServer.StartAsync();
        server.Script = _ => TokenServerAnswer.Of(body, contentType);

        using HttpResponseMessage response = await GetOnceAsync(Arguments(server), target.Url());

        Assert.Equal(expected, sent);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Answer_WithoutAToken_IsAFailureThatSaysWhy(string name, TokenServerAnswer answer, string reason, string remedy)
    {
        await using LoopbackServer target = await LoopbackServer.StartAsync();
        await using TokenServer server = await TokenServer.StartAsync();
        server.Script = _ => answer;

        var failure = await Assert.ThrowsAsync<TokenException>(() => GetOnceAsync(Arguments(server), target.Url()));

        Assert.StartsWith($"oauth2: no token from {server.TokenUrl}: ", failure.Message, StringComparison.Ordinal);
        Assert.StartsWith(reason, failure.Message.Split(": ", 3)[2], StringComparison.Ordinal);
        Assert.Contains(remedy, failure.Remedy, StringComparison.Ordinal);
        Assert.InRange(failure.Message.Length, 1, 1000);
        Assert.DoesNotContain(failure.Message, char.IsControl);
        Assert.True(target.Seen.Count == 0, name);
        Assert.All(server.Requests, request => Assert.Equal("/token", request.PathAndQuery));
    }

    [Fact]
    public async Task Answer_WithoutALength_IsReadNoFurtherThanTheLimit()
    {
        await using LoopbackServer endless = await LoopbackServer.StartAsync(async http =>
        {
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.Body.WriteAsync(new byte[64 * 1024], http.RequestAborted);
            }
        });
        await using TokenServer server = await TokenServer.StartAsync();

        var failure = await Assert.ThrowsAsync<TokenException>(
            () => GetOnceAsync(Arguments(server, oauth2 => oauth2 with { TokenUrl = endless.Url("/token") }), server.Url()));

        Assert.Contains("status 200 with more than 1048576 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Error_ThatRepeatsTheSecret_DoesNotShowIt()
    {
        await using TokenServer server = await TokenServer.StartAsync();
        server.ClientSecret = "s3 cret/";
        server.Script = request => TokenServerAnswer.Error(
            "invalid_client", $"{request.Secret} {WebUtility.UrlEncode(request.Secret)} {request.Headers.GetValueOrDefault("Authorization")}", 401);
        using HttpMessageInvoker client = Connect(server);

        TokenException failure = await client.FailureAsync(server);

        Assert.Contains("(secret) (secret) Basic (secret)", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes("stoker:s3+cret%2F")), failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenUrl_WithUserAndQuery_IsShownWithoutThem()
    {
        await using TokenServer server = await TokenServer.StartAsync();
        server.Script = _ => TokenServerAnswer.Error("x", null, 500);
        string url = server.TokenUrl.Replace("http://", "http://ada:pw@", StringComparison.Ordinal) + "?key=k3y";
        using HttpMessageInvoker client = Create(Arguments(server, oauth2 => oauth2 with { TokenUrl = url }));

        TokenException failure = await client.FailureAsync(server);

        Assert.Equal(server.TokenUrl, failure.TokenUrl);
        Assert.Equal($"oauth2: no token from {server.TokenUrl}: status 500, x", failure.Message);
    }

    [Fact]
    public async Task Server_IsNotThere_IsAFailureOfTheTokenServer()
    {
        TokenServer server = await TokenServer.StartAsync();
        using HttpMessageInvoker client = Connect(server);
        await server.DisposeAsync();

        TokenException failure = await client.FailureAsync(server);

        Assert.Contains("Connection refused", failure.Message, StringComparison.Ordinal);
        Assert.Contains("check token_url", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_OfTheBlock_IsThatOfTokenRequestsOnly()
    {
        using var authority = new Authority();
        using X509Certificate2 certificate = authority.Issue("tokens");
        await using TokenServer server = await TokenServer.StartAsync(certificate);
        await using LoopbackServer target = await LoopbackServer.StartAsync();

        var unknown = await Assert.ThrowsAsync<TokenException>(() => GetOnceAsync(Arguments(server), target.Url()));
        using HttpResponseMessage response = await GetOnceAsync(
            Arguments(server, oauth2 => oauth2 with { Tls = new TlsArguments { CaPem = authority.Pem } }), target.Url());

        Assert.Contains("the TLS handshake with", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("tls_config inside the oauth2 block", unknown.Remedy, StringComparison.Ordinal);
        Assert.Equal("Bearer " + Assert.Single(server.Issued), target.Last.Header("Authorization"));
        await Assert.ThrowsAsync<TokenException>(() => GetOnceAsync(
            Arguments(server) with { Tls = new TlsArguments { CaPem = authority.Pem } }, target.Url()));
    }

    [Fact]
    public async Task Proxy_OfTheBlock_IsThatOfTokenRequestsOnly()
    {
        await using LoopbackServer proxy = await StartProxyAsync();
        await using LoopbackServer target = await LoopbackServer.StartAsync();

        using HttpResponseMessage response = await GetOnceAsync(ByProxy(proxy, "http://login.invalid/token"), target.Url());

        Assert.Equal("http://login.invalid/token", Assert.Single(proxy.Seen).Target);
        Assert.Equal("Bearer by-proxy", Assert.Single(target.Seen).Header("Authorization"));
    }

    /// <summary>What goes straight fails, because nothing listens on port 1.</summary>
    [Theory]
    [InlineData("0.0.0.0:1", true)]
    [InlineData("0.0.0.0:2", false)]
    [InlineData("0.0.0.0/8", true)]
    public async Task NoProxy_OfTheBlock_IsWhatGoesStraight(string noProxy, bool straight)
    {
        await using LoopbackServer proxy = await StartProxyAsync();
        await using LoopbackServer target = await LoopbackServer.StartAsync();
        Task<HttpResponseMessage> get = GetOnceAsync(ByProxy(proxy, "http://0.0.0.0:1/token", noProxy), target.Url());

        if (straight)
        {
            await Assert.ThrowsAsync<TokenException>(() => get);
            Assert.Empty(proxy.Seen);
        }
        else
        {
            using HttpResponseMessage response = await get;
            Assert.Single(proxy.Seen);
        }
    }

    private static Task<LoopbackServer> StartProxyAsync() =>
        LoopbackServer.StartAsync(http => http.Response.WriteAsync("""{"access_token":"by-proxy"}"""));

    private static HttpClientArguments ByProxy(LoopbackServer proxy, string tokenUrl, string noProxy = "") => new()
    {
        OAuth2 = new OAuth2Arguments
        {
            ClientId = "a",
            ClientSecret = Secret("b"),
            TokenUrl = tokenUrl,
            Proxy = new ProxyArguments { ProxyUrl = $"http://127.0.0.1:{proxy.Port}", NoProxy = noProxy },
        },
    };
}
