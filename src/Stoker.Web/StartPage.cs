using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Stoker.Graph;

namespace Stoker.Web;

/// <summary>The page at the prefix: whether the agent is well, its components, and where the rest is. It holds no script.</summary>
internal sealed class StartPage(WebSettings settings, GraphView graph, bool hasPprof)
{
    private const string Style =
        """
        :root { color-scheme: light dark; }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
        h1 small { font-size: .5em; font-weight: normal; opacity: .7; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
        td { overflow-wrap: anywhere; }
        td.state, td.time { white-space: nowrap; }
        .healthy { color: #1a7f37; } .unhealthy, .exited { color: #cf222e; } .unknown { color: #9a6700; }
        nav a { margin-right: 1rem; }
        td.views { white-space: nowrap; font-size: .9em; }
        td.views a { margin-right: .6rem; }
        form { display: inline; }
        """;

    // The questions that are asked at night, answered by the API.
    private static readonly (string Text, string Query)[] ScrapeViews =
    [
        ("down first", "filter=block:target&sort=health"),
        ("slowest", "filter=block:target&sort=-last_scrape_overhead"),
        ("not scraped", "filter=block:dropped_target"),
    ];

    private static readonly (string Text, string Query)[] RelabelViews =
    [
        ("dropped first", "filter=block:target&sort=verdict"),
        ("rules by drops", "filter=block:rule&sort=-dropped"),
    ];

    private static readonly (string Text, string Query)[] SourceViews =
    [
        ("failing first", "filter=block:source&sort=health"),
        ("left out", "filter=block:source&sort=-skipped_entries"),
    ];

    public void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapMethods(settings.Prefix, [HttpMethods.Get, HttpMethods.Head], AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        // Routing takes the prefix with and without its last slash; the page's address is the one with it.
        if (!context.Request.Path.Value!.EndsWith('/'))
        {
            context.Response.Redirect(settings.Prefix);
            return;
        }

        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        await using var page = new StreamWriter(context.Response.Body, bufferSize: 16 * 1024, leaveOpen: true);
        await WriteAsync(page, graph.GetComponents());
    }

    private async Task WriteAsync(StreamWriter page, IReadOnlyList<ComponentSnapshot> components)
    {
        await page.WriteAsync(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Stoker</title>
            <style>
            {Style}
            </style>
            </head>
            <body>
            <h1>Stoker <small>{Text(settings.Version)} on {Text(settings.NodeName)}</small></h1>
            <p>{Text(Summary(components))}</p>
            <nav>
            <a href="/-/ready">readiness</a>
            <a href="/-/healthy">health</a>
            <a href="/metrics">metrics</a>
            {(hasPprof ? "<a href=\"/debug/pprof/\">profiles of this process</a>" : "")}
            <a href="{Text(settings.Prefix)}api/v0/web/components">components as JSON</a>
            <form method="post" action="/-/reload"><button>Reload the configuration</button></form>
            </nav>
            <h2>Components</h2>
            <table>
            <thead><tr><th>Health</th><th>Component</th><th>Targets</th><th>Message</th><th>Since</th></tr></thead>
            <tbody>

            """);
        foreach (ComponentSnapshot component in components)
        {
            string state = ComponentJson.Name(component.Health.State);
            string since = component.Health.UpdatedTime.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'");
            await page.WriteAsync(
                $"""
                <tr><td class="state {state}">{state}</td><td><a href="{Text(PathOf(component.Id))}">{Text(component.Id)}</a></td><td class="views">{Views(component)}</td><td>{Text(component.Health.Message)}</td><td class="time">{since}</td></tr>

                """);
        }

        if (components.Count == 0)
        {
            await page.WriteAsync("<tr><td colspan=\"5\">No components are loaded.</td></tr>\n");
        }

        await page.WriteAsync("</tbody>\n</table>\n</body>\n</html>\n");
    }

    private string Summary(IReadOnlyList<ComponentSnapshot> components)
    {
        if (!graph.IsReady())
        {
            return "Not ready: no configuration is loaded yet.";
        }

        int failed = components.Count(AgentEndpoints.IsFailed);
        return failed == 0
            ? $"Ready. Components: {components.Count}, none has failed."
            : $"Ready. Components: {components.Count}, of which {failed} have failed.";
    }

    private string Views(ComponentSnapshot component) => string.Concat(
        ViewsOf(component.Name).Select(view => $"<a href=\"{Text($"{PathOf(component.Id)}?{view.Query}")}\">{Text(view.Text)}</a>"));

    private static (string Text, string Query)[] ViewsOf(string name) => name switch
    {
        "pyroscope.scrape" => ScrapeViews,
        "discovery.relabel" => RelabelViews,
        _ when name.StartsWith("discovery.", StringComparison.Ordinal) => SourceViews,
        _ => [],
    };

    private string PathOf(string id) =>
        settings.Prefix + "api/v0/web/components/" + string.Join('/', id.Split('/').Select(Uri.EscapeDataString));

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
