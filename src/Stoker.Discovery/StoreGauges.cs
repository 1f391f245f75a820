using Prometheus;
using Stoker.Components;

namespace Stoker.Discovery;

/// <summary>The gauges that every discovery component has. Not safe from several threads.</summary>
internal sealed class StoreGauges(ComponentMetrics metrics)
{
    private readonly Gauge.Child _targets = metrics.Gauge("stoker_discovery_targets", "Targets that are known.");
    private readonly Gauge.Child _skipped = metrics.Gauge("stoker_discovery_skipped_entries", "Entries that could not become targets.");
    private readonly Gauge.Child _failing = metrics.Gauge(
        "stoker_discovery_failing_sources", "Sources (URLs, files, names, watches) whose last attempt failed; their targets stay.");

    public void Set(TargetStore store)
    {
        IReadOnlyList<(int Targets, int Skipped, bool IsFailing)> questions =
            store.Read(question => (question.TargetCount, question.SkippedCount, question.Failure is not null && store.IsAsked(question)));
        _targets.Set(questions.Sum(question => question.Targets));
        _skipped.Set(questions.Sum(question => question.Skipped));
        _failing.Set(questions.Count(question => question.IsFailing));
    }
}
