using System.Globalization;
using System.Text.RegularExpressions;

namespace Stoker.TestKit.Programs;

/// <summary>What a page in the Prometheus text format says at one moment.</summary>
public sealed partial class MetricsSnapshot
{
    private readonly List<(string Name, Dictionary<string, string> Labels, double Value)> _lines = [];

    private MetricsSnapshot(string text) => Text = text;

    /// <summary>The page as it came.</summary>
    public string Text { get; }

    public static MetricsSnapshot Parse(string text)
    {
        var snapshot = new MetricsSnapshot(text);
        foreach (Match line in Line().Matches(text))
        {
            Dictionary<string, string> labels = Label().Matches(line.Groups["labels"].Value)
                .ToDictionary(label => label.Groups["name"].Value, label => Unescape(label.Groups["value"].Value));
            double value = line.Groups["value"].Value switch
            {
                "+Inf" => double.PositiveInfinity,
                "-Inf" => double.NegativeInfinity,
                string number => double.Parse(number, CultureInfo.InvariantCulture),
            };
            snapshot._lines.Add((line.Groups["name"].Value, labels, value));
        }

        return snapshot;
    }

    public bool Has(string name) => _lines.Exists(line => line.Name == name);

    /// <summary>The sum over every series of that name which has all these labels; 0 where there is none.</summary>
    public double Sum(string name, params (string Name, string Value)[] labels) =>
        _lines.Where(line => line.Name == name && labels.All(label => line.Labels.GetValueOrDefault(label.Name) == label.Value)).Sum(line => line.Value);

    /// <summary>The value of one label over the series of that name, each once.</summary>
    public IReadOnlyList<string> LabelValues(string name, string label) =>
        [.. _lines.Where(line => line.Name == name).Select(line => line.Labels.GetValueOrDefault(label, "")).Distinct()];

    /// <summary>
    /// The quantile of a histogram, summed over its series, as the upper bound of the bucket that holds it. NaN where nothing was observed.
    /// </summary>
    /// <param name="since">Where it is given, only what was observed after that moment counts.</param>
    public double Quantile(double quantile, string histogram, MetricsSnapshot? since = null)
    {
        SortedDictionary<double, double> buckets = Buckets(histogram);
        foreach ((double bound, double count) in since?.Buckets(histogram) ?? [])
        {
            buckets[bound] -= count;
        }

        double total = buckets.Count == 0 ? 0 : buckets.Values.Last();
        return total == 0 ? double.NaN : buckets.First(bucket => bucket.Value >= quantile * total).Key;
    }

    private SortedDictionary<double, double> Buckets(string histogram) => new(
        _lines.Where(line => line.Name == histogram + "_bucket")
            .GroupBy(line => ParseBound(line.Labels["le"]), line => line.Value)
            .ToDictionary(group => group.Key, group => group.Sum()));

    private static double ParseBound(string text) =>
        text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);

    private static string Unescape(string value) =>
        Escape().Replace(value, match => match.Value[1] == 'n' ? "\n" : match.Value[1..]);

    [GeneratedRegex(@"^(?<name>[A-Za-z_:][\w:]*)(?:\{(?<labels>(?:[^""}]|""(?:[^""\\]|\\.)*"")*)\})? (?<value>\S+)", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex(@"(?<name>\w+)=""(?<value>(?:[^""\\]|\\.)*)""")]
    private static partial Regex Label();

    [GeneratedRegex(@"\\.")]
    private static partial Regex Escape();
}
