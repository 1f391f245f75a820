using Stoker.Components;
using Stoker.Labels;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Scrape;

/// <summary>The component's debug information: Alloy's fields of a target first, then further ones.</summary>
internal static class ScrapeDescription
{
    public static IEnumerable<BodyItem> Of(ScrapePool pool)
    {
        ScrapePlan plan = pool.Plan;
        var shared = plan.SharedUrls.ToDictionary(url => url.Url, url => url.Count, StringComparer.Ordinal);
        foreach (PlannedScrape scrape in plan.Scrapes)
        {
            if (pool.LoopOf(scrape) is not { } loop)
            {
                continue;
            }

            // Captured here, so that whoever asks for the body twice sees the same.
            var moment = new Moment(loop.Plan, loop.Status, loop.NextScrape, loop.DeltaStateBytes, shared.GetValueOrDefault(loop.Plan.Url));
            yield return new BodyBlock("target", null, () => Describe(moment));
        }

        foreach (DroppedTarget dropped in plan.Dropped)
        {
            yield return new BodyBlock("dropped_target", null, () => Describe(dropped));
        }
    }

    /// <summary>The line of the component's health: targets up and down, and what else there is to say.</summary>
    public static string Health(ScrapePool pool)
    {
        int partly = pool.Tally.Count(TargetState.Partly);
        int unknown = pool.Tally.Count(TargetState.Unknown);
        ScrapePlan plan = pool.Plan;
        int up = pool.Tally.Count(TargetState.Up) + partly;
        return $"{up} {(up == 1 ? "target" : "targets")} up"
            + (partly > 0 ? $" ({partly} of them in part)" : "")
            + $", {pool.Tally.Count(TargetState.Down)} down"
            + (unknown > 0 ? $", {unknown} not scraped yet" : "")
            + (plan.InvalidCount > 0 ? $", {plan.InvalidCount} dropped" : "")
            + (plan.LimitedCount > 0 ? $", {plan.LimitedCount} over target_limit" : "");
    }

    private static List<BodyItem> Describe(Moment moment)
    {
        (PlannedScrape plan, ScrapeStatus status, DateTimeOffset? next, long deltaStateBytes, int sharedBy) = moment;
        var body = new List<BodyItem>
        {
            Text("job", plan.Labels["job"]),
            Text("url", plan.Url),
            Text("health", status.Health switch { ScrapeHealth.Up => "up", ScrapeHealth.Down => "down", _ => "unknown" }),
            Labels("labels", plan.Target.Labels),
        };
        if (status.Failure is { } failure)
        {
            body.Add(Text("last_error", failure.ToString()));
        }

        if (status.LastScrape is { } lastScrape)
        {
            body.Add(Time("last_scrape", lastScrape));
            body.Add(Duration("last_scrape_duration", status.LastDuration));
        }

        // From here on Stoker's own.
        if (status.Failure is { } reason)
        {
            body.Add(Text("last_error_reason", reason.ReasonText));
            body.Add(Number("failures_in_a_row", status.FailuresInARow));
        }

        if (status.HttpStatus is { } answer)
        {
            body.Add(Number("last_http_status", answer));
        }

        if (status.HealthSince is { } since)
        {
            body.Add(Time("health_since", since));
        }

        if (status.LastScrape is not null)
        {
            // What the target needed beyond the seconds that it was asked to record.
            TimeSpan beyond = status.LastDuration - (plan.Requested ?? TimeSpan.Zero);
            body.Add(Duration("last_scrape_overhead", beyond > TimeSpan.Zero ? beyond : TimeSpan.Zero));
        }

        body.Add(Text("profile_type", plan.ProfileType));
        body.Add(Duration("interval", plan.Interval));
        body.Add(Duration("deadline", plan.Deadline));
        body.Add(Labels("delivered_labels", plan.Labels));
        body.Add(Text("values", plan.Delta switch
        {
            DeltaMode.Computed => "cumulative, the difference is computed here",
            DeltaMode.FromTarget => "difference, computed by the target",
            _ => "as scraped",
        }));
        if (next is { } slot)
        {
            body.Add(Time("next_scrape", slot));
        }

        if (status.LastSuccess is { } success)
        {
            body.Add(Time("last_success", success));
            body.Add(Number("last_size_bytes", status.WireBytes));
            body.Add(Number("last_uncompressed_bytes", status.PlainBytes));
            body.Add(Number("last_samples", status.SampleCount));
        }

        if (plan.Delta == DeltaMode.Computed)
        {
            body.Add(Number("delta_state_bytes", deltaStateBytes));
            body.Add(Number("process_restarts", status.Restarts));
        }

        body.Add(Number("missed_ticks", status.MissedTicks));
        if (status.IsSlowed)
        {
            body.Add(Text("note", "answered 404 again and again: scraped at every fifth tick only"));
        }

        if (plan.Labels.Count > LabelLimits.UsualMaximum)
        {
            body.Add(Text("labels_note", LabelLimits.DescribeCrowded(plan)));
        }

        if (sharedBy > 1)
        {
            body.Add(Number("url_scraped_times", sharedBy));
        }

        return body;
    }

    private static BodyItem[] Describe(DroppedTarget dropped) =>
    [
        Labels("labels", dropped.Target.Labels),
        Text("reason", dropped.Reason),
        new BodyAttribute("duplicate", BoolValue.Of(dropped.Cause == DropCause.Duplicate)),
        Text("cause", dropped.Cause switch { DropCause.Duplicate => "duplicate", DropCause.OverLimit => "target_limit", _ => "invalid" }),
    ];

    private static BodyAttribute Text(string name, string text) => new(name, new StringValue(text));

    private static BodyAttribute Number(string name, long number) => new(name, new NumberValue(number));

    private static BodyAttribute Duration(string name, TimeSpan duration) => Text(name, GoDuration.Format(duration));

    private static BodyAttribute Time(string name, DateTimeOffset time) => Text(name, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"));

    private static BodyAttribute Labels(string name, LabelSet labels) => new(
        name, new ObjectValue(labels.Select(label => new KeyValuePair<string, Value>(label.Name, new StringValue(label.Value)))));

    /// <summary>What is known of a loop at one moment.</summary>
    private sealed record Moment(PlannedScrape Plan, ScrapeStatus Status, DateTimeOffset? Next, long DeltaStateBytes, int SharedBy);
}
