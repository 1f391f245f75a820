using System.Net;
using static Stoker.Http.Tests.Client;

namespace Stoker.Http.Tests;

public sealed class RedirectTests
{
    private static readonly HttpClientArguments WithSecrets = new()
    {
        BearerToken = Secret("abc"),
        HttpHeaders = Headers(("X-Key", ["k"]), ("Cookie", ["session=1"])),
    };

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Get_RedirectOnTheSameHost_IsFollowedWithCredentials(int status)
    {
        await using LoopbackServer server = await StartAsync(("/a", status, "/b?x=1"));
        using HttpResponseMessage response = await GetOnceAsync(WithSecrets, server.Url("/a"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["/a", "/b?x=1"], server.Seen.Select(seen => seen.Target));
        Assert.Equal("Bearer abc", server.Last.Header("Authorization"));
        Assert.Equal("k", server.Last.Header("X-Key"));
        Assert.Equal("/b?x=1", response.RequestMessage!.RequestUri!.PathAndQuery);
        Assert.Empty(response.RequestMessage.Headers);
    }

    [Theory]
    [InlineData(301, "GET", "")]
    [InlineData(302, "GET", "")]
    [InlineData(303, "GET", "")]
    [InlineData(307, "POST", "body")]
    [InlineData(308, "POST", "body")]
    public async Task Post_Redirect_KeepsOrDropsMethodAndBody(int status, string method, string body)
    {
        await using LoopbackServer server = await StartAsync(("/a", status, "/b"));
        using HttpMessageInvoker client = Create(new HttpClientArguments());
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url("/a")) { Content = new StringContent("body") };
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.Equal(method, server.Last.Method);
        Assert.Equal(body, server.Last.Body);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task Get_RedirectToAnotherHostOrPort_CarriesNothingSecret(string host)
    {
        await using LoopbackServer stranger = await LoopbackServer.StartAsync();
        await using LoopbackServer server = await StartAsync(("/a", 302, stranger.Url("/taken", host)));
        using HttpMessageInvoker client = Create(WithSecrets);
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url("/a"));
        request.Headers.TryAddWithoutValidation("Proxy-Authorization", "p");
        request.Headers.TryAddWithoutValidation("X-Plain", "1");
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.Equal("/taken", stranger.Last.Target);
        Assert.Equal(["Host", "User-Agent", "X-Plain"], stranger.Last.Headers.Keys.Order());
        Assert.Equal("Bearer abc", server.Last.Header("Authorization"));
    }

    [Fact]
    public async Task Get_ChainLeadsAwayAndBack_StaysWithoutSecrets()
    {
        string back = "";
        await using LoopbackServer stranger = await LoopbackServer.StartAsync(context =>
        {
            context.Response.Redirect(back);
            return Task.CompletedTask;
        });
        await using LoopbackServer server = await StartAsync(("/a", 302, stranger.Url("/away")));
        back = server.Url("/home");
        using HttpResponseMessage response = await GetOnceAsync(WithSecrets, server.Url("/a"));
        Assert.Equal("/home", server.Last.Target);
        Assert.Equal(["Host", "User-Agent"], server.Last.Headers.Keys.Order());
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public async Task Get_ManyRedirects_TenAreFollowed(int redirects, bool arrives)
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(context =>
        {
            int left = int.Parse(context.Request.Path.Value![1..]);
            if (left > 0)
            {
                context.Response.Redirect($"/{left - 1}");
            }

            return Task.CompletedTask;
        });
        Task<HttpResponseMessage> get = GetOnceAsync(WithSecrets, server.Url($"/{redirects}"));
        if (arrives)
        {
            using HttpResponseMessage response = await get;
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        else
        {
            var exception = await Assert.ThrowsAsync<HttpRequestException>(() => get);
            Assert.Contains("10 redirects", exception.Message, StringComparison.Ordinal);
            Assert.Contains(server.Url("/0"), exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Get_FollowRedirectsIsFalse_GivesTheRedirectBack()
    {
        await using LoopbackServer server = await StartAsync(("/a", 308, "/b"));
        using HttpResponseMessage response = await GetOnceAsync(new HttpClientArguments { FollowRedirects = false }, server.Url("/a"));
        Assert.Equal(HttpStatusCode.PermanentRedirect, response.StatusCode);
        Assert.Equal("/b", response.Headers.Location!.OriginalString);
        Assert.Single(server.Seen);
    }

    [Fact]
    public async Task Get_RedirectWithoutLocation_GivesTheRedirectBack()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(context =>
        {
            context.Response.StatusCode = 302;
            return Task.CompletedTask;
        });
        using HttpResponseMessage response = await GetOnceAsync(new HttpClientArguments(), server.Url());
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
    }

    [Fact]
    public async Task Get_RedirectToAnotherScheme_FailsNamingIt()
    {
        await using LoopbackServer server = await StartAsync(("/a", 302, "ftp://user:pw@127.0.0.1/x"));
        var exception = await Assert.ThrowsAsync<HttpRequestException>(() => GetOnceAsync(new HttpClientArguments(), server.Url("/a")));
        Assert.Contains("\"ftp\"", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pw", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_RedirectToWhereNobodyListens_SaysWhereItLed()
    {
        await using LoopbackServer server = await StartAsync(("/a", 302, "http://127.0.0.1:1/b?secret=1"));
        var exception = await Assert.ThrowsAsync<ConnectionException>(() => GetOnceAsync(new HttpClientArguments(), server.Url("/a")));
        Assert.Equal("redirected to http://127.0.0.1:1/b: connection refused", exception.Message);
    }

    [Fact]
    public async Task Get_RedirectToNoUrl_GivesTheRedirectBack()
    {
        await using LoopbackServer server = await StartAsync(("/a", 302, "http://[bad/"));
        using HttpResponseMessage response = await GetOnceAsync(new HttpClientArguments(), server.Url("/a"));
        Assert.Equal(HttpStatusCode.Found, response.StatusCode);
    }

    [Theory]
    [InlineData("http://a.example/", "http://a.example/x", true)]
    [InlineData("http://a.example/", "http://b.a.example/x", true)]
    [InlineData("http://a.example/", "https://a.example/x", true)]
    [InlineData("https://a.example/", "http://a.example/x", false)]
    [InlineData("https://a.example:444/", "http://a.example:444/x", false)]
    [InlineData("http://b.a.example/", "http://a.example/x", false)]
    [InlineData("http://a.example/", "http://aa.example/x", false)]
    [InlineData("http://a.example/", "http://evil-a.example/x", false)]
    [InlineData("http://a.example/", "http://a.example:8080/x", false)]
    [InlineData("http://10.0.0.1/", "http://10.0.0.2/x", false)]
    public void KeepsCredentials_Hosts_OnlyTheSameHostAndItsSubdomains(string origin, string next, bool expected) =>
        Assert.Equal(expected, RedirectRules.KeepsCredentials(new Uri(origin), new Uri(next)));

    private static Task<LoopbackServer> StartAsync((string Path, int Status, string Location) redirect) =>
        LoopbackServer.StartAsync(context =>
        {
            if (context.Request.Path == redirect.Path)
            {
                context.Response.StatusCode = redirect.Status;
                context.Response.Headers.Location = redirect.Location;
            }

            return Task.CompletedTask;
        });
}
