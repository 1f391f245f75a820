using Prometheus;

namespace Stoker.Components;

/// <summary>
/// The series of one running component. Families are shared by all components of one kind, so each series carries the labels <c>component_path</c>
/// (the module, <c>/</c> outside of any) and <c>component_id</c>, and all of them are removed together when the component stops. Asking twice for a series gives the same
/// one; one that is asked for after the removal is counted nowhere. Safe from several threads.
/// </summary>
/// <param name="common">Further labels that every series has, such as the endpoint that they are about.</param>
public sealed class ComponentMetrics(IMetricFactory factory, string componentId, params (string Name, string Value)[] common)
{
    // Guards everything below. Series are known by the family's name and the values of their further labels.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (ICollectorChild Series, Action Remove)> _series = new(StringComparer.Ordinal);

    // Where series are made after the removal, so that a late report neither fails nor brings a series back; null until then.
    private IMetricFactory? _nowhere;

    public Counter.Child Counter(string name, string help, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Own<Counter, Counter.Child>(name, labels, (metrics, names) => metrics.CreateCounter(name, help, names));

    public Gauge.Child Gauge(string name, string help, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Own<Gauge, Gauge.Child>(name, labels, (metrics, names) => metrics.CreateGauge(name, help, names));

    public Summary.Child Summary(string name, string help, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Own<Summary, Summary.Child>(name, labels, (metrics, names) => metrics.CreateSummary(name, help, names));

    /// <param name="buckets">The upper bounds, the same at every call for one name.</param>
    public Histogram.Child Histogram(string name, string help, double[] buckets, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Own<Histogram, Histogram.Child>(
            name, labels, (metrics, names) => metrics.CreateHistogram(name, help, names, new HistogramConfiguration { Buckets = buckets }));

    /// <summary>Removes one series, such as that of a file which is gone.</summary>
    public void Remove(string name, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        string key = KeyOf(name, labels);
        lock (_lock)
        {
            if (_series.Remove(key, out (ICollectorChild Series, Action Remove) owned))
            {
                owned.Remove();
            }
        }
    }

    /// <summary>Takes everything out of the shared families, for good.</summary>
    public void Remove()
    {
        lock (_lock)
        {
            _nowhere = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry());
            foreach ((_, Action remove) in _series.Values)
            {
                remove();
            }

            _series.Clear();
        }
    }

    private static string KeyOf(string name, ReadOnlySpan<(string Name, string Value)> labels)
    {
        string key = name;
        foreach ((_, string value) in labels)
        {
            key += "\0" + value;
        }

        return key;
    }

    private TChild Own<TFamily, TChild>(
        string name, ReadOnlySpan<(string Name, string Value)> labels, Func<IMetricFactory, string[], TFamily> create)
        where TFamily : Collector<TChild>
        where TChild : ChildBase
    {
        string key = KeyOf(name, labels);
        string[] names = ["component_path", "component_id", .. common.Select(label => label.Name), .. labels.ToArray().Select(label => label.Name)];
        string[] values = [ComponentPath.ModuleOf(componentId), ComponentPath.LocalIdOf(componentId), .. common.Select(label => label.Value), .. labels.ToArray().Select(label => label.Value)];
        lock (_lock)
        {
            if (_nowhere is not null)
            {
                return create(_nowhere, names).WithLabels(values);
            }

            if (_series.TryGetValue(key, out (ICollectorChild Series, Action Remove) known))
            {
                return (TChild)known.Series;
            }

            TFamily family = create(factory, names);
            TChild series = family.WithLabels(values);
            _series.Add(key, (series, () => family.RemoveLabelled(values)));
            return series;
        }
    }
}
