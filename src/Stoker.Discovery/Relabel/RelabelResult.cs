using Stoker.Components;
using Stoker.Components.Relabelling;
using Stoker.Labels;
using Stoker.Labels.Relabelling;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Relabel;

/// <summary>What rules make of targets: a function of both. Immutable.</summary>
internal sealed class RelabelResult
{
    private readonly Dictionary<LabelSet, RelabelOutcome> _outcomes;

    private RelabelResult(
        IReadOnlyList<Target> targets, RelabelRules rules, Dictionary<LabelSet, RelabelOutcome> outcomes, IReadOnlyList<Target> output)
    {
        (Targets, Rules, _outcomes) = (targets, rules, outcomes);
        Kept = output.Count;
        Exports = new ObjectValue([new("output", new ArrayValue(output)), new("rules", new RelabelRulesValue(rules))]);
        var dropped = new int[rules.Rules.Count];
        foreach (Target target in targets)
        {
            RelabelOutcome outcome = outcomes[target.Labels];
            if (outcome.RuleIndex >= 0)
            {
                dropped[outcome.RuleIndex]++;
                Refused += outcome.IsRefused ? 1 : 0;
            }
        }

        DroppedByRule = dropped;
    }

    public static RelabelResult Empty { get; } = new([], RelabelRules.None, [], []);

    public IReadOnlyList<Target> Targets { get; }

    public RelabelRules Rules { get; }

    public ObjectValue Exports { get; }

    public int Kept { get; }

    /// <summary>How many of the dropped targets would have become too large.</summary>
    public int Refused { get; }

    public IReadOnlyList<int> DroppedByRule { get; }

    /// <summary>Applies the rules; what an earlier result holds for the same rules and labels is not computed again.</summary>
    public static RelabelResult Of(IReadOnlyList<Target> targets, RelabelRules rules, RelabelResult before)
    {
        bool same = rules.Equals(before.Rules);
        RelabelRules used = same ? before.Rules : rules;
        var outcomes = new Dictionary<LabelSet, RelabelOutcome>(targets.Count);
        var output = new List<Target>(targets.Count);
        foreach (Target target in targets)
        {
            if (!outcomes.TryGetValue(target.Labels, out RelabelOutcome outcome))
            {
                outcome = same && before._outcomes.TryGetValue(target.Labels, out RelabelOutcome known) ? known : used.Apply(target.Labels);
                outcomes.Add(target.Labels, outcome);
            }

            if (outcome.Labels is { } labels)
            {
                // What is written in the file keeps its place, so that a mistake in the result is still shown where it can be changed.
                output.Add(ReferenceEquals(labels, target.Labels) ? target : new Target(labels, target.Literal));
            }
        }

        return new RelabelResult(targets, used, outcomes, output);
    }
}
