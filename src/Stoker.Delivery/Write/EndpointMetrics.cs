using Prometheus;
using Stoker.Components;

namespace Stoker.Delivery.Write;

/// <summary>
/// The metrics of one endpoint under one URL. Removed when the endpoint goes or its URL changes. Safe from several threads.
/// </summary>
internal sealed class EndpointMetrics
{
    // The usual buckets of latencies, and for deliveries those of an outage.
    private static readonly double[] Latencies = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10];
    private static readonly double[] DeliveryLatencies = [.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];

    private readonly ComponentMetrics _metrics;

    public EndpointMetrics(IMetricFactory metrics, string componentId, string endpoint)
    {
        Name = endpoint;
        _metrics = new ComponentMetrics(metrics, componentId, ("endpoint", endpoint));
        SentBytes = _metrics.Counter("pyroscope_write_sent_bytes_total", "Bytes of profiles that the endpoint has acknowledged.");
        SentProfiles = _metrics.Counter("pyroscope_write_sent_profiles_total", "Profiles that the endpoint has acknowledged.");
        DroppedBytes = _metrics.Counter("pyroscope_write_dropped_bytes_total", "Bytes of profiles that were given up.");
        DroppedProfiles = _metrics.Counter("pyroscope_write_dropped_profiles_total", "Profiles that were given up.");
        Retries = _metrics.Counter("pyroscope_write_retries_total", "Pushes that repeated an earlier one.");
        PossibleDuplicates = _metrics.Counter(
            "stoker_write_possible_duplicates_total", "Profiles sent whole whose answer was lost, so that the retry may store them twice.");
        Accepted = _metrics.Counter(
            "stoker_write_accepted_profiles_total", "Profiles handed over for the endpoint: delivered, dropped or still queued.");
        QueueProfiles = _metrics.Gauge("stoker_write_queue_profiles", "Profiles that wait for the endpoint or are on their way.");
        QueueBytes = _metrics.Gauge("stoker_write_queue_bytes", "What those profiles count for.");
        QueueLimit = _metrics.Gauge("stoker_write_queue_limit_bytes", "How much may wait for the endpoint.");
        OldestAge = _metrics.Gauge("stoker_write_queue_oldest_age_seconds", "Time since the scrape of the oldest profile that waits.");
        InFlight = _metrics.Gauge("stoker_write_pushes_in_flight", "Pushes without an answer yet.");
        LastSuccess = _metrics.Gauge(
            "stoker_write_last_success_timestamp_seconds", "When the endpoint last acknowledged a profile, in seconds since 1970.");
        Failing = _metrics.Gauge("stoker_write_endpoint_failing", "1 while the endpoint is failing, else 0.");
        DeliveryLatency = _metrics.Histogram(
            "stoker_delivery_latency_seconds", "Time from the end of the scrape to the acknowledgement.", DeliveryLatencies);
        PushLatency = CreateLatency("push_downstream");
        EndpointLatency = CreateLatency("push_endpoint");
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
        _metrics.Counter("stoker_write_dropped_profiles_total", "Profiles that were given up, by reason.", ("reason", reason)).Inc();
    }

    public void Remove() => _metrics.Remove();

    private Histogram.Child CreateLatency(string type) => _metrics.Histogram(
        "pyroscope_write_latency",
        "Seconds for one push (push_downstream), and from the first try of a profile to its acknowledgement (push_endpoint).",
        Latencies,
        ("type", type));
}
