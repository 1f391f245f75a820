using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Stoker.Profiling.Tests;

/// <summary>A web server on loopback with the profiling endpoints, and a thread that is always busy in a method of a known name.</summary>
internal sealed class ProfiledApp : IAsyncDisposable
{
    public const string BusyMethod = "Stoker.Profiling.Tests.ProfiledApp.BurnCpu";

    private static double _sink;

    private readonly WebApplication _app;
    private readonly Thread _busy;
    private volatile bool _isStopping;

    private ProfiledApp(WebApplication app)
    {
        _app = app;
        _busy = new Thread(StayBusy) { IsBackground = true, Name = "busy" };
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public static async Task<ProfiledApp> StartAsync(TimeProvider? timeProvider = null, Action<WebApplication>? map = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(timeProvider ?? TimeProvider.System);
        WebApplication app = builder.Build();
        if (map is null)
        {
            app.MapPprof();
        }
        else
        {
            map(app);
        }

        await app.StartAsync(TestContext.Current.CancellationToken);
        var started = new ProfiledApp(app);
        started._busy.Start();
        return started;
    }

    /// <summary>Stops the host as a shutdown does, with requests in flight.</summary>
    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        _busy.Join();
        Client.Dispose();
        await _app.DisposeAsync();
    }

    private void StayBusy()
    {
        while (!_isStopping)
        {
            BurnCpu();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void BurnCpu()
    {
        for (int i = 0; i < 200_000; i++)
        {
            _sink += Math.Sqrt(i);
        }
    }
}
