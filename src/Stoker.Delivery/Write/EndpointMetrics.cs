using Prometheus;

namespace Stoker.Delivery.Write;

/// <summary>
/// The metrics of one endpoint under one URL. Removed when the endpoint goes or its URL changes. Safe from several threads.
/// </summary>
internal sealed class EndpointMetrics
{
    private const string Path = "/";
    private static readonly string[] EndpointLabels = ["component_path", "component_id", "endpoint"];

    // The usual buckets of latencies, and for deliveries those of an outage.
    private static readonly HistogramConfiguration Latencies = new()
    {
        Buckets = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10],
    };

    private static readonly HistogramConfiguration DeliveryLatencies = new()
    {
        Buckets = [.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600],
    };

    private readonly Lock _lock = new();
    private readonly List<Action> _removals = [];
    private readonly Dictionary<string, Counter.Child> _droppedByReason = new(StringComparer.Ordinal);
    private readonly Counter _droppedFamily;
    private readonly string[] _labels;
    private bool _removed;

    public EndpointMetrics(IMetricFactory metrics, string componentId, string endpoint)
    {
        Name = endpoint;
        _labels = [Path, componentId, endpoint];
        SentBytes = Child(metrics.CreateCounter(
            "pyroscope_write_sent_bytes_total", "Bytes of profiles that the endpoint has acknowledged.", EndpointLabels));
        SentProfiles = Child(metrics.CreateCounter(
            "pyroscope_write_sent_profiles_total", "Profiles that the endpoint has acknowledged.", EndpointLabels));
        DroppedBytes = Child(metrics.CreateCounter(
            "pyroscope_write_dropped_bytes_total", "Bytes of profiles that were given up.", EndpointLabels));
        DroppedProfiles = Child(metrics.CreateCounter(
            "pyroscope_write_dropped_profiles_total", "Profiles that were given up.", EndpointLabels));
        Retries = Child(metrics.CreateCounter("pyroscope_write_retries_total", "Pushes that repeated an earlier one.", EndpointLabels));
        PossibleDuplicates = Child(metrics.CreateCounter(
            "stoker_write_possible_duplicates_total", "Profiles sent whole whose answer was lost, so that the retry may store them twice.", EndpointLabels));
        Accepted = Child(metrics.CreateCounter(
            "stoker_write_accepted_profiles_total", "Profiles handed over for the endpoint: delivered, dropped or still queued.", EndpointLabels));
        QueueProfiles = Child(metrics.CreateGauge("stoker_write_queue_profiles", "Profiles that wait for the endpoint or are on their way.", EndpointLabels));
        QueueBytes = Child(metrics.CreateGauge("stoker_write_queue_bytes", "What those profiles count for.", EndpointLabels));
        QueueLimit = Child(metrics.CreateGauge("stoker_write_queue_limit_bytes", "How much may wait for the endpoint.", EndpointLabels));
        OldestAge = Child(metrics.CreateGauge(
            "stoker_write_queue_oldest_age_seconds", "Time since the scrape of the oldest profile that waits.", EndpointLabels));
        InFlight = Child(metrics.CreateGauge("stoker_write_pushes_in_flight", "Pushes without an answer yet.", EndpointLabels));
        LastSuccess = Child(metrics.CreateGauge(
            "stoker_write_last_success_timestamp_seconds", "When the endpoint last acknowledged a profile, in seconds since 1970.", EndpointLabels));
        Failing = Child(metrics.CreateGauge("stoker_write_endpoint_failing", "1 while the endpoint is failing, else 0.", EndpointLabels));
        DeliveryLatency = Child(metrics.CreateHistogram(
            "stoker_delivery_latency_seconds", "Time from the end of the scrape to the acknowledgement.", EndpointLabels, DeliveryLatencies));

        string[] typeLabels = [.. EndpointLabels, "type"];
        Histogram latency = metrics.CreateHistogram(
            "pyroscope_write_latency",
            "Seconds for one push (push_downstream), and from the first try of a profile to its acknowledgement (push_endpoint).",
            typeLabels,
            Latencies);
        PushLatency = Child(latency, "push_downstream");
        EndpointLatency = Child(latency, "push_endpoint");

        _droppedFamily = metrics.CreateCounter(
            "stoker_write_dropped_profiles_total", "Profiles that were given up, by reason.", [.. EndpointLabels, "reason"]);
    }

    /// <summary>The value of the label <c>endpoint</c>: the URL without its password, told apart where several endpoints have one.</summary>
    public string Name { get; }

    public Counter.Child SentBytes { get; }

    public Counter.Child SentProfiles { get; }

    public Counter.Child DroppedBytes { get; }

    public Counter.Child DroppedProfiles { get; }

    public Counter.Child Retries { get; }

    public Counter.Child PossibleDuplicates { get; }

    public Counter.Child Accepted { get; }

    public Gauge.Child QueueProfiles { get; }

    public Gauge.Child QueueBytes { get; }

    public Gauge.Child QueueLimit { get; }

    public Gauge.Child OldestAge { get; }

    public Gauge.Child InFlight { get; }

    public Gauge.Child LastSuccess { get; }

    public Gauge.Child Failing { get; }

    public Histogram.Child DeliveryLatency { get; }

    public Histogram.Child PushLatency { get; }

    public Histogram.Child EndpointLatency { get; }

    public void CountDrop(string reason, long bytes)
    {
        DroppedProfiles.Inc();
        DroppedBytes.Inc(bytes);
        lock (_lock)
        {
            if (_removed)
            {
                return;
            }

            if (!_droppedByReason.TryGetValue(reason, out Counter.Child? dropped))
            {
                dropped = Child(_droppedFamily, reason);
                _droppedByReason[reason] = dropped;
            }

            dropped.Inc();
        }
    }

    public void Remove()
    {
        lock (_lock)
        {
            _removed = true;
            _removals.ForEach(remove => remove());
            _removals.Clear();
        }
    }

    private Counter.Child Child(Counter family, params string[] more) => Child(more, labels => family.WithLabels(labels), family.RemoveLabelled);

    private Gauge.Child Child(Gauge family) => Child([], labels => family.WithLabels(labels), family.RemoveLabelled);

    private Histogram.Child Child(Histogram family, params string[] more) =>
        Child(more, labels => family.WithLabels(labels), family.RemoveLabelled);

    private TChild Child<TChild>(string[] more, Func<string[], TChild> create, Action<string[]> remove)
    {
        string[] labels = [.. _labels, .. more];
        _removals.Add(() => remove(labels));
        return create(labels);
    }
}
