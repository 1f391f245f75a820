namespace Stoker.Labels.Relabelling;

/// <summary>Puts into words what a rule did, from the labels before and after it.</summary>
internal static class StepDescription
{
    private const int ShownLength = 120;

    public static RelabelStep Of(RelabelRule rule, int index, string? source, LabelSet before, LabelSet after, RuleEffect effect)
    {
        LabelChange[] changes = [.. Changes(before, after)];
        bool? matched = rule.Action switch
        {
            RelabelAction.Replace or RelabelAction.Keep or RelabelAction.Drop => rule.Matches(source ?? ""),
            RelabelAction.LabelMap or RelabelAction.LabelDrop or RelabelAction.LabelKeep => before.Any(label => rule.Matches(label.Name)),
            _ => null,
        };
        string reason = effect == RuleEffect.Refuse
            ? $"it would make the target larger than is allowed ({RelabelLimits.MaxValueLength} characters in a value, {RelabelLimits.MaxNameLength} in a name, "
                + $"{RelabelLimits.MaxTotalLength} altogether, {RelabelLimits.MaxLabels} labels)"
            : Reason(rule, source ?? "", matched == true, before, changes);
        return new RelabelStep(index + 1, rule, source, matched, changes, effect != RuleEffect.GoOn, reason);
    }

    private static string Reason(RelabelRule rule, string source, bool matched, LabelSet before, LabelChange[] changes)
    {
        string subject = Subject(rule, source);
        RelabelSettings settings = rule.Settings;
        string regex = $"\"{Shortened(settings.Regex)}\"";
        string target = settings.TargetLabel;
        switch (settings.Action)
        {
            case RelabelAction.Replace:
                return !matched ? $"{subject} does not match {regex}, so nothing is replaced"
                    : changes.Length > 0 ? $"{subject} matches {regex}: {Words(changes)}"
                    : $"{subject} matches {regex}, but the result is what was there already, or no label name";
            case RelabelAction.Keep:
                return matched ? $"{subject} matches {regex}, so the target is kept" : $"{subject} does not match {regex}";
            case RelabelAction.Drop:
                return matched ? $"{subject} matches {regex}" : $"{subject} does not match {regex}, so the target is kept";
            case RelabelAction.KeepEqual or RelabelAction.DropEqual:
                string there = $"\"{Shortened(before[target])}\", the value of {target}";
                bool isKeep = settings.Action == RelabelAction.KeepEqual;
                bool equal = source == before[target];
                return $"{subject} is {(equal ? "" : "not ")}{there}{(equal == isKeep ? ", so the target is kept" : "")}";
            case RelabelAction.HashMod:
                return $"the hash of {subject} modulo {settings.Modulus}: {Words(changes)}";
            case RelabelAction.Lowercase or RelabelAction.Uppercase:
                return $"{subject} in {(settings.Action == RelabelAction.Lowercase ? "lower" : "upper")} case: {Words(changes)}";
            case RelabelAction.LabelMap:
                return !matched ? $"no label's name matches {regex}"
                    : changes.Length == 0 ? $"labels match {regex}, but the copies are there already" : $"copied by name: {Words(changes)}";
            case RelabelAction.LabelDrop:
                return changes.Length == 0 ? $"no label's name matches {regex}" : $"names that match {regex}: {Words(changes)}";
            default:
                return changes.Length == 0 ? $"every label's name matches {regex}" : $"names that do not match {regex}: {Words(changes)}";
        }
    }

    /// <summary>The source value as the subject of a sentence.</summary>
    private static string Subject(RelabelRule rule, string source) => rule.Settings.SourceLabels switch
    {
        [] => "the empty value (there are no source_labels)",
        [var only] => $"{only} = \"{Shortened(source)}\"",
        var many => $"{string.Join(" + ", many)} = \"{Shortened(source)}\"",
    };

    private static string Words(LabelChange[] changes)
    {
        const int Shown = 8;
        if (changes.Length == 0)
        {
            return "nothing changes";
        }

        IEnumerable<string> words = changes.Take(Shown).Select(change => change switch
        {
            { After: null } => $"{change.Name} is removed",
            { Before: null } => $"{change.Name} becomes \"{Shortened(change.After)}\"",
            _ => $"{change.Name} changes from \"{Shortened(change.Before)}\" to \"{Shortened(change.After)}\"",
        });
        return string.Join(", ", words) + (changes.Length > Shown ? $", and {changes.Length - Shown} more" : "");
    }

    private static string Shortened(string text) => text.Length <= ShownLength ? text : text[..ShownLength] + "...";

    private static IEnumerable<LabelChange> Changes(LabelSet before, LabelSet after)
    {
        if (ReferenceEquals(before, after))
        {
            yield break;
        }

        int i = 0;
        int j = 0;
        while (i < before.Count || j < after.Count)
        {
            int order = i == before.Count ? 1 : j == after.Count ? -1 : string.CompareOrdinal(before[i].Name, after[j].Name);
            if (order < 0)
            {
                yield return new LabelChange(before[i].Name, before[i++].Value, null);
            }
            else if (order > 0)
            {
                yield return new LabelChange(after[j].Name, null, after[j++].Value);
            }
            else
            {
                if (before[i].Value != after[j].Value)
                {
                    yield return new LabelChange(before[i].Name, before[i].Value, after[j].Value);
                }

                i++;
                j++;
            }
        }
    }
}
