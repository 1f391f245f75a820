using System.Net;
using System.Security.Cryptography.X509Certificates;
using Stoker.TestKit.Programs;
using static Stoker.Http.Tests.Client;

namespace Stoker.Http.Tests;

/// <summary>
/// HTTP/2 puts all requests to a host on one connection, so that one that is dead without anybody having been told could hold them all for
/// ever. The pings that find it out are the handler's and go by the real clock; the shortest that it takes is a second,
/// which a busy machine may need for an answer.
/// </summary>
public sealed class PartitionTests
{
    private static readonly ConnectionTimes Short = new() { PingDelay = TimeSpan.FromSeconds(1), PingTimeout = TimeSpan.FromSeconds(5) };
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Get_AfterAPartition_RequestsWorkAgainOnANewConnection()
    {
        using var authority = new Authority();
        using X509Certificate2 certificate = authority.Issue("server");
        await using LoopbackServer server = await LoopbackServer.StartAsync(certificate);
        await using var link = new Link(server.Port);
        using HttpMessageInvoker client = Create(authority);
        string url = $"https://{link.Address}/";
        using (await client.GetAsync(url))
        {
        }

        using (await client.GetAsync(url))
        {
        }

        Assert.Equal(1, link.Connections);
        link.Cut();

        // One request dies by its deadline, as a scrape would; the others must not go on waiting behind it.
        using var deadline = new CancellationTokenSource();
        Task<HttpResponseMessage> dying = client.SendAsync(new HttpRequestMessage(HttpMethod.Get, url), deadline.Token);
        await link.Swallowed.WaitAsync(AtMost, TestContext.Current.CancellationToken);
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dying);

        await Polling.UntilAsync("a request is answered", AtMost, () => IsAnsweredAsync(client, url), TestContext.Current.CancellationToken);
        Assert.True(link.Connections >= 2);
        Assert.Equal("HTTP/2", server.Last.Protocol);
    }

    [Fact]
    public async Task Get_InFlightAtAPartition_FailsSayingThatTheConnectionIsDead()
    {
        using var authority = new Authority();
        using X509Certificate2 certificate = authority.Issue("server");
        await using LoopbackServer server = await LoopbackServer.StartAsync(certificate);
        await using var link = new Link(server.Port);
        using HttpMessageInvoker client = Create(authority);
        string url = $"https://{link.Address}/";
        using (await client.GetAsync(url))
        {
        }

        link.Cut();

        ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(() => client.GetAsync(url));
        Assert.Equal($"the connection to {link.Address} was dead: no answer to a ping for 5 s", exception.Summary);
        using HttpResponseMessage response = await client.GetAsync(url);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>A server that takes its time is not dead: it answers pings.</summary>
    [Fact]
    public async Task Get_ServerIsSilentForLongerThanPingsMayTake_IsWaitedFor()
    {
        using var authority = new Authority();
        using X509Certificate2 certificate = authority.Issue("server");
        await using LoopbackServer server = await LoopbackServer.StartAsync(
            certificate, context => Task.Delay(4 * (Short.PingDelay + Short.PingTimeout) / 3, TimeProvider.System, context.RequestAborted));
        using HttpMessageInvoker client = Create(authority);

        using HttpResponseMessage response = await client.GetAsync(server.Url(scheme: "https"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("HTTP/2", server.Last.Protocol);
    }

    private static HttpMessageInvoker Create(Authority authority) => HttpConnections.Create(
        new HttpClientArguments { Tls = new TlsArguments { CaPem = authority.Pem } }, CreateContext(TimeProvider.System), Short, _ => null);

    private static async Task<bool> IsAnsweredAsync(HttpMessageInvoker client, string url)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1), TimeProvider.System);
        try
        {
            using HttpResponseMessage response = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, url), deadline.Token);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException)
        {
            return false;
        }
    }
}
