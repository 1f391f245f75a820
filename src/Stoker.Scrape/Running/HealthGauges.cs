using Prometheus;

namespace Stoker.Scrape;

/// <summary>
/// How many targets and loops of one component are in which state. Their labels are states, reasons and configured profile types, so their
/// number does not grow with the targets. Safe from several threads.
/// </summary>
internal sealed class HealthGauges
{
    // In the order of TargetState, those that are not scraped behind.
    private static readonly string[] States = ["unknown", "up", "partly", "down", "dropped", "limited"];

    // Taken before the tally's lock, never after it. Guards everything below.
    private readonly Lock _lock = new();
    private readonly string[] _component;
    private readonly Gauge _targetFamily;
    private readonly Gauge _upFamily;
    private readonly Gauge _downFamily;
    private readonly Gauge.Child[] _targets;
    private readonly Dictionary<string, Gauge.Child> _up = new(StringComparer.Ordinal);
    private readonly Gauge.Child?[] _down = new Gauge.Child?[Enum.GetValues<ScrapeFailureReason>().Length];
    private bool _isRemoved;

    /// <param name="labels">The names of the labels that every metric of a component has.</param>
    /// <param name="component">Their values.</param>
    public HealthGauges(IMetricFactory metrics, string[] labels, string[] component)
    {
        _component = component;
        _targetFamily = metrics.CreateGauge("stoker_scrape_targets", "Targets by state.", [.. labels, "state"]);
        _upFamily = metrics.CreateGauge(
            "stoker_scrape_up", "Pairs of target and profile type whose last scrape succeeded, by profile type.", [.. labels, "profile_type"]);
        _downFamily = metrics.CreateGauge(
            "stoker_scrape_down", "Pairs of target and profile type whose last scrape failed, by reason.", [.. labels, "reason"]);
        _targets = [.. States.Select(state => _targetFamily.WithLabels([.. component, state]))];
    }

    public void Set(TargetTally tally)
    {
        // Counted under the lock, because loops report side by side and an older count must not overwrite a newer one.
        lock (_lock)
        {
            if (_isRemoved)
            {
                return;
            }

            TallyCounts counts = tally.Snapshot();
            for (int i = 0; i < counts.Targets.Count; i++)
            {
                _targets[i].Set(counts.Targets[i]);
            }

            SetUpLocked(counts.Up);
            SetDownLocked(counts.Down);
        }
    }

    public void Set(ScrapePlan plan)
    {
        lock (_lock)
        {
            if (!_isRemoved)
            {
                _targets[^2].Set(plan.InvalidCount);
                _targets[^1].Set(plan.LimitedCount);
            }
        }
    }

    /// <summary>Takes everything out of the shared families, for good.</summary>
    public void Remove()
    {
        lock (_lock)
        {
            _isRemoved = true;
            RemoveLocked(_targetFamily, States);
            RemoveLocked(_upFamily, _up.Keys);
            RemoveLocked(_downFamily, Enum.GetValues<ScrapeFailureReason>().Select(ScrapeFailure.Text));
        }
    }

    private void SetUpLocked(IReadOnlyList<KeyValuePair<string, int>> up)
    {
        foreach ((string type, int count) in up)
        {
            if (!_up.TryGetValue(type, out Gauge.Child? child))
            {
                _up.Add(type, child = _upFamily.WithLabels([.. _component, type]));
            }

            child.Set(count);
        }

        if (_up.Count == up.Count)
        {
            return;
        }

        // A type without loops is not at 0, because an alert on 0 means that nothing of the type comes.
        string[] gone = [.. _up.Keys.Except(up.Select(type => type.Key), StringComparer.Ordinal)];
        RemoveLocked(_upFamily, gone);
        foreach (string type in gone)
        {
            _up.Remove(type);
        }
    }

    private void SetDownLocked(IReadOnlyList<int> down)
    {
        for (int i = 0; i < down.Count; i++)
        {
            if (down[i] > 0)
            {
                _down[i] ??= _downFamily.WithLabels([.. _component, ScrapeFailure.Text((ScrapeFailureReason)i)]);
            }

            _down[i]?.Set(down[i]);
        }
    }

    private void RemoveLocked(Gauge family, IEnumerable<string> values)
    {
        foreach (string value in values)
        {
            family.RemoveLabelled([.. _component, value]);
        }
    }
}
