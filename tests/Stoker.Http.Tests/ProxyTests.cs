using System.Text;
using static Stoker.Http.Tests.Client;

namespace Stoker.Http.Tests;

public sealed class ProxyTests
{
    [Fact]
    public async Task Get_ProxyUrl_TheProxyIsAskedForTheWholeUrl()
    {
        await using LoopbackServer proxy = await LoopbackServer.StartAsync();
        var arguments = new HttpClientArguments { Proxy = new ProxyArguments { ProxyUrl = $"127.0.0.1:{proxy.Port}" } };
        using HttpResponseMessage response = await GetOnceAsync(arguments, "http://profiled.invalid:6060/debug/pprof/heap");
        Assert.Equal("http://profiled.invalid:6060/debug/pprof/heap", proxy.Last.Target);
    }

    [Fact]
    public async Task Get_ProxyUrlWithUser_SaysAtOnceWhoItIs()
    {
        await using LoopbackServer proxy = await LoopbackServer.StartAsync();
        var arguments = new HttpClientArguments { Proxy = new ProxyArguments { ProxyUrl = $"http://ada:p%40ss@127.0.0.1:{proxy.Port}" } };
        using HttpResponseMessage response = await GetOnceAsync(arguments, "http://profiled.invalid/");
        Assert.Single(proxy.Seen);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ada:p@ss")), proxy.Last.Header("Proxy-Authorization"));
    }

    [Fact]
    public async Task Get_ProxyThatIsNotThere_BlamesTheProxyAndNotTheTarget()
    {
        var arguments = new HttpClientArguments { Proxy = new ProxyArguments { ProxyUrl = "http://ada:secret@127.0.0.1:1" } };
        using HttpMessageInvoker client = Client.Create(arguments);

        HttpRequestException exception = await Assert.ThrowsAnyAsync<HttpRequestException>(
            () => client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "http://127.0.0.1:2/"), TestContext.Current.CancellationToken));

        Assert.Equal(HttpRequestError.ProxyTunnelError, exception.HttpRequestError);
        Assert.StartsWith("the proxy 127.0.0.1:1 cannot be reached: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_HostInNoProxy_GoesStraight()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync();
        var arguments = new HttpClientArguments { Proxy = new ProxyArguments { ProxyUrl = "http://127.0.0.1:1", NoProxy = "127.0.0.0/8" } };
        using HttpResponseMessage response = await GetOnceAsync(arguments, server.Url("/x"));
        Assert.Equal("/x", server.Last.Target);
    }

    [Theory]
    [InlineData("*", "http://a.example/", true)]
    [InlineData("a.example", "http://a.example/", true)]
    [InlineData("A.Example", "https://sub.a.example/", true)]
    [InlineData("a.example", "http://ba.example/", false)]
    [InlineData(".a.example", "http://a.example/", false)]
    [InlineData(".a.example", "http://sub.a.example/", true)]
    [InlineData("*.a.example", "http://sub.a.example/", true)]
    [InlineData("*.a.example", "http://a.example/", false)]
    [InlineData("a.example:8080", "http://a.example/", false)]
    [InlineData("a.example:80", "http://a.example/", true)]
    [InlineData("a.example:443", "https://a.example/", true)]
    [InlineData(" b.example , 10.0.0.0/8 ", "http://10.9.8.7/", true)]
    [InlineData("10.1.2.3/8", "http://10.9.8.7/", true)]
    [InlineData("10.0.0.0/8", "http://11.0.0.1/", false)]
    [InlineData("10.0.0.1", "http://10.0.0.1:9/", true)]
    [InlineData("10.0.0.1:8", "http://10.0.0.1:9/", false)]
    [InlineData("fd00::/8", "http://[fd12::1]/", true)]
    [InlineData("[fd12::1]:81", "http://[fd12::1]:81/", true)]
    [InlineData("fd12::1", "http://[fd12::1]:81/", true)]
    [InlineData("10/8", "http://0.0.0.10/", false)]
    [InlineData("10", "http://0.0.0.10/", false)]
    [InlineData("010.0.0.1", "http://8.0.0.1/", false)]
    [InlineData("010.0.0.1", "http://10.0.0.1/", false)]
    [InlineData("10.0.0.0/8", "http://[::ffff:10.0.0.1]/", true)]
    [InlineData("::ffff:10.0.0.1", "http://10.0.0.1/", true)]
    [InlineData("10.0.0.0/8:80", "http://10.0.0.1/", false)]
    [InlineData("köln.example", "http://xn--kln-sna.example/", true)]
    [InlineData("*.KÖLN.example", "http://a.köln.example/", true)]
    [InlineData("a.example.", "http://a.example/", false)]
    [InlineData(",, ,", "http://a.example/", false)]
    [InlineData(".", "http://a.example/", false)]
    [InlineData("b.example", "http://a.localhost/", false)]
    [InlineData("b.example", "http://[::ffff:127.0.0.2]/", true)]
    [InlineData("b.example", "http://localhost/", true)]
    [InlineData("b.example", "http://[::1]/", true)]
    [InlineData("b.example", "http://127.0.0.1/", true)]
    public void Match_Entries(string list, string url, bool expected) =>
        Assert.Equal(expected, new ProxyExclusions(list).Match(new Uri(url)));

    [Fact]
    public void FindMistakes_ShortNetwork_IsOne() =>
        Assert.Equal(["10/8", "10.0.0.0/33"], ProxyExclusions.FindMistakes("10/8, 10.0.0.0/8, 10.0.0.0/33, a.example"));

    [Fact]
    public void Create_FromEnvironment_TakesTheVariableOfTheScheme()
    {
        ProxyRules rules = FromEnvironment(("HTTP_PROXY", "upper:1"), ("http_proxy", "lower:2"), ("https_proxy", "socks5h://lower"), ("no_proxy", "b.example"))!;
        Assert.Equal("http://upper:1/", rules.Find(new Uri("http://a.example/"))!.Address.ToString());
        Assert.Equal("socks5://lower:1080/", rules.Find(new Uri("https://a.example/"))!.Address.ToString());
        Assert.Null(rules.Find(new Uri("http://b.example/")));
        Assert.Null(rules.Find(new Uri("http://127.0.0.1/")));
    }

    [Fact]
    public void Create_FromEnvironmentOfACgiProgram_DoesNotTrustHttpProxy() =>
        Assert.Null(FromEnvironment(("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "http://evil.example")));

    [Fact]
    public void Create_ProxyUrlAlone_TakesLoopbackToo()
    {
        ProxyRules rules = ProxyRules.Create(new ProxyArguments { ProxyUrl = "http://proxy.example:3128" }, _ => null)!;
        Assert.Equal("http://proxy.example:3128/", rules.Find(new Uri("http://127.0.0.1/"))!.Address.ToString());
    }

    private static ProxyRules? FromEnvironment(params (string Name, string Value)[] variables) =>
        ProxyRules.Create(
            new ProxyArguments { FromEnvironment = true },
            name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
