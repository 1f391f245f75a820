namespace Stoker.Scrape;

public enum ScrapeHealth
{
    /// <summary>No scrape has ended yet.</summary>
    Unknown,
    Up,
    Down,
}

/// <summary>How the last scrape of one target and profile type went. Immutable; a loop replaces it whole.</summary>
/// <param name="Failure">Why the last scrape failed; null where it did not.</param>
/// <param name="LastScrape">When it started; null before the first.</param>
/// <param name="NotFoundInARow">How many scrapes in a row were answered with 404.</param>
/// <param name="MissedTicks">How many ticks were skipped since the loop started, because a scrape or the machine was late.</param>
internal sealed record ScrapeStatus(
    ScrapeHealth Health,
    ScrapeFailure? Failure,
    DateTimeOffset? LastScrape,
    TimeSpan LastDuration,
    DateTimeOffset? LastSuccess,
    long WireBytes,
    long PlainBytes,
    int SampleCount,
    int NotFoundInARow,
    long MissedTicks)
{
    // One bit for each reason of which the log has warned since the last success, so that a target that fails in a new way each time cannot fill it.
    private uint _warnedReasons;

    // A rollout answers 404 for a scrape or two; a type that is off does so for ever.
    private const int NotFoundUntilSlow = 5;

    /// <summary>When the scrape started that made the health what it is; null before the first.</summary>
    public DateTimeOffset? HealthSince { get; init; }

    /// <summary>The HTTP status of the last answer; null where none came.</summary>
    public int? HttpStatus { get; init; }

    public int FailuresInARow { get; init; }

    /// <summary>How often the target's process was seen to have restarted, since the loop started.</summary>
    public int Restarts { get; init; }

    public static ScrapeStatus Initial { get; } = new(ScrapeHealth.Unknown, null, null, TimeSpan.Zero, null, 0, 0, 0, 0, 0);

    /// <summary>True where the type is scraped on every fifth tick only.</summary>
    public bool IsSlowed => NotFoundInARow >= NotFoundUntilSlow;

    public bool HasWarnedOf(ScrapeFailureReason reason) => (_warnedReasons & Bit(reason)) != 0;

    public ScrapeStatus After(ScrapeOutcome outcome, TimeSpan duration)
    {
        bool isNotFound = outcome.Failure?.Reason == ScrapeFailureReason.NotFound;
        ScrapeHealth health = outcome.Failure is null ? ScrapeHealth.Up : ScrapeHealth.Down;
        ScrapeStatus next = this with
        {
            Failure = outcome.Failure,
            Health = health,
            HealthSince = health == Health ? HealthSince : outcome.StartedAt,
            HttpStatus = (int?)outcome.Status,
            FailuresInARow = outcome.Failure is null ? 0 : FailuresInARow + 1,
            LastScrape = outcome.StartedAt,
            LastDuration = duration,
            NotFoundInARow = isNotFound ? NotFoundInARow + 1 : 0,
            _warnedReasons = outcome.Failure is { } failure ? _warnedReasons | Bit(failure.Reason) : 0,
        };
        return outcome.Failure is not null
            ? next
            : next with
            {
                LastSuccess = outcome.StartedAt,
                WireBytes = outcome.WireBytes,
                PlainBytes = outcome.Plain.Length,
                SampleCount = outcome.Summary?.SampleCount ?? 0,
            };
    }

    private static uint Bit(ScrapeFailureReason reason) => 1u << (int)reason;
}
