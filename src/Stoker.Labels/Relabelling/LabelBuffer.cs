using System.Buffers;

namespace Stoker.Labels.Relabelling;

/// <summary>
/// The labels of one target while the rules change them: an array from the pool, sorted by name. Owned by one run over the rules, which
/// gives it back.
/// </summary>
internal sealed class LabelBuffer : IDisposable
{
    private readonly LabelSet _original;
    private Label[] _labels;
    private int _length;
    private bool _changed;

    public LabelBuffer(LabelSet labels)
    {
        _original = labels;
        _labels = ArrayPool<Label>.Shared.Rent(labels.Count + 8);
        labels.AsSpan().CopyTo(_labels);
        Count = labels.Count;
        _length = LengthOf(labels.AsSpan());
    }

    public int Count { get; private set; }

    public ReadOnlySpan<Label> Labels => _labels.AsSpan(0, Count);

    public string this[string name] => Find(name) is >= 0 and var index ? _labels[index].Value : "";

    /// <summary>Sets a label; an empty value removes it. False where the limits do not allow it.</summary>
    public bool Set(string name, string value)
    {
        int index = Find(name);
        if (value.Length == 0)
        {
            if (index >= 0)
            {
                RemoveAt(index);
            }

            return true;
        }

        int more = value.Length + (index >= 0 ? -_labels[index].Value.Length : name.Length);
        bool tooMuch = value.Length > RelabelLimits.MaxValueLength || name.Length > RelabelLimits.MaxNameLength
            || (more > 0 && _length + more > RelabelLimits.MaxTotalLength) || (index < 0 && Count >= RelabelLimits.MaxLabels);
        if (tooMuch)
        {
            return false;
        }

        if (index >= 0)
        {
            if (_labels[index].Value == value)
            {
                return true;
            }

            _labels[index] = new Label(name, value);
        }
        else
        {
            InsertAt(~index, new Label(name, value));
        }

        _length += more;
        _changed = true;
        return true;
    }

    public void RemoveAt(int index)
    {
        _length -= _labels[index].Name.Length + _labels[index].Value.Length;
        Array.Copy(_labels, index + 1, _labels, index, Count - index - 1);
        _labels[--Count] = default;
        _changed = true;
    }

    /// <summary>The labels as they stand now; the very set that came in where they are the same.</summary>
    public LabelSet ToLabelSet() =>
        !_changed || Labels.SequenceEqual(_original.AsSpan()) ? _original : LabelSet.FromSorted(Labels.ToArray());

    public void Dispose()
    {
        _labels.AsSpan(0, Count).Clear();
        ArrayPool<Label>.Shared.Return(_labels);
        _labels = [];
        Count = 0;
    }

    private static int LengthOf(ReadOnlySpan<Label> labels)
    {
        int length = 0;
        foreach (Label label in labels)
        {
            length += label.Name.Length + label.Value.Length;
        }

        return length;
    }

    private void InsertAt(int index, Label label)
    {
        if (Count == _labels.Length)
        {
            Label[] larger = ArrayPool<Label>.Shared.Rent(Count * 2);
            _labels.AsSpan(0, Count).CopyTo(larger);
            _labels.AsSpan(0, Count).Clear();
            ArrayPool<Label>.Shared.Return(_labels);
            _labels = larger;
        }

        Array.Copy(_labels, index, _labels, index + 1, Count - index);
        _labels[index] = label;
        Count++;
    }

    private int Find(string name)
    {
        int low = 0;
        int high = Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = string.CompareOrdinal(_labels[middle].Name, name);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }
}
