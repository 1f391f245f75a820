using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace Stoker.Web.Tests;

/// <summary>A server on a free port of 127.0.0.1 and a client that neither follows redirects nor decompresses.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly WebServer _server;
    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    private RunningServer(WebServer server) => _server = server;

    public ListenAddress Address => _server.Address;

    public static WebServer Create(WebSettings settings, FakeGraph graph, CollectorRegistry? metrics = null, Action<IEndpointRouteBuilder>? more = null,
        WebProtection? protection = null) =>
        new(settings, graph.View, metrics ?? Metrics.NewCustomRegistry(), NullLoggerFactory.Instance, more ?? (_ => { }), protection);

    public static async Task<RunningServer> StartAsync(
        FakeGraph graph, WebSettings? settings = null, CollectorRegistry? metrics = null, Action<IEndpointRouteBuilder>? more = null,
        WebProtection? protection = null)
    {
        settings ??= new WebSettings { NodeName = "host-a" };
        WebServer server = Create(settings with { Listen = new ListenAddress("127.0.0.1", 0) }, graph, metrics, more, protection);
        Assert.Null(await server.StartAsync(TestContext.Current.CancellationToken).WaitAsync(Limit, TestContext.Current.CancellationToken));
        return new RunningServer(server);
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Action<HttpRequestMessage>? change = null)
    {
        var request = new HttpRequestMessage(method, new Uri($"http://{Address}{path}"));
        change?.Invoke(request);
        return _client.SendAsync(request, TestContext.Current.CancellationToken).WaitAsync(Limit, TestContext.Current.CancellationToken);
    }

    public async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, path);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }
}
