using System.Text;
using Stoker.Components;
using Stoker.Labels;
using Stoker.Syntax;

namespace Stoker.Discovery.Groups;

/// <summary>
/// The targets of one list of groups, <c>[{"targets": ["host:port"], "labels": {"name": "value"}}]</c>, while it is read. An entry that
/// is wrong costs only itself and is named (ADR 25). Bounded, whatever the list says. Not safe from several threads.
/// </summary>
/// <param name="sourceLabel">The label that says where every target came from, such as <c>__meta_url</c>, with its value.</param>
internal sealed class TargetGroups((string Name, string Value) sourceLabel)
{
    public const string TargetsKey = "targets";
    public const string LabelsKey = "labels";

    /// <summary>Twenty times what anybody has asked one agent to scrape.</summary>
    public const int MaxTargets = 1_000_000;

    /// <summary>Far over any service's, and few enough to be sorted at once.</summary>
    public const int MaxLabelsOfGroup = 1_000;

    // A group's labels are copied to each of its targets, so a short list could fill the memory; this is 160 MB.
    private const long MaxLabels = 10_000_000;

    private readonly List<Target> _targets = [];
    private readonly HashSet<string> _unknownKeys = new(StringComparer.Ordinal);
    private int _group;
    private long _labels;

    public IReadOnlyList<Target> Targets => _targets;

    public SkippedEntries Skipped { get; } = new();

    /// <summary>Why the list cannot be taken at all; null where it can. What comes after it is not kept.</summary>
    public string? Overflow { get; private set; }

    /// <summary>The next group begins; what is skipped from now on is of it.</summary>
    public void Begin() => _group++;

    /// <summary>Ends a group: its targets are there.</summary>
    public void Add(TargetGroup group)
    {
        long labels = (group.Labels.Count + 2L) * group.Addresses.Count;
        if (_targets.Count + (long)group.Addresses.Count > MaxTargets)
        {
            Overflow ??= $"it has more than {MaxTargets} targets, which is the limit";
        }
        else if (_labels + labels > MaxLabels)
        {
            Overflow ??= $"its targets have more than {MaxLabels} labels together, which is the limit";
        }

        if (Overflow is not null)
        {
            return;
        }

        _labels += labels;
        var builder = new LabelSetBuilder();
        foreach ((string name, string value) in group.Labels)
        {
            builder.Set(name, value);
        }

        builder.Set(sourceLabel.Name, sourceLabel.Value);
        foreach (string address in group.Addresses)
        {
            _targets.Add(new Target(builder.Set("__address__", address).ToLabelSet()));
        }
    }

    /// <param name="number">Its place in the group's list, from 1.</param>
    public void AddAddress(List<string> addresses, int number, string address)
    {
        if (address.Length == 0)
        {
            SkipTarget(number, "it is empty; it should be an address such as \"10.0.0.7:6060\"");
        }
        else if (_targets.Count + addresses.Count >= MaxTargets)
        {
            Overflow ??= $"it has more than {MaxTargets} targets, which is the limit";
        }
        else
        {
            addresses.Add(address);
        }
    }

    public void AddLabel(Dictionary<string, string> labels, string name, string value)
    {
        if (name.Length == 0)
        {
            SkipPart(() => "a label", "it has no name");
        }
        else if (labels.Count >= MaxLabelsOfGroup && !labels.ContainsKey(name))
        {
            SkipLabel(name, $"a group may have {MaxLabelsOfGroup} labels");
        }
        else
        {
            labels[name] = value;
        }
    }

    public void SkipGroup(string reason) => Skipped.Add(() => $"group {_group}", reason);

    public void SkipTarget(int number, string reason) => SkipPart(() => $"target {number}", reason);

    public void SkipLabel(string name, string reason) => SkipPart(() => $"label {Show(name)}", reason);

    /// <param name="part">Which part of the group.</param>
    public void SkipPart(Func<string> part, string reason) => Skipped.Add(() => $"group {_group}, {part()}", reason);

    /// <summary>A key that a group does not have; it is named where it comes first, however many groups have it.</summary>
    public void SkipUnknownKey(string key)
    {
        // Without the bound, a list of nothing but different keys would be kept here.
        if (_unknownKeys.Count < Question.MaxNamedSkips && _unknownKeys.Add(key))
        {
            SkipPart(
                () => $"key {Show(key)}",
                $"a group has only \"{TargetsKey}\" and \"{LabelsKey}\"{Suggestion.For(key, [TargetsKey, LabelsKey])}; named once");
        }
    }

    private static string Show(string text) => PrintableBytes.Show(Encoding.UTF8.GetBytes(text[..Math.Min(text.Length, 64)]));
}
