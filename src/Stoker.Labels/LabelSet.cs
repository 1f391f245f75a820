using System.Collections;
using System.IO.Hashing;
using System.Text;

namespace Stoker.Labels;

/// <summary>One label: a name and a value, both UTF-8 text.</summary>
public readonly record struct Label(string Name, string Value);

/// <summary>
/// A set of labels, sorted by name (ordinal), without duplicates and without empty values: an empty value means that the label is absent.
/// Immutable and safe from several threads; equality is by content.
/// </summary>
public sealed class LabelSet : IReadOnlyList<Label>, IEquatable<LabelSet>
{
    private readonly Label[] _labels;

    private LabelSet(Label[] labels) => _labels = labels;

    public static LabelSet Empty { get; } = new([]);

    public int Count => _labels.Length;

    public Label this[int index] => _labels[index];

    /// <summary>The value of the label, or an empty string where it is absent.</summary>
    public string this[string name] => TryGetValue(name, out string value) ? value : "";

    /// <summary>Builds a set; of two labels with one name the later one counts.</summary>
    public static LabelSet Of(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var builder = new LabelSetBuilder();
        foreach ((string name, string value) in labels)
        {
            builder.Set(name, value);
        }

        return builder.ToLabelSet();
    }

    public static LabelSet Of(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var builder = new LabelSetBuilder();
        foreach ((string name, string value) in labels)
        {
            builder.Set(name, value);
        }

        return builder.ToLabelSet();
    }

    public bool TryGetValue(string name, out string value)
    {
        int low = 0;
        int high = _labels.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = string.CompareOrdinal(_labels[middle].Name, name);
            if (order == 0)
            {
                value = _labels[middle].Value;
                return true;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        value = "";
        return false;
    }

    /// <summary>A 64-bit hash of the content that is the same in every process and version: XXH64 over <c>name 0xFF value 0xFF</c>.</summary>
    public ulong GetStableHash()
    {
        var hash = new XxHash64();
        foreach (Label label in _labels)
        {
            hash.Append(Encoding.UTF8.GetBytes(label.Name));
            hash.Append([0xFF]);
            hash.Append(Encoding.UTF8.GetBytes(label.Value));
            hash.Append([0xFF]);
        }

        return hash.GetCurrentHashAsUInt64();
    }

    public LabelSetBuilder ToBuilder()
    {
        var builder = new LabelSetBuilder();
        foreach (Label label in _labels)
        {
            builder.Set(label.Name, label.Value);
        }

        return builder;
    }

    public bool Equals(LabelSet? other) => other is not null && _labels.AsSpan().SequenceEqual(other._labels);

    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (Label label in _labels)
        {
            hash.Add(label);
        }

        return hash.ToHashCode();
    }

    /// <summary>The form <c>{name="value", ...}</c>.</summary>
    public override string ToString() => "{" + string.Join(", ", _labels.Select(label => $"{label.Name}=\"{label.Value}\"")) + "}";

    public IEnumerator<Label> GetEnumerator() => ((IEnumerable<Label>)_labels).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _labels.GetEnumerator();

    internal static LabelSet FromSorted(Label[] labels) => labels.Length == 0 ? Empty : new LabelSet(labels);
}
