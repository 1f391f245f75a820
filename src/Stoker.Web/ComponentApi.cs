using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Stoker.Components;
using Stoker.Graph;

namespace Stoker.Web;

/// <summary>The JSON API of the pages, below <c>PREFIX/api/v0/web</c>.</summary>
/// <param name="address">Where the server listens, asked at each request.</param>
internal sealed class ComponentApi(WebSettings settings, GraphView graph, Func<ListenAddress> address)
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    // One at a time: a page is a pass over everything that a component says, and whoever asks for many at once gets them one after the other.
    private readonly SemaphoreSlim _paging = new(1);

    public void Map(IEndpointRouteBuilder endpoints)
    {
        string root = settings.Prefix + "api/v0/web/";
        endpoints.MapMethods(root + "components", Reading, ListAsync);
        endpoints.MapMethods(root + "components/{**id}", Reading, DetailAsync);
        endpoints.MapMethods(root + "modules/{**path}", Reading, ListModuleAsync);
        endpoints.MapMethods(root + "peers", Reading, PeersAsync);
    }

    private async Task ListAsync(HttpContext context)
    {
        await using ComponentJson json = Begin(context);
        await json.WriteListAsync(InModule(""));
    }

    private async Task ListModuleAsync(HttpContext context)
    {
        const string End = "/components";
        string path = Unescaped(context, "path");
        string module = path.EndsWith(End, StringComparison.Ordinal) ? path[..^End.Length] : "";
        if (module.Length == 0 || !graph.GetComponents().Any(component => component.ModuleIds.Contains(module)))
        {
            await AgentEndpoints.AnswerAsync(context, StatusCodes.Status404NotFound, $"module {path} does not exist\n");
            return;
        }

        await using ComponentJson json = Begin(context);
        await json.WriteListAsync(InModule(module));
    }

    private IReadOnlyList<ComponentSnapshot> InModule(string module) =>
        [.. graph.GetComponents().Where(component => ComponentPath.ModuleOf(component.Id)[1..] == module)];

    // The server leaves an escaped slash as it is, and identifiers may hold slashes.
    private static string Unescaped(HttpContext context, string name) =>
        ((string?)context.GetRouteValue(name) ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private async Task DetailAsync(HttpContext context)
    {
        string id = Unescaped(context, "id");
        IReadOnlyList<ComponentSnapshot> components = graph.GetComponents();
        if (components.FirstOrDefault(component => component.Id == id) is not { } found)
        {
            await AgentEndpoints.AnswerAsync(context, StatusCodes.Status404NotFound, $"component {id} does not exist\n");
            return;
        }

        if (!DebugQuery.TryParse(context.Request.Query, out DebugQuery? query, out string mistake))
        {
            await AgentEndpoints.AnswerAsync(context, StatusCodes.Status400BadRequest, mistake + "\n");
            return;
        }

        DebugPage? page = query is null ? null : await ReadPageAsync(found, query, context.RequestAborted);
        await using ComponentJson json = Begin(context);
        await (page is null ? json.WriteDetailAsync(found, components) : json.WritePageAsync(found, components, page));
    }

    private async Task<DebugPage> ReadPageAsync(ComponentSnapshot component, DebugQuery query, CancellationToken cancellationToken)
    {
        // Not held while the page is written, because a client that reads slowly must not keep others waiting.
        await _paging.WaitAsync(cancellationToken);
        try
        {
            var page = new DebugPage(query, cancellationToken);
            await page.ReadAsync(component.Component?.DescribeState() ?? []);
            return page;
        }
        finally
        {
            _paging.Release();
        }
    }

    private async Task PeersAsync(HttpContext context)
    {
        Prepare(context);
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, ComponentJson.Options);
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteString("name", settings.NodeName);
        json.WriteString("addr", address().ToString());
        json.WriteBoolean("isSelf", true);
        json.WriteString("state", "participant");
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static ComponentJson Begin(HttpContext context)
    {
        Prepare(context);
        return new ComponentJson(context.Response.BodyWriter, context.RequestAborted);
    }

    private static void Prepare(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
    }
}
