namespace Stoker.Delivery.Queue;

/// <summary>
/// What became of everything that a queue was given, at one moment. Always
/// <c>Accepted = Delivered + Queued + the sum of Dropped</c>: nothing is lost silently.
/// </summary>
/// <param name="Queued">Profiles that wait or are on their way.</param>
/// <param name="QueuedBytes">What they count for against the limit.</param>
/// <param name="OldestTimestamp">The end of the scrape of the oldest of them; null where there is none.</param>
internal sealed record QueueCounts(
    long Accepted,
    long Delivered,
    long Queued,
    long QueuedBytes,
    IReadOnlyDictionary<string, long> Dropped,
    long? OldestTimestamp);
