using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Stoker.Profiling;

/// <summary>Lists what there is, as HTML for browsers and as text for everything else.</summary>
internal static class IndexPage
{
    public static Task WriteAsync(HttpContext context, string path)
    {
        bool asHtml = context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        PprofEndpointRouteBuilderExtensions.NoSniff(context.Response);
        context.Response.Headers.Vary = "Accept";
        context.Response.ContentType = asHtml ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
        string page = asHtml ? Html(path) : Text(path);
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(page, context.RequestAborted);
    }

    private static string Text(string path)
    {
        var page = new StringBuilder();
        page.Append(path).Append("/\n\n");
        foreach (PprofEntry entry in PprofCatalog.Entries)
        {
            page.Append($"{path}/{entry.Name}{entry.Query}\n    {entry.Description}\n");
        }

        return page.ToString();
    }

    private static string Html(string path)
    {
        string place = WebUtility.HtmlEncode(path);
        var page = new StringBuilder();
        page.Append($"<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{place}/</title></head>\n<body>\n<h1>{place}/</h1>\n<ul>\n");
        foreach (PprofEntry entry in PprofCatalog.Entries)
        {
            string name = entry.IsServed ? $"<a href=\"{place}/{entry.Name}{entry.Query}\">{entry.Name}</a>" : entry.Name;
            page.Append($"<li>{name}: {WebUtility.HtmlEncode(entry.Description)}</li>\n");
        }

        return page.Append("</ul>\n<p>To look at a profile: <code>go tool pprof -http=: URL</code></p>\n</body>\n</html>\n").ToString();
    }
}
