using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Stoker.TestKit.Pyroscope;

namespace Stoker.LoadTest;

/// <summary>A backend that checks every push as the tests do, and keeps none. Its first port is the harness's, its last that of the pushes.</summary>
internal static class StrictSink
{
    public static async Task RunAsync(CancellationToken cancellationToken)
    {
        long bytes = 0;
        await using PyroscopeStandIn backend = await PyroscopeStandIn.StartAsync();
        backend.Keeps = false;
        backend.Script = push =>
        {
            Interlocked.Add(ref bytes, push.Bytes.Length);
            return null;
        };

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        await using WebApplication control = builder.Build();
        control.MapGet("/-/report", () => new SinkReport(backend.AcceptedCount, Interlocked.Read(ref bytes), backend.Requests.Count));
        await control.StartAsync(cancellationToken);
        Console.WriteLine(Role.ReadyLine([new Uri(control.Urls.Single()).Port, backend.Port]));
        await control.WaitForShutdownAsync(cancellationToken);
    }
}
