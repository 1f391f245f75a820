using Prometheus;

namespace Stoker.Delivery.Files;

/// <summary>The metrics of one stoker.files. Safe from several threads.</summary>
internal sealed class FilesMetrics
{
    private static readonly string[] Labels = ["component_path", "component_id"];

    private readonly string[] _labels;
    private readonly Lock _lock = new();
    private readonly List<Action> _removals = [];
    private readonly HashSet<string> _reasons = new(StringComparer.Ordinal);
    private readonly Counter _dropped;
    private readonly Counter _removed;
    private bool _ended;

    public FilesMetrics(IMetricFactory metrics, string componentId)
    {
        _labels = ["/", componentId];
        Accepted = Counter(metrics, "stoker_files_accepted_profiles_total", "Profiles handed over: written, dropped or still queued.");
        Written = Counter(metrics, "stoker_files_written_profiles_total", "Profiles written.");
        WrittenBytes = Counter(metrics, "stoker_files_written_bytes_total", "Bytes of the profiles written.");
        WriteErrors = Counter(metrics, "stoker_files_write_errors_total", "Writes that failed; the profile is kept and written later.");
        Files = Gauge(metrics, "stoker_files_files", "Profiles that stand in the directory.");
        Bytes = Gauge(metrics, "stoker_files_bytes", "Bytes of those profiles.");
        LimitBytes = Gauge(metrics, "stoker_files_limit_bytes", "How many bytes they may have.");
        Queued = Gauge(metrics, "stoker_files_queue_profiles", "Profiles that wait to be written.");
        QueueBytes = Gauge(metrics, "stoker_files_queue_bytes", "What those profiles count for.");
        _dropped = metrics.CreateCounter("stoker_files_dropped_profiles_total", "Profiles that were given up, by reason.", [.. Labels, "reason"]);
        _removed = metrics.CreateCounter("stoker_files_removed_profiles_total", "Old profiles removed, by the limit that asked for it.", [.. Labels, "reason"]);
    }

    public Counter.Child Accepted { get; }

    public Counter.Child Written { get; }

    public Counter.Child WrittenBytes { get; }

    public Counter.Child WriteErrors { get; }

    public Gauge.Child Files { get; }

    public Gauge.Child Bytes { get; }

    public Gauge.Child LimitBytes { get; }

    public Gauge.Child Queued { get; }

    public Gauge.Child QueueBytes { get; }

    public void CountDrop(string reason) => Count(_dropped, reason);

    public void CountRemoval(string reason) => Count(_removed, reason);

    public void Remove()
    {
        lock (_lock)
        {
            _ended = true;
            _removals.ForEach(remove => remove());
            _removals.Clear();
        }
    }

    private void Count(Counter family, string reason)
    {
        lock (_lock)
        {
            if (_ended)
            {
                return;
            }

            string[] labels = [.. _labels, reason];
            if (_reasons.Add($"{family.Name} {reason}"))
            {
                _removals.Add(() => family.RemoveLabelled(labels));
            }

            family.WithLabels(labels).Inc();
        }
    }

    private Counter.Child Counter(IMetricFactory metrics, string name, string help)
    {
        Counter family = metrics.CreateCounter(name, help, Labels);
        _removals.Add(() => family.RemoveLabelled(_labels));
        return family.WithLabels(_labels);
    }

    private Gauge.Child Gauge(IMetricFactory metrics, string name, string help)
    {
        Gauge family = metrics.CreateGauge(name, help, Labels);
        _removals.Add(() => family.RemoveLabelled(_labels));
        return family.WithLabels(_labels);
    }
}
