using System.Collections.Concurrent;
using Prometheus;
using Stoker.Components;

namespace Stoker.Scrape;

/// <summary>
/// The metrics of one component. Their labels are the component, the configured profile types and the failure reasons, so their number does
/// not grow with the targets. Safe from several threads.
/// </summary>
internal sealed class ScrapeMetrics
{
    private static readonly double[] DurationBuckets = [.005, .025, .1, .5, 1, 2.5, 5, 10, 15, 20, 30, 60];
    private static readonly double[] BodyBuckets = Histogram.ExponentialBuckets(1024, 4, 8);
    private static readonly double[] FanOutBuckets = [.000_01, .000_1, .001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10];
    private static readonly double[] LatenessBuckets = [.001, .002, .005, .01, .025, .05, .1, .25, .5, 1, 5];

    private readonly ConcurrentDictionary<string, TypeMetrics> _types = new(StringComparer.Ordinal);
    private readonly ComponentMetrics _metrics;
    private readonly HealthGauges _health;

    public ScrapeMetrics(IMetricFactory metrics, string componentId)
    {
        _metrics = new ComponentMetrics(metrics, componentId);
        FanOutLatency = _metrics.Histogram(
            "pyroscope_fanout_latency", "Write latency for sending to direct and indirect components, in seconds.", FanOutBuckets);
        Forwarded = _metrics.Counter("pyroscope_forwarded_entries_total", "Profiles handed over to every receiver.");
        Lateness = _metrics.Histogram("stoker_scrape_lateness_seconds", "Time from a scrape's slot to its request.", LatenessBuckets);
        MissedTicks = _metrics.Counter(
            "stoker_scrape_missed_ticks_total", "Ticks without a scrape, because the one before or the machine was late.");
        EmptyProfiles = _metrics.Counter(
            "stoker_scrape_empty_profiles_total", "Successful scrapes without samples, which are not forwarded.");
        DeltaBaselines = _metrics.Counter("stoker_delta_baselines_total", "Cumulative profiles kept as the beginning of a difference.");
        DeltaResets = _metrics.Counter("stoker_delta_resets_total", "Cumulative profiles whose process had restarted.");
        DeltaDropped = _metrics.Counter(
            "stoker_delta_dropped_total", "Differences dropped because they span more than four intervals.");
        DeltaStateBytes = _metrics.Gauge("stoker_delta_state_bytes", "Memory kept to compute differences.");
        _health = new HealthGauges(metrics, ["component_path", "component_id"], [ComponentPath.ModuleOf(componentId), ComponentPath.LocalIdOf(componentId)]);
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

    public TypeMetrics Of(string profileType) => _types.GetOrAdd(profileType, Create);

    public void CountFailure(ScrapeFailureReason reason) =>
        _metrics.Counter("stoker_scrape_failures_total", "Scrapes that failed, by reason.", ("reason", ScrapeFailure.Text(reason))).Inc();

    public void SetHealth(TargetTally tally) => _health.Set(tally);

    /// <summary>Called by one thread at a time.</summary>
    public void SetPlan(ScrapePlan plan) => _health.Set(plan);

    /// <summary>Takes the component's children out of the shared families.</summary>
    public void Remove()
    {
        _metrics.Remove();
        _health.Remove();
    }

    private TypeMetrics Create(string profileType)
    {
        (string, string) label = ("profile_type", profileType);
        return new TypeMetrics(
            _metrics.Counter("stoker_scrapes_total", "Scrapes that have ended, successful or not.", label),
            _metrics.Histogram("stoker_scrape_duration_seconds", "Time from the request to the checked body.", DurationBuckets, label),
            _metrics.Histogram("stoker_scrape_body_bytes", "Size of successful answers as they came over the wire.", BodyBuckets, label));
    }
}

/// <summary>The metrics of one profile type of a component.</summary>
internal sealed record TypeMetrics(Counter.Child Scrapes, Histogram.Child Duration, Histogram.Child BodyBytes);
