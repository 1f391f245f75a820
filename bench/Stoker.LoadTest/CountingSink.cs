using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Stoker.LoadTest;

/// <param name="Refused">Pushes that were found to be wrong.</param>
internal sealed record SinkReport(long Pushes, long Bytes, long Refused);

/// <summary>
/// A backend that reads and counts what is pushed and checks nothing, so that it takes as little as possible of the processors that it shares
/// with what is measured.
/// </summary>
internal sealed class CountingSink(bool hangs)
{
    private long _pushes;
    private long _bytes;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        await using WebApplication server = builder.Build();
        server.MapGet("/-/report", () => new SinkReport(Interlocked.Read(ref _pushes), Interlocked.Read(ref _bytes), 0));
        server.MapPost("/push.v1.PusherService/Push", AcceptAsync);
        await server.StartAsync(cancellationToken);
        Console.WriteLine(Role.ReadyLine([new Uri(server.Urls.Single()).Port]));
        await server.WaitForShutdownAsync(cancellationToken);
    }

    private async Task AcceptAsync(HttpContext context)
    {
        if (hangs)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        }

        long length = 0;
        while (await context.Request.BodyReader.ReadAsync(context.RequestAborted) is { } read)
        {
            length += read.Buffer.Length;
            context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        Interlocked.Increment(ref _pushes);
        Interlocked.Add(ref _bytes, length);
        context.Response.ContentType = "application/proto";
    }
}
