using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace Stoker.Web;

/// <summary>
/// The HTTP server of the agent: health, reload, metrics, the JSON API and the start page, over HTTP/1.1, and over HTTP/2 where there is TLS. It reads no file and no environment
/// variable and takes no signal: its owner starts and stops it.
/// </summary>
public sealed class WebServer : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(5);

    private readonly WebSettings _settings;
    private readonly GraphView _graph;
    private readonly CollectorRegistry _metrics;
    private readonly ILoggerFactory _loggers;
    private readonly Action<IEndpointRouteBuilder> _more;
    private readonly WebProtection _protection;
    private WebApplication? _app;

    /// <param name="more">Adds the endpoints of other parts, such as <c>/debug/pprof</c>.</param>
    /// <param name="protection">TLS and access, asked anew each time; null for a server that stays plain and open.</param>
    public WebServer(
        WebSettings settings, GraphView graph, CollectorRegistry metrics, ILoggerFactory loggers, Action<IEndpointRouteBuilder> more,
        WebProtection? protection = null)
    {
        _settings = settings;
        _graph = graph;
        _metrics = metrics;
        _loggers = loggers;
        _more = more;
        _protection = protection ?? new WebProtection();
    }

    /// <summary>Where the server listens, with the port that it got; the wanted address before it is started.</summary>
    public ListenAddress Address { get; private set; } = ListenAddress.Default;

    /// <summary>Begins to listen. Null when it does; otherwise one line that says why it cannot. Called once.</summary>
    public async Task<string?> StartAsync(CancellationToken cancellationToken)
    {
        Address = _settings.Listen;
        try
        {
            IPAddress? address = await _settings.Listen.ResolveAsync(cancellationToken);
            _app = Build(address);
            await _app.StartAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return $"cannot listen on {_settings.Listen}: {BindFailure.Explain(exception)}";
        }

        Address = Address with { Port = new Uri(_app.Urls.First()).Port };
        Log.Listening(_loggers.CreateLogger("Stoker.Web"), Address.ToString());
        return null;
    }

    /// <summary>Takes no more requests and waits for those in hand, for a few seconds at most.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    private WebApplication Build(IPAddress? address)
    {
        // Not CreateBuilder, because that takes addresses and more from the environment and from appsettings.json in the working directory.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            if (address is null)
            {
                kestrel.ListenAnyIP(_settings.Listen.Port, _protection.Use);
            }
            else
            {
                kestrel.Listen(address, _settings.Listen.Port, _protection.Use);
            }
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new ForwardedLogs(_loggers));
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopPatience);
        builder.Services.AddRoutingCore();
        builder.Services.AddResponseCompression(compression =>
        {
            compression.Providers.Add<GzipCompressionProvider>();
            compression.MimeTypes = ["application/json", "text/html", "text/plain"];
        });
        builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);

        WebApplication app = builder.Build();
        _protection.Use(app);
        app.UseResponseCompression();
        app.Use((context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            return next(context);
        });
        AgentEndpoints.Map(app, _graph, _metrics);
        new ComponentApi(_settings, _graph, () => Address).Map(app);
        _more(app);
        new StartPage(_settings, _graph, IsMapped(app, "/debug/pprof")).Map(app);
        return app;
    }

    private static bool IsMapped(IEndpointRouteBuilder endpoints, string path) =>
        endpoints.DataSources
            .SelectMany(source => source.Endpoints)
            .OfType<RouteEndpoint>()
            .Any(endpoint => $"/{endpoint.RoutePattern.RawText?.TrimStart('/')}".StartsWith(path, StringComparison.Ordinal));

    /// <summary>Hands the log lines of the server's own parts to the agent's log.</summary>
    private sealed class ForwardedLogs(ILoggerFactory loggers) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => loggers.CreateLogger(categoryName);

        public void Dispose()
        {
            // The factory is the agent's.
        }
    }

    /// <summary>In place of the console's lifetime, which would stop the server by itself on a signal.</summary>
    private sealed class OwnedLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
