using Stoker.Components;
using Stoker.Labels;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Scrape;

/// <summary>The component's debug information: Alloy's fields of a target first, then further ones.</summary>
internal static class ScrapeDescription
{
    public static IReadOnlyList<BodyItem> Of(ScrapePool pool)
    {
        var shared = pool.Plan.SharedUrls.ToDictionary(url => url.Url, url => url.Count, StringComparer.Ordinal);
        return
        [
            .. pool.SnapshotLoops().Select(loop => Describe(loop, shared.GetValueOrDefault(loop.Plan.Url))),
            .. pool.Plan.Dropped.Select(Describe),
        ];
    }

    /// <summary>The line of the component's health: targets up and down, and what else there is to say.</summary>
    public static string Health(ScrapePool pool)
    {
        int partly = pool.Tally.Count(TargetState.Partly);
        int unknown = pool.Tally.Count(TargetState.Unknown);
        int dropped = pool.Plan.InvalidCount;
        int up = pool.Tally.Count(TargetState.Up) + partly;
        return $"{up} {(up == 1 ? "target" : "targets")} up"
            + (partly > 0 ? $" ({partly} of them in part)" : "")
            + $", {pool.Tally.Count(TargetState.Down)} down"
            + (unknown > 0 ? $", {unknown} not scraped yet" : "")
            + (dropped > 0 ? $", {dropped} dropped" : "");
    }

    private static BodyBlock Describe(ScrapeLoop loop, int sharedBy)
    {
        PlannedScrape plan = loop.Plan;
        ScrapeStatus status = loop.Status;
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

        if (status.Failure is { } reason)
        {
            body.Add(Text("last_error_reason", reason.ReasonText));
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
        if (loop.NextScrape is { } next)
        {
            body.Add(Time("next_scrape", next));
        }

        if (status.LastSuccess is { } success)
        {
            body.Add(Time("last_success", success));
            body.Add(Number("last_size_bytes", status.WireBytes));
            body.Add(Number("last_uncompressed_bytes", status.PlainBytes));
            body.Add(Number("last_samples", status.SampleCount));
        }

        if (status.MissedTicks > 0)
        {
            body.Add(Number("missed_ticks", status.MissedTicks));
        }

        if (status.IsSlowed)
        {
            body.Add(Text("note", "answered 404 again and again: scraped at every fifth tick only"));
        }

        if (sharedBy > 1)
        {
            body.Add(Number("url_scraped_times", sharedBy));
        }

        return new BodyBlock("target", null, body);
    }

    private static BodyBlock Describe(DroppedTarget dropped) => new(
        "dropped_target", null, [Labels("labels", dropped.Target.Labels), Text("reason", dropped.Reason), new BodyAttribute("duplicate", BoolValue.Of(dropped.IsDuplicate))]);

    private static BodyAttribute Text(string name, string text) => new(name, new StringValue(text));

    private static BodyAttribute Number(string name, long number) => new(name, new NumberValue(number));

    private static BodyAttribute Duration(string name, TimeSpan duration) => Text(name, GoDuration.Format(duration));

    private static BodyAttribute Time(string name, DateTimeOffset time) => Text(name, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"));

    private static BodyAttribute Labels(string name, LabelSet labels) => new(
        name, new ObjectValue(labels.Select(label => new KeyValuePair<string, Value>(label.Name, new StringValue(label.Value)))));
}
