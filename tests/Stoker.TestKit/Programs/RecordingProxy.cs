using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Logging;

namespace Stoker.TestKit.Programs;

/// <summary>One answer of the target behind a <see cref="RecordingProxy"/>: its bytes as they came, before anybody decompressed them.</summary>
/// <param name="Path">The path of the request without the query.</param>
/// <param name="Query">The query with its question mark, or nothing.</param>
public sealed record RecordedAnswer(string Path, string Query, int Status, byte[] Body, DateTimeOffset At);

/// <summary>Stands on loopback before one target, passes GET requests on to it and keeps every answer. Safe from several threads.</summary>
public sealed class RecordingProxy : IAsyncDisposable
{
    private readonly ConcurrentQueue<RecordedAnswer> _answers = new();
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly WebApplication _server;
    private readonly string _target;

    private RecordingProxy(string target, WebApplication server)
    {
        _target = target;
        _server = server;
    }

    /// <summary>Host and port of the proxy.</summary>
    public string Address => new Uri(_server.Urls.Single()).Authority;

    /// <summary>What has been answered so far, in the order in which the answers were complete.</summary>
    public IReadOnlyList<RecordedAnswer> Answers => [.. _answers];

    public static async Task<RecordingProxy> StartAsync(string targetAddress, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication server = builder.Build();
        var proxy = new RecordingProxy(targetAddress, server);
        server.Run(proxy.PassOnAsync);
        await server.StartAsync(cancellationToken);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
    }

    private async Task PassOnAsync(HttpContext context)
    {
        string pathAndQuery = UriHelper.BuildRelative(path: context.Request.Path, query: context.Request.QueryString);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{_target}{pathAndQuery}");
        using HttpResponseMessage answer = await _client.SendAsync(request, context.RequestAborted);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(context.RequestAborted);
        _answers.Enqueue(new RecordedAnswer(
            context.Request.Path, context.Request.QueryString.Value ?? "", (int)answer.StatusCode, body, TimeProvider.System.GetUtcNow()));
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
