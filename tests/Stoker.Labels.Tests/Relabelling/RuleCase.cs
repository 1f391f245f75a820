using Stoker.Labels.Relabelling;

namespace Stoker.Labels.Tests.Relabelling;

/// <summary>Rules, the labels of a target, and what comes out by hand: labels, or null for a target that is dropped.</summary>
internal sealed record RuleCase(string Name, LabelSet Input, LabelSet? Output, params RelabelSettings[] Rules)
{
    public static RelabelSettings Replace(string sources, string target, string replacement = "$1", string regex = "(.*)", string separator = ";") =>
        Rule(RelabelAction.Replace, sources, regex) with { TargetLabel = target, Replacement = replacement, Separator = separator };

    public static RelabelSettings Rule(RelabelAction action, string sources, string regex = "(.*)") =>
        new() { Action = action, SourceLabels = sources.Split(',', StringSplitOptions.RemoveEmptyEntries), Regex = regex };

    public static RelabelSettings Into(RelabelAction action, string sources, string target, ulong modulus = 0) =>
        Rule(action, sources) with { TargetLabel = target, Modulus = modulus };

    public static RelabelSettings Names(RelabelAction action, string regex, string replacement = "$1") =>
        new() { Action = action, Regex = regex, Replacement = replacement };

    /// <summary>The labels written as <c>name=value</c>, separated by blanks.</summary>
    public static LabelSet Set(string text) =>
        LabelSet.Of(text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1])));

    public static RelabelRules Compile(params RelabelSettings[] settings) => new([.. settings.Select(CompileOne)]);

    private static RelabelRule CompileOne(RelabelSettings settings)
    {
        Assert.True(RelabelRule.TryCreate(settings, out RelabelRule? rule, out IReadOnlyList<RelabelFault> faults), string.Join("; ", faults));
        return rule;
    }
}
