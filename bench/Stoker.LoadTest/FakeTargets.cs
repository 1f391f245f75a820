using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Stoker.LoadTest;

/// <summary>When the requests of one scrape loop came, in milliseconds of the wall clock.</summary>
internal sealed record LoopArrivals(int Port, string Path, double[] At);

internal sealed record TargetsReport(long Answers, long Bytes, LoopArrivals[] Loops);

/// <summary>The process that plays every target: a server with a port for each of them, and one port more for the harness.</summary>
internal sealed class FakeTargets
{
    private readonly Dictionary<string, GrowingProfile> _profiles = new()
    {
        ["/debug/pprof/allocs"] = new("prometheus.allocs.b.pb.gz"),
        ["/debug/pprof/profile"] = new("prometheus.profile.pb.gz"),
        ["/debug/pprof/goroutine"] = new("prometheus.goroutine.pb.gz"),
        ["/debug/pprof/mutex"] = new("prometheus-debug.mutex.b.pb.gz"),
        ["/debug/pprof/block"] = new("prometheus-debug.block.b.pb.gz"),
    };

    private readonly ConcurrentDictionary<(int Port, string Path), ConcurrentQueue<double>> _arrivals = new();
    private readonly HashSet<int> _hanging = [];
    private int _control;
    private long _answers;
    private long _bytes;

    public async Task RunAsync(int answering, int hanging, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            for (int i = 0; i < answering + hanging + 1; i++)
            {
                options.Listen(IPAddress.Loopback, 0);
            }
        });
        await using WebApplication server = builder.Build();
        server.Run(AnswerAsync);
        await server.StartAsync(cancellationToken);

        int[] ports = [.. server.Urls.Select(url => new Uri(url).Port)];
        _control = ports[0];
        _hanging.UnionWith(ports[(answering + 1)..]);
        Console.WriteLine(Role.ReadyLine(ports));
        await server.WaitForShutdownAsync(cancellationToken);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        int port = context.Connection.LocalPort;
        string path = context.Request.Path;
        if (port == _control)
        {
            await context.Response.WriteAsJsonAsync(Report(), context.RequestAborted);
            return;
        }

        if (!_profiles.TryGetValue(path, out GrowingProfile? profile))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        ConcurrentQueue<double> arrivals = _arrivals.GetOrAdd((port, path), _ => new());
        int round = arrivals.Count;
        arrivals.Enqueue((now - DateTimeOffset.UnixEpoch).TotalMilliseconds);
        if (_hanging.Contains(port))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        }

        if (int.TryParse(context.Request.Query["seconds"], CultureInfo.InvariantCulture, out int seconds))
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, context.RequestAborted);
        }

        byte[] body = profile.BodyOf(round, now);
        context.Response.ContentType = "application/octet-stream";
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
        Interlocked.Increment(ref _answers);
        Interlocked.Add(ref _bytes, body.Length);
    }

    private TargetsReport Report() => new(
        Interlocked.Read(ref _answers),
        Interlocked.Read(ref _bytes),
        [.. _arrivals.Where(loop => !_hanging.Contains(loop.Key.Port)).Select(loop => new LoopArrivals(loop.Key.Port, loop.Key.Path, [.. loop.Value]))]);
}
