using Prometheus;

namespace Stoker.Scrape;

/// <summary>
/// How many targets and loops of one component are in which state. Their labels are states, reasons and configured profile types, so their number
/// does not grow with the targets. Safe from several threads.
/// </summary>
internal sealed class HealthGauges
{
    // In the order of TargetState, those that are not scraped behind.
    private static readonly string[] States = ["unknown", "up", "partly", "down", "dropped", "limited"];

    // Taken before the tally's lock, never after it. Guards everything below.
    private readonly Lock _lock = new();
    private readonly string[] _component;
    private readonly Gauge _targets;
    private readonly Gauge _up;
    private readonly Gauge _down;
    private readonly HashSet<string> _shownTypes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _shownReasons = new(StringComparer.Ordinal);
    private bool _isRemoved;

    /// <param name="labels">The names of the labels that every metric of a component has.</param>
    /// <param name="component">Their values.</param>
    public HealthGauges(IMetricFactory metrics, string[] labels, string[] component)
    {
        _component = component;
        _targets = metrics.CreateGauge("stoker_scrape_targets", "Targets by state.", [.. labels, "state"]);
        _up = metrics.CreateGauge(
            "stoker_scrape_up", "Pairs of target and profile type whose last scrape succeeded, by profile type.", [.. labels, "profile_type"]);
        _down = metrics.CreateGauge(
            "stoker_scrape_down", "Pairs of target and profile type whose last scrape failed, by reason.", [.. labels, "reason"]);
    }

    public void Set(TargetTally tally, ScrapePlan plan)
    {
        // Counted under the lock, because loops report side by side and an older count must not overwrite a newer one.
        lock (_lock)
        {
            if (_isRemoved)
            {
                return;
            }

            TallyCounts counts = tally.Snapshot();
            int[] states = [.. counts.Targets, plan.InvalidCount, plan.LimitedCount];
            for (int i = 0; i < States.Length; i++)
            {
                _targets.WithLabels([.. _component, States[i]]).Set(states[i]);
            }

            SetUp(counts.Up);
            SetDown(counts.Down);
        }
    }

    /// <summary>Takes everything out of the shared families, for good.</summary>
    public void Remove()
    {
        lock (_lock)
        {
            _isRemoved = true;
            RemoveAll(_targets, States);
            RemoveAll(_up, _shownTypes);
            RemoveAll(_down, _shownReasons);
        }
    }

    private void SetUp(IReadOnlyList<KeyValuePair<string, int>> up)
    {
        // A type without loops is not at 0, because an alert on 0 means that nothing of the type comes.
        List<string> gone = [.. _shownTypes.Except(up.Select(type => type.Key), StringComparer.Ordinal)];
        RemoveAll(_up, gone);
        _shownTypes.ExceptWith(gone);
        foreach ((string type, int count) in up)
        {
            _shownTypes.Add(type);
            _up.WithLabels([.. _component, type]).Set(count);
        }
    }

    private void SetDown(IReadOnlyList<int> down)
    {
        for (int i = 0; i < down.Count; i++)
        {
            string reason = ScrapeFailure.Text((ScrapeFailureReason)i);
            if (down[i] > 0 || _shownReasons.Contains(reason))
            {
                _shownReasons.Add(reason);
                _down.WithLabels([.. _component, reason]).Set(down[i]);
            }
        }
    }

    private void RemoveAll(Gauge family, IEnumerable<string> values)
    {
        foreach (string value in values)
        {
            family.RemoveLabelled([.. _component, value]);
        }
    }
}
