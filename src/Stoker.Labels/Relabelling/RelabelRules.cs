namespace Stoker.Labels.Relabelling;

/// <summary>
/// Rules that are applied one after the other; the first that drops a target ends it. Immutable and safe from several threads (what rules
/// remember of values that they have seen changes no result); equality is by content.
/// </summary>
public sealed class RelabelRules(IReadOnlyList<RelabelRule> rules) : IEquatable<RelabelRules>
{
    public static RelabelRules None { get; } = new([]);

    public IReadOnlyList<RelabelRule> Rules { get; } = rules;

    /// <summary>Applies the rules to the labels of one target. Allocates nothing that stays where they change nothing.</summary>
    public RelabelOutcome Apply(LabelSet labels)
    {
        using var buffer = new LabelBuffer(labels);
        for (int i = 0; i < Rules.Count; i++)
        {
            RuleEffect effect = Rules[i].Apply(buffer);
            if (effect != RuleEffect.GoOn)
            {
                return new RelabelOutcome(null, i, effect == RuleEffect.Refuse);
            }
        }

        return new RelabelOutcome(buffer.ToLabelSet(), -1, false);
    }

    /// <summary>The same rule by rule, for a person to read.</summary>
    public RelabelExplanation Explain(LabelSet labels)
    {
        using var buffer = new LabelBuffer(labels);
        var steps = new List<RelabelStep>(Rules.Count);
        LabelSet before = labels;
        for (int i = 0; i < Rules.Count; i++)
        {
            string? source = Rules[i].Settings.SourceLabels.Count > 0 ? Rules[i].SourceValue(buffer) : null;
            RuleEffect effect = Rules[i].Apply(buffer);
            LabelSet after = effect == RuleEffect.GoOn ? buffer.ToLabelSet() : before;
            steps.Add(StepDescription.Of(Rules[i], i, source, before, after, effect));
            if (effect != RuleEffect.GoOn)
            {
                return new RelabelExplanation(labels, null, steps);
            }

            before = after;
        }

        return new RelabelExplanation(labels, before, steps);
    }

    public bool Equals(RelabelRules? other) => other is not null && Rules.SequenceEqual(other.Rules);

    public override bool Equals(object? obj) => Equals(obj as RelabelRules);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (RelabelRule rule in Rules)
        {
            hash.Add(rule);
        }

        return hash.ToHashCode();
    }
}
