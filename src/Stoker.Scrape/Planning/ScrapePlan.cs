using Stoker.Components;

namespace Stoker.Scrape;

/// <summary>
/// Everything that a <c>pyroscope.scrape</c> would scrape, and what it would not and why: a pure function of its arguments. Immutable.
/// </summary>
/// <param name="Scrapes">In the order of the targets, each target's profile types in the order of the reference page.</param>
public sealed record ScrapePlan(
    IReadOnlyList<PlannedScrape> Scrapes, IReadOnlyList<DroppedTarget> Dropped, IReadOnlyList<SharedUrl> SharedUrls)
{
    /// <summary>How many targets are invalid; duplicates do not count.</summary>
    public int InvalidCount { get; } = Dropped.Count(dropped => !dropped.IsDuplicate);

    public static ScrapePlan Empty { get; } = new([], [], []);

    public static ScrapePlan Create(ScrapeArguments arguments, string componentId)
    {
        var planner = new TargetPlanner(arguments, componentId);
        var scrapes = new List<PlannedScrape>();
        var dropped = new List<DroppedTarget>();
        var seen = new HashSet<ScrapeIdentity>();
        var urls = new Dictionary<string, int>(StringComparer.Ordinal);
        var ofTarget = new List<PlannedScrape>();
        foreach (Target target in arguments.Targets)
        {
            ofTarget.Clear();
            if (planner.Plan(target, ofTarget) is { } reason)
            {
                dropped.Add(new DroppedTarget(target, reason, IsDuplicate: false));
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
                urls[scrape.Url] = urls.GetValueOrDefault(scrape.Url) + 1;
            }

            if (duplicates is not null)
            {
                dropped.Add(new DroppedTarget(
                    target, $"the same URL with the same labels is scraped already ({string.Join(", ", duplicates)})", IsDuplicate: true));
            }
        }

        return new ScrapePlan(
            scrapes, dropped, [.. urls.Where(url => url.Value > 1).Select(url => new SharedUrl(url.Key, url.Value))]);
    }
}
