using System.Buffers;
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
    private const int StackBytes = 256;

    private readonly Label[] _labels;

    // Computed when it is first asked for; 0 until then. Two threads that both compute it come to the same.
    private int _hashCode;

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
        int bytes = 0;
        foreach (Label label in _labels)
        {
            bytes += Encoding.UTF8.GetByteCount(label.Name) + Encoding.UTF8.GetByteCount(label.Value) + 2;
        }

        byte[]? rented = bytes > StackBytes ? ArrayPool<byte>.Shared.Rent(bytes) : null;
        Span<byte> text = rented ?? stackalloc byte[StackBytes];
        int length = 0;
        foreach (Label label in _labels)
        {
            length += Encoding.UTF8.GetBytes(label.Name, text[length..]);
            text[length++] = 0xFF;
            length += Encoding.UTF8.GetBytes(label.Value, text[length..]);
            text[length++] = 0xFF;
        }

        ulong hash = XxHash64.HashToUInt64(text[..length]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return hash;
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
        if (_hashCode == 0)
        {
            var hash = default(HashCode);
            foreach (Label label in _labels)
            {
                hash.Add(label);
            }

            _hashCode = hash.ToHashCode();
        }

        return _hashCode;
    }

    /// <summary>The form <c>{name="value", ...}</c>.</summary>
    public override string ToString() => "{" + string.Join(", ", _labels.Select(label => $"{label.Name}=\"{label.Value}\"")) + "}";

    public IEnumerator<Label> GetEnumerator() => ((IEnumerable<Label>)_labels).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _labels.GetEnumerator();

    internal ReadOnlySpan<Label> AsSpan() => _labels;

    internal static LabelSet FromSorted(Label[] labels) => labels.Length == 0 ? Empty : new LabelSet(labels);
}
