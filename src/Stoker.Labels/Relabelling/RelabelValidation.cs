using System.Text.RegularExpressions;
using Stoker.Labels.Patterns;

namespace Stoker.Labels.Relabelling;

/// <summary>What makes a rule invalid, as Prometheus and Alloy have it: all faults of a rule at once.</summary>
internal static class RelabelValidation
{
    /// <summary>A label name of letters, digits and underscores in which groups may stand.</summary>
    private static readonly Regex NameTemplate = new(
        @"\A(?:(?:[a-zA-Z_]|\$(?:\{[0-9A-Za-z_]+\}|[0-9A-Za-z_]+))+[0-9A-Za-z_]*)+\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    public static IEnumerable<RelabelFault> Find(RelabelSettings settings, GoPattern? pattern)
    {
        string action = settings.Action.ToString().ToLowerInvariant();
        bool writes = settings.Action is RelabelAction.Replace or RelabelAction.HashMod or RelabelAction.Lowercase or RelabelAction.Uppercase;
        bool compares = settings.Action is RelabelAction.KeepEqual or RelabelAction.DropEqual;
        if (settings.Action == RelabelAction.HashMod && settings.Modulus == 0)
        {
            yield return new("modulus", "the action hashmod needs a modulus above 0");
        }

        if ((writes || compares) && settings.TargetLabel.Length == 0)
        {
            yield return new("target_label", $"the action {action} needs a target_label");
        }
        else if ((writes || compares) && TargetLabelFault(settings) is { } fault)
        {
            yield return fault;
        }

        if (settings.Action is RelabelAction.Lowercase or RelabelAction.Uppercase && settings.Replacement != RelabelSettings.DefaultReplacement)
        {
            yield return new("replacement", $"the action {action} takes no replacement");
        }

        if (settings.Action == RelabelAction.LabelMap && !IsNameTemplate(settings.Replacement))
        {
            yield return new("replacement", $"{Quoted(settings.Replacement)} gives no label name; a name has letters, digits, underscores and groups such as ${{1}}");
        }

        if (compares)
        {
            foreach (RelabelFault foreign in Foreign(settings, $"the action {action} takes source_labels and target_label alone", sources: false))
            {
                yield return foreign;
            }
        }
        else if (settings.Action is RelabelAction.LabelDrop or RelabelAction.LabelKeep)
        {
            foreach (RelabelFault foreign in Foreign(settings, $"the action {action} takes a regex alone: it looks at the names of labels", sources: true))
            {
                yield return foreign;
            }
        }

        if (pattern?.GroupDoubt is { } doubt
            && ((settings.Action == RelabelAction.Replace && (UsesGroups(settings.TargetLabel, pattern) || UsesGroups(settings.Replacement, pattern)))
                || (settings.Action == RelabelAction.LabelMap && UsesGroups(settings.Replacement, pattern))))
        {
            yield return new("regex", $"the groups of this expression cannot be relied on here, because it {doubt}; write it without, or do not use its groups");
        }
    }

    private static RelabelFault? TargetLabelFault(RelabelSettings settings)
    {
        if (!LabelNames.IsValid(settings.TargetLabel))
        {
            return new("target_label", $"{Quoted(settings.TargetLabel)} is not a label name: it is no valid Unicode");
        }

        return settings.Action == RelabelAction.Replace && settings.TargetLabel.Contains('$', StringComparison.Ordinal) && !IsNameTemplate(settings.TargetLabel)
            ? new("target_label", $"{Quoted(settings.TargetLabel)} gives no label name; with groups such as ${{1}} a name has letters, digits and underscores besides")
            : null;
    }

    /// <summary>The fields that the action does not take and that are not what they are when left out.</summary>
    private static IEnumerable<RelabelFault> Foreign(RelabelSettings settings, string message, bool sources)
    {
        if (sources)
        {
            if (settings.SourceLabels.Count > 0)
            {
                yield return new("source_labels", message);
            }

            if (settings.TargetLabel.Length > 0)
            {
                yield return new("target_label", message);
            }
        }
        else if (settings.Regex != RelabelSettings.DefaultRegex)
        {
            yield return new("regex", message);
        }

        if (settings.Separator != RelabelSettings.DefaultSeparator)
        {
            yield return new("separator", message);
        }

        if (settings.Modulus != 0)
        {
            yield return new("modulus", message);
        }

        if (settings.Replacement != RelabelSettings.DefaultReplacement)
        {
            yield return new("replacement", message);
        }
    }

    private static bool UsesGroups(string template, GoPattern pattern) => GoTemplate.Parse(template, pattern).UsesInnerGroups;

    private static bool IsNameTemplate(string text) => NameTemplate.IsMatch(text);

    private static string Quoted(string text) => $"\"{(text.Length <= 80 ? text : text[..80] + "...")}\"";
}
