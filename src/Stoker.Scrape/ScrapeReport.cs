using Stoker.Pprof;

namespace Stoker.Scrape;

/// <summary>One scrape of one URL, explained.</summary>
/// <param name="Status">The HTTP status; null where no answer came.</param>
/// <param name="WireBytes">The size of the body as it came.</param>
/// <param name="IsCompressed">True where the profile came as gzip.</param>
/// <param name="PlainBytes">The size of the profile inflated; 0 where it failed.</param>
/// <param name="Summary">What the profile says of itself; null where the scrape failed.</param>
/// <param name="Deadline">How long the scrape was given.</param>
/// <param name="Took">From the request to the checked body.</param>
/// <param name="Failure">Why it failed and what to do; null where it did not.</param>
public sealed record ScrapeReport(
    string Url,
    int? Status,
    string ContentType,
    string ContentEncoding,
    long WireBytes,
    bool IsCompressed,
    long PlainBytes,
    ProfileSummary? Summary,
    DateTimeOffset StartedAt,
    TimeSpan Deadline,
    TimeSpan Took,
    ScrapeFailure? Failure)
{
    /// <summary>When the profile says that it was taken; null where it does not say.</summary>
    public DateTimeOffset? ProfileTime => Summary is { TimeNanos: > 0 } summary
        ? DateTimeOffset.UnixEpoch.AddTicks(summary.TimeNanos / TimeSpan.NanosecondsPerTick)
        : null;

    /// <summary>The span that the profile covers; null where it does not say.</summary>
    public TimeSpan? ProfileDuration => Summary is { DurationNanos: > 0 } summary
        ? TimeSpan.FromTicks(summary.DurationNanos / TimeSpan.NanosecondsPerTick)
        : null;
}
