using Stoker.Components;
using Stoker.Labels;
using Stoker.Labels.Relabelling;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Relabel;

/// <summary>The state of a <c>discovery.relabel</c> in words.</summary>
internal static class RelabelDescription
{
    private const int RulesInHealth = 3;

    /// <summary>Such as <c>1200 of 1500 targets kept; rule 3 drops 300</c>.</summary>
    public static string Health(RelabelResult result)
    {
        string text = result.Targets.Count == 0 ? "no targets" : $"{result.Kept} of {result.Targets.Count} targets kept";
        (int Count, int Number)[] dropping =
            [.. result.DroppedByRule.Select((count, index) => (count, index + 1)).Where(rule => rule.count > 0).OrderByDescending(rule => rule.count)];
        if (dropping.Length > 0)
        {
            text += "; " + string.Join(", ", dropping.Take(RulesInHealth).Select(rule => $"rule {rule.Number} drops {rule.Count}"));
            text += dropping.Length > RulesInHealth ? $", {dropping.Length - RulesInHealth} more rules the rest" : "";
        }

        return text + (result.Refused > 0 ? $"; {result.Refused} of them because they would become too large" : "");
    }

    public static IEnumerable<BodyItem> Of(RelabelResult result)
    {
        for (int i = 0; i < result.Rules.Rules.Count; i++)
        {
            RelabelRule rule = result.Rules.Rules[i];
            yield return new BodyBlock("rule", null,
            [
                new BodyAttribute("number", new NumberValue((long)(i + 1))),
                new BodyAttribute("action", new StringValue(rule.Action.ToString().ToLowerInvariant())),
                new BodyAttribute("dropped", new NumberValue((long)result.DroppedByRule[i])),
            ]);
        }

        RelabelRules rules = result.Rules;
        foreach (Target target in result.Targets)
        {
            LabelSet labels = target.Labels;
            yield return new BodyBlock("target", null, () => Describe(rules.Explain(labels)));
        }
    }

    private static BodyItem[] Describe(RelabelExplanation explanation) =>
    [
        new BodyAttribute("input", Object(explanation.Input)),
        new BodyAttribute("output", explanation.Output is { } output ? Object(output) : NullValue.Instance),
        new BodyAttribute("verdict", new StringValue(explanation.Verdict)),
        .. explanation.Steps.Select(step => new BodyBlock("step", null,
        [
            new BodyAttribute("rule", new NumberValue((long)step.Number)),
            new BodyAttribute("action", new StringValue(step.Rule.Action.ToString().ToLowerInvariant())),
            new BodyAttribute("what", new StringValue(step.Reason)),
        ])),
    ];

    private static ObjectValue Object(LabelSet labels) => new(labels.Select(label => new KeyValuePair<string, Value>(label.Name, new StringValue(label.Value))));
}
