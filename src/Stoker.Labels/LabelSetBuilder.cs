namespace Stoker.Labels;

/// <summary>Changes labels before they become a <see cref="LabelSet"/>. Not safe from several threads.</summary>
public sealed class LabelSetBuilder
{
    // Sorted by name: label sets are small, and what is built is this list as it stands.
    private readonly List<Label> _labels = [];

    /// <summary>The value of the label, or an empty string where it is absent.</summary>
    public string this[string name] => Find(name) is >= 0 and var index ? _labels[index].Value : "";

    /// <summary>Sets a label; an empty value removes it.</summary>
    public LabelSetBuilder Set(string name, string value)
    {
        int index = Find(name);
        if (value.Length == 0)
        {
            if (index >= 0)
            {
                _labels.RemoveAt(index);
            }
        }
        else if (index >= 0)
        {
            _labels[index] = new Label(name, value);
        }
        else
        {
            _labels.Insert(~index, new Label(name, value));
        }

        return this;
    }

    public LabelSetBuilder SetIfEmpty(string name, string value) => Find(name) >= 0 ? this : Set(name, value);

    public LabelSetBuilder Remove(string name) => Set(name, "");

    public LabelSet ToLabelSet() => LabelSet.FromSorted([.. _labels]);

    /// <summary>The position of a label; where it is absent, the complement of the one that it would take.</summary>
    private int Find(string name)
    {
        int low = 0;
        int high = _labels.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = string.CompareOrdinal(_labels[middle].Name, name);
            if (order == 0)
            {
                return middle;
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

        return ~low;
    }
}
