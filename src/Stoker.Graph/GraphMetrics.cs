using Prometheus;

namespace Stoker.Graph;

/// <summary>The metrics of configuration loads and of the components' health.</summary>
internal sealed class GraphMetrics(IMetricFactory metrics)
{
    private readonly Gauge _successful = metrics.CreateGauge("stoker_config_last_load_successful", "1 when the last load of the configuration succeeded.");
    private readonly Gauge _succeededAt = metrics.CreateGauge("stoker_config_last_load_success_timestamp_seconds", "When the configuration was last loaded, in seconds since 1970.");
    private readonly Counter _failures = metrics.CreateCounter("stoker_config_load_failures_total", "Loads of the configuration that failed.");
    private readonly Gauge _hash = metrics.CreateGauge("stoker_config_hash", "1 for the SHA-256 of the configuration that runs.", ["sha256"]);
    private readonly Gauge _components = metrics.CreateGauge("stoker_components", "Components by their health.", ["health"]);

    public void Loaded(string sha256, DateTimeOffset now)
    {
        foreach (string[] labels in _hash.GetAllLabelValues())
        {
            _hash.RemoveLabelled(labels);
        }

        _hash.WithLabels(sha256).Set(1);
        _successful.Set(1);
        _succeededAt.Set(now.ToUnixTimeMilliseconds() / 1000.0);
    }

    public void Failed()
    {
        _successful.Set(0);
        _failures.Inc();
    }

    public void ShowHealth(IEnumerable<HealthState> states)
    {
        ILookup<HealthState, HealthState> byState = states.ToLookup(state => state);
        foreach (HealthState state in Enum.GetValues<HealthState>())
        {
            _components.WithLabels(state.ToString().ToLowerInvariant()).Set(byState[state].Count());
        }
    }
}
