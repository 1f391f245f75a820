using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Stoker.EndToEndTests;

/// <summary>A real HTTP server on loopback that answers with a list of targets, as <c>discovery.http</c> asks for one. Safe from several threads.</summary>
internal sealed class TargetSource : IAsyncDisposable
{
    private readonly WebApplication _server;
    private volatile string? _list;
    private int _asked;

    private TargetSource(WebApplication server) => _server = server;

    public string Url => $"{_server.Urls.Single()}/scrape_targets";

    public int TimesAsked => Volatile.Read(ref _asked);

    /// <summary>What it answers; null for a page with the status 500.</summary>
    public string? List
    {
        set => _list = value;
    }

    public static async Task<TargetSource> StartAsync(string list, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication server = builder.Build();
        var source = new TargetSource(server) { List = list };
        server.Run(source.AnswerAsync);
        await server.StartAsync(cancellationToken);
        return source;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private Task AnswerAsync(HttpContext context)
    {
        string? list = _list;
        context.Response.StatusCode = list is null ? 500 : 200;
        context.Response.ContentType = list is null ? "text/plain" : "application/json";
        Interlocked.Increment(ref _asked);
        return context.Response.WriteAsync(list ?? "out of order", context.RequestAborted);
    }
}
