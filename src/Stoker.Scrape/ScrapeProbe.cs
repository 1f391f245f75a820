namespace Stoker.Scrape;

/// <summary>Scrapes one URL once, with the very steps of a running component, and explains what came.</summary>
public static class ScrapeProbe
{
    /// <summary>
    /// Scrapes <paramref name="url"/>. Nothing that comes from outside is thrown, only the cancellation.
    /// </summary>
    /// <param name="url">An http or https URL; its <c>seconds</c>, where it has some, count for the deadline.</param>
    /// <param name="timeout">How long to wait for the answer beyond its seconds; null for the default of <c>scrape_timeout</c>.</param>
    /// <param name="limits">Its two size limits are used.</param>
    public static async Task<ScrapeReport> RunAsync(
        Uri url, TimeSpan? timeout, ScrapeArguments limits, HttpMessageInvoker client, TimeProvider time, CancellationToken cancellationToken)
    {
        TimeSpan? seconds = new ScrapeUrl("", url.PathAndQuery, new Dictionary<string, IReadOnlyList<string>>()).Seconds;
        TimeSpan deadline = timeout is { } beyond
            ? beyond + (seconds ?? TimeSpan.Zero)
            : ScrapeTiming.Of(limits, new ProfileArguments()).Deadline(seconds);
        string shown = url.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);
        var request = new ScrapeRequest(shown, deadline, seconds, limits.ResponseSizeLimit, limits.BodySizeLimit, 0, 0)
        {
            Uri = url,
        };
        using ByteLease lease = new ByteBudget(limits.ResponseSizeLimit + limits.BodySizeLimit).Lease();
        using ScrapeOutcome outcome = await ScrapeAttempt.RunAsync(request, client, lease, time, cancellationToken);
        outcome.Failure ??= BodyCheck.Read(request.Url, outcome);
        return new ScrapeReport(
            request.Url,
            (int?)outcome.Status,
            outcome.ContentType,
            outcome.ContentEncoding,
            outcome.WireBytes,
            outcome.IsGzip,
            outcome.Failure is null ? outcome.Plain.Length : 0,
            outcome.Summary,
            outcome.StartedAt,
            deadline,
            time.GetElapsedTime(outcome.SentTimestamp),
            outcome.Failure);
    }
}
