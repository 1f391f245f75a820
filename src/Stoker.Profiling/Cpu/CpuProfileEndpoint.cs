using Microsoft.AspNetCore.Http;

namespace Stoker.Profiling.Cpu;

/// <summary>Answers <c>GET profile</c>.</summary>
internal static class CpuProfileEndpoint
{
    /// <summary>Which engine recorded, also in the first comment of the profile.</summary>
    private const string EngineHeader = "X-Pprof-Engine";

    public static async Task HandleAsync(HttpContext context, TimeProvider timeProvider, CancellationToken stopping)
    {
        if (!CpuProfileQuery.TryParse(context.Request.Query, out CpuProfileQuery? query, out string? error))
        {
            await Refuse(context, StatusCodes.Status400BadRequest, error ?? "");
            return;
        }

        // The host waits for requests in flight when it stops; a profile of minutes must not hold it up.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        CpuProfileResult result;
        try
        {
            result = await CpuProfiler.OfProcess.RecordAsync(query!, timeProvider, either.Token);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Refuse(context, StatusCodes.Status503ServiceUnavailable, "The process is shutting down.");
            return;
        }

        switch (result.Status)
        {
            case CpuProfileStatus.Busy:
                await Refuse(context, StatusCodes.Status500InternalServerError, result.Problem);
                break;
            case CpuProfileStatus.Unavailable:
                await Refuse(context, StatusCodes.Status501NotImplemented, result.Problem);
                break;
            default:
                PprofEndpointRouteBuilderExtensions.NoSniff(context.Response);
                context.Response.ContentType = "application/octet-stream";
                context.Response.ContentLength = result.Body.Length;
                context.Response.Headers.ContentDisposition = "attachment; filename=\"profile\"";
                context.Response.Headers[EngineHeader] = result.Engine;
                await context.Response.Body.WriteAsync(result.Body, context.RequestAborted);
                break;
        }
    }

    private static Task Refuse(HttpContext context, int status, string text) => PprofEndpointRouteBuilderExtensions.WriteErrorAsync(context, status, text);
}
