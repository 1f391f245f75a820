using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Stoker.Web.Tests;

public sealed class ProtectionTests
{
    private readonly WebProtection _protection = new();
    private readonly FakeGraph _graph = new();

    [Theory]
    [InlineData("/metrics", true)]
    [InlineData("/METRICS", true)]
    [InlineData("/metrics/", true)]
    [InlineData("//metrics", true)]
    [InlineData("/metric%73", true)]
    [InlineData("/api/v0/web/components/a%2Fb", true)]
    [InlineData("/-/ready", false)]
    [InlineData("/", false)]
    public void Protects_ListedPaths_EverySpellingMatches(string path, bool expected) =>
        Assert.Equal(expected, new AccessRules("u", "p", ["/metrics/", "/api/v0/web/components/a/b"], protectsMatches: true).Protects(path));

    [Theory]
    [InlineData("/-/ready", false)]
    [InlineData("/-/ready/more", false)]
    [InlineData("//-/ready", true)]
    [InlineData("/-/READY", true)]
    [InlineData("/metrics", true)]
    public void Protects_AllButListedPaths_OnlyTheExactSpellingIsFree(string path, bool expected) =>
        Assert.Equal(expected, new AccessRules("u", "p", ["/-/ready"], protectsMatches: false).Protects(path));

    [Fact]
    public void Protects_NoFilterAndEmptyFilter_EverythingAndNothing()
    {
        Assert.True(new AccessRules("u", "p", null, protectsMatches: true).Protects("/"));
        Assert.False(new AccessRules("u", "p", [], protectsMatches: true).Protects("/-/reload"));
    }

    [Theory]
    [InlineData("Basic", "u:p", true)]
    [InlineData("basic", "u:p", true)]
    [InlineData("Bearer", "u:p", false)]
    [InlineData("Basic", "u:q", false)]
    [InlineData("Basic", "v:p", false)]
    [InlineData("Basic", "u:p2", false)]
    [InlineData("Basic", "", false)]
    public void Accepts_OnlyTheNameAndThePassword(string scheme, string credentials, bool expected) =>
        Assert.Equal(expected, new AccessRules("u", "p", null, true).Accepts($"{scheme} {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic %%%")]
    public void Accepts_NoCredentials_False(string? header) => Assert.False(new AccessRules("u", "p", null, true).Accepts(header));

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/METRICS/")]
    [InlineData("/%6detrics")]
    [InlineData("/x/../metrics")]
    [InlineData("/x/%2e%2e/metrics")]
    public async Task Get_OfAProtectedPath_NeedsThePasswordHoweverItIsSpelt(string path)
    {
        _protection.Set(this, new AccessRules("u", "p", ["/metrics"], protectsMatches: true), null);
        await using RunningServer server = await RunningServer.StartAsync(_graph, protection: _protection);
        using HttpResponseMessage refused = await server.SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("Basic realm=\"Restricted\"", refused.Headers.WwwAuthenticate.ToString());
        Assert.Empty(await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using HttpResponseMessage answered = await server.SendAsync(HttpMethod.Get, path, Authenticate);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/-/ready")).Status);
    }

    [Theory]
    [InlineData("GET", "/-/ready")]
    [InlineData("POST", "/-/reload")]
    [InlineData("GET", "/-/reload")]
    [InlineData("GET", "/")]
    [InlineData("GET", "/nothing")]
    [InlineData("GET", "/api/v0/web/components")]
    [InlineData("GET", "/debug/pprof/")]
    public async Task Send_WithoutFilter_EveryPathNeedsThePassword(string method, string path)
    {
        _protection.Set(this, new AccessRules("u", "p", null, true), null);
        await using RunningServer server = await RunningServer.StartAsync(_graph, protection: _protection);
        using HttpResponseMessage refused = await server.SendAsync(new HttpMethod(method), path);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(0, _graph.Reloads);
    }

    [Fact]
    public async Task Clear_OfWhatIsInForce_OpensTheServer()
    {
        object later = new();
        await using RunningServer server = await RunningServer.StartAsync(_graph, protection: _protection);
        Assert.True(_protection.Set(this, new AccessRules("u", "p", null, true), null));
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("/-/ready")).Status);
        Assert.False(_protection.Set(later, new AccessRules("u", "q", null, true), null));
        Assert.False(_protection.Clear(this));
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("/-/ready")).Status);
        Assert.True(_protection.Clear(later));
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/-/ready")).Status);
    }

    private static void Authenticate(HttpRequestMessage request) =>
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("u:p"u8));
}
