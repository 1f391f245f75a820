using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Stoker.Profiling.Cpu;

namespace Stoker.Profiling;

/// <summary>Gives an ASP.NET Core process the profiling endpoints that Go programs have.</summary>
public static class PprofEndpointRouteBuilderExtensions
{
    private const string PlainText = "text/plain; charset=utf-8";

    /// <summary>
    /// Maps below <paramref name="prefix"/>: an index of what there is, <c>profile</c> (CPU; <c>seconds</c> 1 to 300, default 30; <c>hz</c> 1 to 999,
    /// default 99; <c>engine</c> auto, perf or eventpipe) and <c>cmdline</c>. Any pull-mode profiler and <c>go tool pprof</c> can read them. One CPU
    /// profile is recorded at a time in a process. A <see cref="TimeProvider"/> among the services is used, where there is one.
    /// Profiles show the names of types and methods, and the command line may show more: restrict the returned group, for example with
    /// <c>RequireHost</c> or <c>RequireAuthorization</c>, unless the address is private.
    /// </summary>
    /// <returns>The group of all mapped endpoints, for further conventions.</returns>
    public static RouteGroupBuilder MapPprof(this IEndpointRouteBuilder endpoints, string prefix = "/debug/pprof")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prefix);
        string path = prefix.Trim('/') is { Length: > 0 } trimmed ? "/" + trimmed : "";
        TimeProvider timeProvider = endpoints.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
        CancellationToken stopping = endpoints.ServiceProvider.GetService<IHostApplicationLifetime>()?.ApplicationStopping ?? CancellationToken.None;

        RouteGroupBuilder group = endpoints.MapGroup(path);
        group.DisableHttpMetrics();
        group.ExcludeFromDescription();
        group.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], context => IndexPage.WriteAsync(context, context.Request.PathBase + path));
        group.MapGet("/profile", context => CpuProfileEndpoint.HandleAsync(context, timeProvider, stopping));
        group.MapGet("/cmdline", context =>
        {
            NoSniff(context.Response);
            context.Response.ContentType = PlainText;
            return context.Response.WriteAsync(string.Join('\0', Environment.GetCommandLineArgs()), context.RequestAborted);
        });
        group.MapGet("/{name}", context => WriteErrorAsync(context, StatusCodes.Status404NotFound, Missing(context.GetRouteValue("name"))));
        return group;
    }

    /// <summary>Answers with one line of text, as Go's handlers do.</summary>
    internal static Task WriteErrorAsync(HttpContext context, int status, string text)
    {
        NoSniff(context.Response);
        context.Response.StatusCode = status;
        context.Response.ContentType = PlainText;

        // Go marks its own errors so that go tool pprof shows their text.
        context.Response.Headers["X-Go-Pprof"] = "1";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }

    internal static void NoSniff(HttpResponse response) => response.Headers.XContentTypeOptions = "nosniff";

    private static string Missing(object? name) => PprofCatalog.Find(name as string) is { IsServed: false }
        ? $"Unknown profile\n{name} is not served by this version of Stoker.Profiling, only profile (CPU) is."
        : "Unknown profile";
}
