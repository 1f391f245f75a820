namespace Stoker.Labels;

/// <summary>Changes labels before they become a <see cref="LabelSet"/>. Not safe from several threads.</summary>
public sealed class LabelSetBuilder
{
    private readonly SortedDictionary<string, string> _labels = new(StringComparer.Ordinal);

    /// <summary>The value of the label, or an empty string where it is absent.</summary>
    public string this[string name] => _labels.GetValueOrDefault(name, "");

    /// <summary>Sets a label; an empty value removes it.</summary>
    public LabelSetBuilder Set(string name, string value)
    {
        if (value.Length == 0)
        {
            _labels.Remove(name);
        }
        else
        {
            _labels[name] = value;
        }

        return this;
    }

    public LabelSetBuilder SetIfEmpty(string name, string value) => _labels.ContainsKey(name) ? this : Set(name, value);

    public LabelSetBuilder Remove(string name) => Set(name, "");

    public LabelSet ToLabelSet() => LabelSet.FromSorted([.. _labels.Select(label => new Label(label.Key, label.Value))]);
}
