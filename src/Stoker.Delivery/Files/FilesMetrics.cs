using Prometheus;
using Stoker.Components;

namespace Stoker.Delivery.Files;

/// <summary>The metrics of one stoker.files. Safe from several threads.</summary>
internal sealed class FilesMetrics(ComponentMetrics metrics)
{
    public Counter.Child Accepted { get; } = metrics.Counter(
        "stoker_files_accepted_profiles_total", "Profiles handed over: written, dropped or still queued.");

    public Counter.Child Written { get; } = metrics.Counter("stoker_files_written_profiles_total", "Profiles written.");

    public Counter.Child WrittenBytes { get; } = metrics.Counter("stoker_files_written_bytes_total", "Bytes of the profiles written.");

    public Counter.Child WriteErrors { get; } = metrics.Counter(
        "stoker_files_write_errors_total", "Writes that failed; the profile is kept and written later.");

    public Gauge.Child Files { get; } = metrics.Gauge("stoker_files_files", "Profiles that stand in the directory.");

    public Gauge.Child Bytes { get; } = metrics.Gauge("stoker_files_bytes", "Bytes of those profiles.");

    public Gauge.Child LimitBytes { get; } = metrics.Gauge("stoker_files_limit_bytes", "How many bytes they may have.");

    public Gauge.Child Queued { get; } = metrics.Gauge("stoker_files_queue_profiles", "Profiles that wait to be written.");

    public Gauge.Child QueueBytes { get; } = metrics.Gauge("stoker_files_queue_bytes", "What those profiles count for.");

    public void CountDrop(string reason) =>
        metrics.Counter("stoker_files_dropped_profiles_total", "Profiles that were given up, by reason.", ("reason", reason)).Inc();

    public void CountRemoval(string reason) => metrics.Counter(
        "stoker_files_removed_profiles_total", "Old profiles removed, by the limit that asked for it.", ("reason", reason)).Inc();

    public void Remove() => metrics.Remove();
}
