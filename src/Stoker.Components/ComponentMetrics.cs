using System.Collections.Concurrent;
using Prometheus;

namespace Stoker.Components;

/// <summary>
/// The series of one running component. Families are shared by all components of one kind, so each series carries the labels <c>component_path</c>
/// (always <c>/</c>) and <c>component_id</c>, and all of them are removed together when the component stops. Asking twice for a series gives the same
/// one. Safe from several threads.
/// </summary>
public sealed class ComponentMetrics(IMetricFactory factory, string componentId)
{
    private readonly ConcurrentDictionary<string, (ICollectorChild Series, Action Remove)> _series = new(StringComparer.Ordinal);

    public Counter.Child Counter(string name, string help, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Own<Counter, Counter.Child>(name, labels, names => factory.CreateCounter(name, help, names));

    public Gauge.Child Gauge(string name, string help, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Own<Gauge, Gauge.Child>(name, labels, names => factory.CreateGauge(name, help, names));

    public Summary.Child Summary(string name, string help, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Own<Summary, Summary.Child>(name, labels, names => factory.CreateSummary(name, help, names));

    /// <param name="buckets">The upper bounds, the same at every call for one name.</param>
    public Histogram.Child Histogram(string name, string help, double[] buckets, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Own<Histogram, Histogram.Child>(
            name, labels, names => factory.CreateHistogram(name, help, names, new HistogramConfiguration { Buckets = buckets }));

    /// <summary>Removes one series, such as that of a file which is gone.</summary>
    public void Remove(string name, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        if (_series.TryRemove(KeyOf(name, labels), out (ICollectorChild Series, Action Remove) owned))
        {
            owned.Remove();
        }
    }

    /// <summary>Takes everything out of the shared families.</summary>
    public void Remove()
    {
        foreach (string key in _series.Keys)
        {
            if (_series.TryRemove(key, out (ICollectorChild Series, Action Remove) owned))
            {
                owned.Remove();
            }
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

    private TChild Own<TFamily, TChild>(string name, ReadOnlySpan<(string Name, string Value)> labels, Func<string[], TFamily> create)
        where TFamily : Collector<TChild>
        where TChild : ChildBase
    {
        string key = KeyOf(name, labels);
        if (_series.TryGetValue(key, out (ICollectorChild Series, Action Remove) known))
        {
            return (TChild)known.Series;
        }

        string[] names = ["component_path", "component_id", .. Names(labels)];
        string[] values = ["/", componentId, .. Values(labels)];
        TFamily family = create(names);
        TChild series = family.WithLabels(values);
        _series.TryAdd(key, (series, () => family.RemoveLabelled(values)));
        return series;
    }

    private static string[] Names(ReadOnlySpan<(string Name, string Value)> labels)
    {
        string[] names = new string[labels.Length];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = labels[i].Name;
        }

        return names;
    }

    private static string[] Values(ReadOnlySpan<(string Name, string Value)> labels)
    {
        string[] values = new string[labels.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = labels[i].Value;
        }

        return values;
    }
}
