using System.Buffers;
using Stoker.Labels;

namespace Stoker.Delivery.Write;

/// <summary>The labels that a profile is delivered with.</summary>
internal static class DeliveryLabels
{
    public const string ProfileType = "__name__";
    private const string Delta = "__delta__";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("_.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>True unless the label is internal.</summary>
    public static bool IsDelivered(string name) => !name.StartsWith("__", StringComparison.Ordinal) || name is ProfileType or Delta;

    public static bool IsUsualName(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    /// <summary>Leaves internal labels out and sets the external ones over the others.</summary>
    public static LabelSet Of(LabelSet labels, IReadOnlyDictionary<string, string> external)
    {
        if (external.Count == 0 && labels.All(label => IsDelivered(label.Name)))
        {
            return labels;
        }

        var delivered = new LabelSetBuilder();
        foreach (Label label in labels.Where(label => IsDelivered(label.Name)))
        {
            delivered.Set(label.Name, label.Value);
        }

        foreach ((string name, string value) in external)
        {
            if (IsDelivered(name))
            {
                delivered.Set(name, value);
            }
        }

        return delivered.ToLabelSet();
    }

    /// <summary>
    /// Why every server would refuse the labels; null where one may take them. Limits of number and length are not judged here, because each
    /// server has its own.
    /// </summary>
    public static string? Fault(LabelSet labels)
    {
        if (labels[ProfileType].Length == 0)
        {
            return "the label __name__, which is the profile type, is missing";
        }

        foreach (Label label in labels)
        {
            if (label.Name.Length == 0)
            {
                return "a label has no name";
            }

            if (HasLoneSurrogate(label.Name) || HasLoneSurrogate(label.Value))
            {
                return $"the label {label.Name} is not valid Unicode text";
            }
        }

        return null;
    }

    private static bool HasLoneSurrogate(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return true;
            }
        }

        return false;
    }
}
