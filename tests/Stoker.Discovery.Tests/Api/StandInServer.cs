using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Stoker.Discovery.Tests.Api;

/// <summary>A request as a stand-in read it.</summary>
internal sealed record StandInRequest(string Method, string Path, IReadOnlyDictionary<string, string[]> Query, IReadOnlyDictionary<string, string> Headers);

/// <summary>
/// An HTTP server on loopback or on a Unix socket that a stand-in answers with. It can be stopped, which cuts what is under way, and started again at the
/// same place. A script of the test may answer before the stand-in does. Safe from several threads.
/// </summary>
/// <param name="listen">What the port has besides, such as TLS.</param>
internal sealed class StandInServer(
    Func<HttpContext, CancellationToken, Task> answer, string? socketPath = null, Action<ListenOptions>? listen = null) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<StandInRequest> _requests = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];
    private CancellationTokenSource _stopping = new();
    private WebApplication? _server;
    private int _port;

    public int Port => _port;

    /// <summary>The scheme, host and port, without a path; empty for a Unix socket.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Answers a request and returns true, or leaves it to the stand-in.</summary>
    public Func<HttpContext, CancellationToken, Task<bool>>? Script { get; set; }

    public IReadOnlyList<StandInRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Completes as soon as so many requests have come in all.</summary>
    public Task WaitForRequestsAsync(int count)
    {
        lock (_lock)
        {
            if (_requests.Count >= count)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((count, reached));
            return reached.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    public async Task StartAsync()
    {
        _stopping = new CancellationTokenSource();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null;
            if (socketPath is not null)
            {
                File.Delete(socketPath);
                kestrel.ListenUnixSocket(socketPath);
            }
            else
            {
                kestrel.Listen(IPAddress.Loopback, _port, endpoint =>
                {
                    endpoint.Protocols = HttpProtocols.Http1;
                    listen?.Invoke(endpoint);
                });
            }
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        WebApplication server = builder.Build();
        server.Run(ServeAsync);
        await server.StartAsync();
        Url = socketPath is null ? server.Urls.Single() : "";
        _port = socketPath is null ? new Uri(Url).Port : 0;
        _server = server;
    }

    public async Task StopAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await _stopping.CancelAsync();
            await server.StopAsync();
            await server.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>Answers with a body as it is.</summary>
    public static async Task AnswerAsync(HttpContext http, int status, string type, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = type;
        await http.Response.WriteAsync(body, CancellationToken.None);
    }

    /// <summary>Announces a whole body and cuts the connection in the middle of it.</summary>
    public static async Task TruncateAsync(HttpContext http, string body, int sent)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = System.Text.Encoding.UTF8.GetByteCount(body);
        await http.Response.WriteAsync(body[..sent], CancellationToken.None);
        await http.Response.Body.FlushAsync(CancellationToken.None);
        http.Abort();
    }

    private async Task ServeAsync(HttpContext http)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stopping.Token);
        var request = new StandInRequest(
            http.Request.Method,
            http.Request.Path.Value ?? "",
            http.Request.Query.ToDictionary(parameter => parameter.Key, parameter => parameter.Value.Select(value => value ?? "").ToArray()),
            http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        lock (_lock)
        {
            _requests.Add(request);
            foreach ((_, TaskCompletionSource reached) in _waiters.Where(waiter => waiter.Count <= _requests.Count))
            {
                reached.TrySetResult();
            }
        }

        try
        {
            if (Script is null || !await Script(http, ended.Token))
            {
                await answer(http, ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has gone, or the stand-in stops.
            http.Abort();
        }
    }
}
