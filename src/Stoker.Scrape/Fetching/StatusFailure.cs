using System.Net;
using System.Text;
using Stoker.Components;

namespace Stoker.Scrape;

/// <summary>Explains an answer other than 200.</summary>
internal static class StatusFailure
{
    /// <param name="errorBody">The beginning of the body.</param>
    /// <param name="location">The header <c>Location</c>; null where there is none.</param>
    public static ScrapeFailure Of(ScrapeRequest request, ScrapeOutcome outcome, ReadOnlySpan<byte> errorBody, Uri? location)
    {
        HttpStatusCode status = outcome.Status!.Value;
        string text = Encoding.UTF8.GetString(errorBody);
        (ScrapeFailureReason reason, string remedy) = Explain(request, status, text, location);
        string name = StatusName(status);
        string summary = $"status {(int)status}{(name.Length > 0 ? " " + name : "")}"
            + (outcome.ContentType.Length > 0 ? $", content type {outcome.ContentType}" : "")
            + (errorBody.Length > 0 ? $", body {PrintableBytes.Show(errorBody, outcome.Secrets is { } secrets ? secrets.Hide : null)}" : ", no body");
        return new ScrapeFailure(reason, request.Url, summary, remedy);
    }

    private static (ScrapeFailureReason Reason, string Remedy) Explain(ScrapeRequest request, HttpStatusCode status, string body, Uri? location)
    {
        if (body.Contains("profiling already in use", StringComparison.OrdinalIgnoreCase))
        {
            return (ScrapeFailureReason.CpuInUse, "the process takes one CPU profile at a time: is another collector, or another scrape of it, at work?");
        }

        if (body.Contains("WriteTimeout", StringComparison.OrdinalIgnoreCase))
        {
            return (ScrapeFailureReason.Status, "the target's server cuts answers that take so long: lower delta_profiling_duration below its WriteTimeout");
        }

        // Go's words and nginx's.
        if (body.Contains("HTTP request to an HTTPS server", StringComparison.OrdinalIgnoreCase)
            || body.Contains("plain HTTP request was sent to HTTPS port", StringComparison.OrdinalIgnoreCase))
        {
            return (ScrapeFailureReason.Protocol, "the target speaks HTTPS on this port: set scheme = \"https\"");
        }

        if (body.Contains("No required SSL certificate was sent", StringComparison.OrdinalIgnoreCase))
        {
            return (ScrapeFailureReason.Tls, "the target wants a client certificate: set cert_file and key_file in tls_config");
        }

        if (body.Contains("The SSL certificate error", StringComparison.OrdinalIgnoreCase))
        {
            return (ScrapeFailureReason.Tls, "the target refused the client certificate: is cert_file in tls_config valid, and of an authority that the target takes?");
        }

        return (int)status switch
        {
            404 => (ScrapeFailureReason.NotFound, "the target does not serve this profile: correct its path or set enabled = false for this profile type"),
            401 or 403 => (ScrapeFailureReason.Denied, "the target wants credentials: check basic_auth, authorization, bearer_token or oauth2"),
            407 => (ScrapeFailureReason.Proxy, "the proxy wants credentials: put user:password into proxy_url"),
            >= 200 and < 300 => (ScrapeFailureReason.Status, "only 200 OK with a profile is a success: is this the pprof path?"),
            >= 300 and < 400 => (ScrapeFailureReason.Status, location is null
                ? "the answer is a redirect that leads nowhere: is this the pprof path?"
                : $"it redirects to {Shown(request, location)}: set follow_redirects = true or scrape that URL"),
            400 when request.Requested is not null => (ScrapeFailureReason.Status, "the target may not take the seconds that were asked for: try delta = false or another delta_profiling_duration"),
            429 or 503 => (ScrapeFailureReason.Status, "the target is overloaded or not ready"),
            502 or 504 => (ScrapeFailureReason.Status, "a proxy before the target got no answer from it in time"),
            _ => (ScrapeFailureReason.Status, ""),
        };
    }

    private static string Shown(ScrapeRequest request, Uri location)
    {
        Uri target = location.IsAbsoluteUri ? location : new Uri(request.Uri, location);
        return target.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
    }

    private static string StatusName(HttpStatusCode status) =>
        Enum.IsDefined(status) ? string.Concat(status.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $" {c}" : $"{c}")) : "";
}
