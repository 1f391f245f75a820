using System.Collections.Concurrent;
using Prometheus;

namespace Stoker.Scrape;

/// <summary>
/// The metrics of one component. Their labels are the component, the configured profile types and the failure reasons, so their number does
/// not grow with the targets. Safe from several threads.
/// </summary>
internal sealed class ScrapeMetrics
{
    private const string ComponentPath = "/";

    private static readonly string[] ComponentLabels = ["component_path", "component_id"];
    private static readonly string[] TypeLabels = [.. ComponentLabels, "profile_type"];
    private static readonly string[] ReasonLabels = [.. ComponentLabels, "reason"];

    private readonly ConcurrentBag<Action> _removals = [];
    private readonly ConcurrentDictionary<string, TypeMetrics> _types = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ScrapeFailureReason, Counter.Child> _reasons = new();
    private readonly string _componentId;
    private readonly Counter _scrapes;
    private readonly Counter _failures;
    private readonly Histogram _duration;
    private readonly Histogram _bodyBytes;
    private readonly HealthGauges _health;

    public ScrapeMetrics(IMetricFactory metrics, string componentId)
    {
        _componentId = componentId;
        _scrapes = metrics.CreateCounter("stoker_scrapes_total", "Scrapes that have ended, successful or not.", TypeLabels);
        _failures = metrics.CreateCounter("stoker_scrape_failures_total", "Scrapes that failed, by reason.", ReasonLabels);
        _duration = metrics.CreateHistogram(
            "stoker_scrape_duration_seconds", "Time from the request to the checked body.", TypeLabels,
            new HistogramConfiguration { Buckets = [.005, .025, .1, .5, 1, 2.5, 5, 10, 15, 20, 30, 60] });
        _bodyBytes = metrics.CreateHistogram(
            "stoker_scrape_body_bytes", "Size of successful answers as they came over the wire.", TypeLabels,
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(1024, 4, 8) });
        FanOutLatency = Own(metrics.CreateHistogram(
            "pyroscope_fanout_latency", "Write latency for sending to direct and indirect components, in seconds.", ComponentLabels,
            new HistogramConfiguration { Buckets = [.000_01, .000_1, .001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10] }));
        Forwarded = Own(metrics.CreateCounter("pyroscope_forwarded_entries_total", "Profiles handed over to every receiver.", ComponentLabels));
        Lateness = Own(metrics.CreateHistogram(
            "stoker_scrape_lateness_seconds", "Time from a scrape's slot to its request.", ComponentLabels,
            new HistogramConfiguration { Buckets = [.001, .002, .005, .01, .025, .05, .1, .25, .5, 1, 5] }));
        MissedTicks = Own(metrics.CreateCounter(
            "stoker_scrape_missed_ticks_total", "Ticks without a scrape, because the one before or the machine was late.", ComponentLabels));
        EmptyProfiles = Own(metrics.CreateCounter(
            "stoker_scrape_empty_profiles_total", "Successful scrapes without samples, which are not forwarded.", ComponentLabels));
        DeltaBaselines = Own(metrics.CreateCounter(
            "stoker_delta_baselines_total", "Cumulative profiles kept as the beginning of a difference.", ComponentLabels));
        DeltaResets = Own(metrics.CreateCounter("stoker_delta_resets_total", "Cumulative profiles whose process had restarted.", ComponentLabels));
        DeltaDropped = Own(metrics.CreateCounter(
            "stoker_delta_dropped_total", "Differences dropped because they span more than four intervals.", ComponentLabels));
        DeltaStateBytes = Own(metrics.CreateGauge("stoker_delta_state_bytes", "Memory kept to compute differences.", ComponentLabels));
        _health = new HealthGauges(metrics, ComponentLabels, [ComponentPath, componentId]);
    }

    public Histogram.Child FanOutLatency { get; }

    public Counter.Child Forwarded { get; }

    public Histogram.Child Lateness { get; }

    public Counter.Child MissedTicks { get; }

    public Counter.Child EmptyProfiles { get; }

    public Counter.Child DeltaBaselines { get; }

    public Counter.Child DeltaResets { get; }

    public Counter.Child DeltaDropped { get; }

    public Gauge.Child DeltaStateBytes { get; }

    public TypeMetrics Of(string profileType) => _types.GetOrAdd(
        profileType, type => new TypeMetrics(Child(_scrapes, type), Child(_duration, type), Child(_bodyBytes, type)));

    public void CountFailure(ScrapeFailureReason reason) =>
        _reasons.GetOrAdd(reason, key => Child(_failures, ScrapeFailure.Text(key))).Inc();

    public void SetHealth(TargetTally tally) => _health.Set(tally);

    /// <summary>Called by one thread at a time.</summary>
    public void SetPlan(ScrapePlan plan) => _health.Set(plan);

    /// <summary>Takes the component's children out of the shared families.</summary>
    public void Remove()
    {
        foreach (Action removal in _removals)
        {
            removal();
        }

        _health.Remove();
    }

    private TChild Own<TChild>(Collector<TChild> family)
        where TChild : ChildBase => Child(family);

    private TChild Child<TChild>(Collector<TChild> family, params string[] further)
        where TChild : ChildBase
    {
        string[] values = [ComponentPath, _componentId, .. further];
        _removals.Add(() => family.RemoveLabelled(values));
        return family.WithLabels(values);
    }
}

/// <summary>The metrics of one profile type of a component.</summary>
internal sealed record TypeMetrics(Counter.Child Scrapes, Histogram.Child Duration, Histogram.Child BodyBytes);
