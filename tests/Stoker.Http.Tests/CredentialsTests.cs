using System.Net.Http.Headers;
using System.Text;
using Stoker.TestKit;
using static Stoker.Http.Tests.Client;

namespace Stoker.Http.Tests;

public sealed class CredentialsTests
{
    private static readonly string AdaBasic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ada:s3cret"));

    [Fact]
    public async Task Send_NoCredentials_CarriesUserAgentAndNothingSecret()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync();
        using HttpResponseMessage response = await GetOnceAsync(new HttpClientArguments(), server.Url("/debug/pprof/heap?seconds=1"));
        Assert.Equal("/debug/pprof/heap?seconds=1", server.Last.Target);
        Assert.Equal("HTTP/1.1", server.Last.Protocol);
        Assert.Equal(UserAgent, server.Last.Header("User-Agent"));
        Assert.Equal(["Host", "User-Agent"], server.Last.Headers.Keys.Order());
    }

    [Fact]
    public async Task Send_BasicAuth_CarriesUserAndPassword()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync();
        var arguments = new HttpClientArguments { BasicAuth = new BasicAuthArguments { Username = "ada", Password = Secret("s3cret") } };
        using HttpResponseMessage response = await GetOnceAsync(arguments, server.Url());
        Assert.Equal(AdaBasic, server.Last.Header("Authorization"));
    }

    [Theory]
    [InlineData("Bearer", "Bearer token-1")]
    [InlineData("", "Bearer token-1")]
    [InlineData("  ApiKey ", "ApiKey token-1")]
    public async Task Send_Authorization_CarriesTypeAndCredentials(string type, string expected)
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync();
        var arguments = new HttpClientArguments
        {
            Authorization = new AuthorizationArguments { Type = type, Credentials = Secret("token-1") },
        };
        using HttpResponseMessage response = await GetOnceAsync(arguments, server.Url());
        Assert.Equal(expected, server.Last.Header("Authorization"));
    }

    [Fact]
    public async Task Send_BearerToken_CarriesIt()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync();
        using HttpResponseMessage response = await GetOnceAsync(new HttpClientArguments { BearerToken = Secret("abc") }, server.Url());
        Assert.Equal("Bearer abc", server.Last.Header("Authorization"));
    }

    [Fact]
    public async Task Send_SecretFileChanges_TheNextRequestCarriesTheNewOne()
    {
        using var folder = new TemporaryFolder();
        await using LoopbackServer server = await LoopbackServer.StartAsync();
        string path = folder.Write("token", " first\n");
        (HttpClientArguments Arguments, string Expected)[] cases =
        [
            (new HttpClientArguments { BearerTokenFile = path }, "Bearer {0}"),
            (new HttpClientArguments { Authorization = new AuthorizationArguments { Type = "Token", CredentialsFile = path } }, "Token {0}"),
        ];
        foreach ((HttpClientArguments arguments, string expected) in cases)
        {
            folder.Write("token", " first\n");
            using HttpMessageInvoker client = Create(arguments);
            using HttpResponseMessage first = await client.GetAsync(server.Url());
            Assert.Equal(string.Format(expected, "first"), server.Last.Header("Authorization"));

            folder.Write("token", "second");
            using HttpResponseMessage second = await client.GetAsync(server.Url());
            Assert.Equal(string.Format(expected, "second"), server.Last.Header("Authorization"));
        }
    }

    [Fact]
    public async Task Send_PasswordFileChanges_TheNextRequestCarriesTheNewOne()
    {
        using var folder = new TemporaryFolder();
        await using LoopbackServer server = await LoopbackServer.StartAsync();
        string path = folder.Write("password", "old");
        using HttpMessageInvoker client = Create(new HttpClientArguments { BasicAuth = new BasicAuthArguments { Username = "ada", PasswordFile = path } });
        using HttpResponseMessage first = await client.GetAsync(server.Url());
        folder.Write("password", "s3cret\n");
        using HttpResponseMessage second = await client.GetAsync(server.Url());
        Assert.Equal(AdaBasic, server.Last.Header("Authorization"));
        Assert.NotEqual(AdaBasic, server.Seen[0].Header("Authorization"));
    }

    [Theory]
    [InlineData(null, "does not exist")]
    [InlineData("", "is empty")]
    [InlineData("two\nlines", "several")]
    public async Task Send_SecretFileIsBad_FailsNamingTheFileAndNothingIsSent(string? content, string reason)
    {
        using var folder = new TemporaryFolder();
        await using LoopbackServer server = await LoopbackServer.StartAsync();
        string path = content is null ? folder.PathOf("token") : folder.Write("token", content);
        var exception = await Assert.ThrowsAsync<HttpRequestException>(
            () => GetOnceAsync(new HttpClientArguments { BearerTokenFile = path }, server.Url()));
        Assert.Contains("bearer_token_file", exception.Message, StringComparison.Ordinal);
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("lines", exception.ToString(), StringComparison.Ordinal);
        Assert.Empty(server.Seen);
    }

    [Theory]
    [InlineData(null, "does not exist")]
    [InlineData("", "is empty")]
    [InlineData("two\nlines", "several")]
    public async Task Send_SecretFileIsBadForAMoment_TheLastSecretServesForTenSeconds(string? content, string reason)
    {
        using var folder = new TemporaryFolder();
        await using LoopbackServer server = await LoopbackServer.StartAsync();
        var time = new ManualTimeProvider();
        string path = folder.Write("token", "one");
        using HttpMessageInvoker client = Create(new HttpClientArguments { BearerTokenFile = path }, time: time);
        Assert.Equal("Bearer one", await SentAsync());

        // A time that is bad twice does not add up: the file was good in between.
        for (int i = 0; i < 2; i++)
        {
            Break();
            Assert.Equal("Bearer one", await SentAsync());
            time.Advance(SecretFile.Grace - TimeSpan.FromSeconds(1));
            Assert.Equal("Bearer one", await SentAsync());
            folder.Write("token", "one");
            Assert.Equal("Bearer one", await SentAsync());
            time.Advance(TimeSpan.FromHours(1));
        }

        Break();
        Assert.Equal("Bearer one", await SentAsync());
        time.Advance(SecretFile.Grace);
        var exception = await Assert.ThrowsAsync<HttpRequestException>(SentAsync);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        folder.Write("token", "two");
        Assert.Equal("Bearer two", await SentAsync());

        void Break()
        {
            File.Delete(path);
            if (content is not null)
            {
                folder.Write("token", content);
            }
        }

        async Task<string?> SentAsync()
        {
            using HttpResponseMessage response = await client.GetAsync(server.Url());
            return server.Last.Header("Authorization");
        }
    }

    [Fact]
    public async Task Send_SecretFileIsEndless_FailsBounded()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "the system has no /dev/zero");
        await using LoopbackServer server = await LoopbackServer.StartAsync();
        var exception = await Assert.ThrowsAsync<HttpRequestException>(
            () => GetOnceAsync(new HttpClientArguments { BearerTokenFile = "/dev/zero" }, server.Url()));
        Assert.Contains("more than", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_RequestHasAnAuthorizationOfItsOwn_ItStands()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync();
        using HttpMessageInvoker client = Create(new HttpClientArguments { BearerToken = Secret("abc") });
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url());
        request.Headers.Authorization = new AuthenticationHeaderValue("Mine", "x");
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.Equal("Mine x", server.Last.Header("Authorization"));
    }

    [Fact]
    public async Task Send_UserInTheUrl_BecomesBasicAuthorization()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync();
        string url = server.Url().Replace("http://", "http://ada:s3cret@", StringComparison.Ordinal);
        using HttpResponseMessage response = await GetOnceAsync(new HttpClientArguments(), url);
        Assert.Equal(AdaBasic, server.Last.Header("Authorization"));
    }

    [Fact]
    public async Task Send_TheSameRequestTwice_AddsNothingTwiceAndLeavesTheRequestAsItWas()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync();
        var arguments = new HttpClientArguments
        {
            BearerToken = Secret("abc"),
            HttpHeaders = Headers(("X-Tenant", ["a", "b"]), ("Cookie", ["session=1"])),
        };
        using HttpMessageInvoker client = Create(arguments);
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url()) { Content = new StringContent("body") };
        request.Headers.TryAddWithoutValidation("X-Own", "1");
        using HttpResponseMessage first = await client.SendAsync(request);
        using HttpResponseMessage second = await client.SendAsync(request);

        Assert.Equal(server.Seen[0].Headers, server.Seen[1].Headers);
        Assert.Equal("body", server.Seen[1].Body);
        Assert.Equal("a, b", server.Last.Header("X-Tenant"));
        Assert.Equal("session=1", server.Last.Header("Cookie"));
        Assert.Equal(["X-Own"], request.Headers.Select(header => header.Key));
        Assert.Same(request, first.RequestMessage);
    }

    [Fact]
    public async Task Send_ValueOutsideAscii_GoesAsUtf8()
    {
        string? seen = null;
        await using LoopbackServer server = await LoopbackServer.StartAsync(context =>
        {
            seen = context.Request.Headers["X-Team"].ToString();
            return Task.CompletedTask;
        });
        using HttpResponseMessage response = await GetOnceAsync(
            new HttpClientArguments { HttpHeaders = Headers(("X-Team", ["Köln"])) }, server.Url());
        Assert.Equal("Köln", seen);
    }

    [Fact]
    public async Task Send_CompressedResponse_ComesAsItWasSent()
    {
        byte[] gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        await using LoopbackServer server = await LoopbackServer.StartAsync(async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(gzip);
        });
        using HttpResponseMessage response = await GetOnceAsync(new HttpClientArguments(), server.Url());
        Assert.Equal(gzip, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Null(server.Last.Header("Accept-Encoding"));
    }

    [Fact]
    public async Task Dispose_TransportWasGiven_ItStaysUsable()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync();
        using var transport = new SocketsHttpHandler();
        foreach (string token in (string[])["one", "two"])
        {
            using HttpMessageInvoker client = Create(new HttpClientArguments { BearerToken = Secret(token) }, transport);
            using HttpResponseMessage response = await client.GetAsync(server.Url());
            Assert.Equal("Bearer " + token, server.Last.Header("Authorization"));
        }
    }

    [Fact]
    public async Task Send_TransportGivesUpConnecting_IsAFailureAndNoCancellation()
    {
        using var transport = new GivingUp();
        using HttpMessageInvoker client = Create(new HttpClientArguments(), transport);
        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("http://user:pw@profiled.invalid:6060/"));
        Assert.Equal("no connection to profiled.invalid:6060 came about in time", exception.Message);
    }

    private sealed class GivingUp : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new TaskCanceledException("connect time-out", new TimeoutException());
    }
}
