using System.Net;
using System.Text.Json;
using Stoker.Components;
using Stoker.Discovery.Api;
using Stoker.Http;

namespace Stoker.Discovery.Kubernetes;

/// <summary>Why a request for a list or a watch failed.</summary>
/// <param name="Reason">What happened and what to do about it: one line without secrets.</param>
/// <param name="Status">The HTTP status, or that of an ERROR event; 0 where there is none.</param>
/// <param name="RetryAfter">How long the server asks to wait.</param>
internal sealed record ApiFailure(string Reason, int Status = 0, TimeSpan? RetryAfter = null)
{
    private const int MaxMessageBytes = 64 * 1024;
    private const int MaxShownLength = 300;

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(5);

    /// <summary>The resource version, or the place in a list, is too old: what is known must be listed anew.</summary>
    public bool IsGone => Status == (int)HttpStatusCode.Gone;

    /// <summary>Only a human can repair it, so nothing is gained by waiting for it.</summary>
    public bool IsPermanent => Status is 401 or 403 or 404;

    public static async Task<ApiFailure> OfAsync(
        HttpResponseMessage response, WatchTarget target, string verb, CancellationToken cancellationToken)
    {
        string? body = await BoundedRead.TextAsync(
            await response.Content.ReadAsStreamAsync(cancellationToken), MaxMessageBytes, cancellationToken);
        int status = (int)response.StatusCode;
        TimeSpan? wait = response.Headers.RetryAfter?.Delta is { } delta && delta > TimeSpan.Zero ? Min(delta, LongestRetryAfter) : null;
        SentSecrets? secrets = response.RequestMessage is { } sent ? SentSecrets.Of(sent) : null;
        return new ApiFailure(Explain(status, MessageIn(body ?? "", secrets), target, verb), status, wait);
    }

    public static ApiFailure OfErrorEvent(StatusModel status, WatchTarget target) =>
        new(Explain(status.Code ?? 0, PlainText.OneLine(status.Message ?? status.Reason ?? "", MaxShownLength), target, "watch"), status.Code ?? 0);

    public static ApiFailure Of(Exception exception)
    {
        if (exception is OperationCanceledException)
        {
            return new ApiFailure("no connection to the API server came about in time: check its address, routes and firewalls");
        }

        return new ApiFailure(PlainText.OneLine(TransportFault.Describe(exception), MaxShownLength));
    }

    private static string Explain(int status, string message, WatchTarget target, string verb)
    {
        string said = message.Length > 0 ? $"; the server says: {message}" : "";
        Resource resource = target.Resource;
        string group = resource.Group.Length > 0 ? $" of the API group {resource.Group}" : "";
        return status switch
        {
            401 => $"401: the API server does not know the credentials; they have expired or are those of another cluster{said}",
            403 => $"403: the agent may not {verb} {resource.Plural}{group} {target.Where}: grant its account the verbs list and watch on {resource.Plural} in a "
                + $"{(target.Namespace is null ? "ClusterRole" : "Role of that namespace or a ClusterRole")}{said}",
            404 => $"404: the API server has no {resource.Plural}{group} in version {string.Join(" or ", resource.Versions)}: is this the URL of an API server, and is the cluster new enough?{said}",
            400 => $"400: the API server does not understand the request; does it know the fields of the selectors?{said}",
            410 => $"410: what was known is too old, and is listed anew{said}",
            429 => $"429: the API server asks for fewer requests{said}",
            >= 500 => $"{status}: the API server has a fault{said}",
            _ => $"status {status} was not expected{said}",
        };
    }

    // A server's answer is a Status object; a proxy's is a page.
    private static string MessageIn(string body, SentSecrets? secrets)
    {
        try
        {
            return Shown(JsonSerializer.Deserialize(body, KubernetesJson.Default.StatusModel)?.Message ?? "");
        }
        catch (JsonException)
        {
            return Shown(body);
        }

        // Hidden before it is cut.
        string Shown(string text) => PlainText.OneLine(secrets?.Hide(text) ?? text, MaxShownLength);
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
