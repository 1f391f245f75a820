using Stoker.Components;

namespace Stoker.Scrape;

/// <summary>
/// Everything that a <c>pyroscope.scrape</c> would scrape, and what it would not and why: a pure function of its arguments. Immutable.
/// </summary>
/// <param name="Scrapes">In the order of the targets, each target's profile types in the order of the reference page.</param>
public sealed record ScrapePlan(
    IReadOnlyList<PlannedScrape> Scrapes, IReadOnlyList<DroppedTarget> Dropped, IReadOnlyList<SharedUrl> SharedUrls)
{
    /// <summary>How many targets are invalid; duplicates do not count, nor do those over <c>target_limit</c>.</summary>
    public int InvalidCount { get; } = Dropped.Count(dropped => dropped.Cause == DropCause.Invalid);

    /// <summary>How many targets are over <c>target_limit</c>.</summary>
    public int LimitedCount { get; } = Dropped.Count(dropped => dropped.Cause == DropCause.OverLimit);

    /// <summary>The first scrape with more labels than Pyroscope takes by default; null where there is none.</summary>
    internal PlannedScrape? Crowded { get; } = LabelLimits.FindCrowded(Scrapes);

    public static ScrapePlan Empty { get; } = new([], [], []);

    public static ScrapePlan Create(ScrapeArguments arguments, string componentId)
    {
        var planner = new TargetPlanner(arguments, componentId);
        var scrapes = new List<PlannedScrape>();
        var dropped = new List<DroppedTarget>();
        var seen = new HashSet<ScrapeIdentity>();
        var ofTarget = new List<PlannedScrape>();
        foreach (Target target in arguments.Targets)
        {
            ofTarget.Clear();
            if (planner.Plan(target, ofTarget) is { } reason)
            {
                dropped.Add(new DroppedTarget(target, reason, DropCause.Invalid));
                continue;
            }

            List<string>? duplicates = null;
            foreach (PlannedScrape scrape in ofTarget)
            {
                if (!seen.Add(scrape.Identity))
                {
                    (duplicates ??= []).Add(scrape.ProfileType);
                    continue;
                }

                scrapes.Add(scrape);
            }

            if (duplicates is not null)
            {
                dropped.Add(new DroppedTarget(
                    target,
                    $"an earlier target has the same URL and the same labels ({string.Join(", ", duplicates)})",
                    DropCause.Duplicate));
            }
        }

        TargetLimit.Apply(arguments.TargetLimit, scrapes, dropped);
        return new ScrapePlan(scrapes, dropped, FindShared(scrapes));
    }

    private static IReadOnlyList<SharedUrl> FindShared(List<PlannedScrape> scrapes)
    {
        var urls = new Dictionary<string, int>(scrapes.Count, StringComparer.Ordinal);
        foreach (PlannedScrape scrape in scrapes)
        {
            urls[scrape.Url] = urls.GetValueOrDefault(scrape.Url) + 1;
        }

        return [.. urls.Where(url => url.Value > 1).Select(url => new SharedUrl(url.Key, url.Value))];
    }
}
