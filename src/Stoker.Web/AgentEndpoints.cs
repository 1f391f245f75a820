using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Prometheus;
using Stoker.Graph;
using Stoker.Syntax;

namespace Stoker.Web;

/// <summary>What supervisors and Prometheus ask for: readiness, health, reload, metrics. No prefix stands before these paths.</summary>
internal static class AgentEndpoints
{
    public static void Map(IEndpointRouteBuilder endpoints, GraphView graph, CollectorRegistry metrics)
    {
        endpoints.Map("/-/ready", context => graph.IsReady()
            ? AnswerAsync(context, StatusCodes.Status200OK, "Stoker is ready.\n")
            : AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, "Stoker is not ready.\n"));
        endpoints.Map("/-/healthy", context => AnswerHealthAsync(context, graph));
        endpoints.MapMethods("/-/reload", [HttpMethods.Get, HttpMethods.Post], context => ReloadAsync(context, graph));
        endpoints.Map("/metrics", context => WriteMetricsAsync(context, graph, metrics));
    }

    public static Task AnswerAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    public static bool IsFailed(ComponentSnapshot component) => component.Health.State is HealthState.Unhealthy or HealthState.Exited;

    private static Task AnswerHealthAsync(HttpContext context, GraphView graph)
    {
        string[] failed = [.. graph.GetComponents().Where(IsFailed).Select(component => component.Id)];
        return failed.Length == 0
            ? AnswerAsync(context, StatusCodes.Status200OK, "All Stoker components are healthy.\n")
            : AnswerAsync(context, StatusCodes.Status500InternalServerError, $"unhealthy components: {string.Join(", ", failed)}\n");
    }

    private static async Task ReloadAsync(HttpContext context, GraphView graph)
    {
        ReloadResult result = await graph.ReloadAsync(context.RequestAborted);
        if (result.Applied)
        {
            await AnswerAsync(context, StatusCodes.Status200OK, "config reloaded\n");
            return;
        }

        var text = new StringBuilder();
        foreach (Diagnostic diagnostic in result.Diagnostics)
        {
            string severity = diagnostic.Severity == DiagnosticSeverity.Warning ? "warning: " : "";
            text.Append(severity).Append(diagnostic).Append('\n');
        }

        await AnswerAsync(context, StatusCodes.Status400BadRequest, text.ToString());
    }

    private static async Task WriteMetricsAsync(HttpContext context, GraphView graph, CollectorRegistry metrics)
    {
        graph.RefreshMetrics();
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await metrics.CollectAndExportAsTextAsync(context.Response.Body, context.RequestAborted);
    }
}
