using Stoker.Components.Arguments;
using Stoker.Labels.Relabelling;
using Stoker.Syntax;

namespace Stoker.Components.Relabelling;

/// <summary>The <c>rule</c> block of every component that relabels.</summary>
public sealed record RelabelRuleArguments
{
    private static readonly Dictionary<string, RelabelAction> Actions =
        Enum.GetValues<RelabelAction>().ToDictionary(action => action.ToString().ToLowerInvariant(), StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<string> SourceLabels { get; init; } = [];

    public string Separator { get; init; } = RelabelSettings.DefaultSeparator;

    public string Regex { get; init; } = RelabelSettings.DefaultRegex;

    public long Modulus { get; init; }

    public string TargetLabel { get; init; } = "";

    public string Replacement { get; init; } = RelabelSettings.DefaultReplacement;

    public string Action { get; init; } = "replace";

    public static BlockSchema<RelabelRuleArguments> Schema { get; } = new BlockSchema<RelabelRuleArguments>(new RelabelRuleArguments())
        .Optional("source_labels", ArgumentTypes.List(ArgumentTypes.String), a => a.SourceLabels, (a, v) => a with { SourceLabels = v },
            "The labels whose values, joined, are the source value; a missing label is empty.")
        .Optional("separator", ArgumentTypes.String, a => a.Separator, (a, v) => a with { Separator = v }, "What stands between joined values.")
        .Optional("regex", ArgumentTypes.String, a => a.Regex, (a, v) => a with { Regex = v },
            "An RE2 expression that the whole source value, or the whole name of a label, must match.")
        .Optional("modulus", ArgumentTypes.Integer, a => a.Modulus, (a, v) => a with { Modulus = v }, "By what `hashmod` divides the hash of the source value.")
        .Optional("target_label", ArgumentTypes.String, a => a.TargetLabel, (a, v) => a with { TargetLabel = v },
            "The label that is set or compared; with `replace` it may hold groups such as `${1}`.")
        .Optional("replacement", ArgumentTypes.String, a => a.Replacement, (a, v) => a with { Replacement = v },
            "The new value, or with `labelmap` the new name; it may hold groups such as `${1}`.")
        .Optional("action", ArgumentTypes.String, a => a.Action, (a, v) => a with { Action = v }, "What the rule does.")
        .Validate(Check);

    /// <summary>The rules of arguments that have been validated. The same rule, written twice, is one object, with what it remembers of values.</summary>
    public static RelabelRules Compile(IReadOnlyList<RelabelRuleArguments> arguments) => new(
        [.. arguments.Select(rule => rule.ToSettings() is { } settings && CompiledRules.TryGet(settings, out RelabelRule? compiled, out _)
            ? compiled
            : throw new InvalidOperationException("The rule was not validated."))]);

    /// <summary>The attributes that an action uses; where the others must not be written, its own validation says so.</summary>
    private static readonly Dictionary<RelabelAction, string[]> Used = new()
    {
        [RelabelAction.Replace] = ["source_labels", "separator", "regex", "target_label", "replacement"],
        [RelabelAction.Keep] = ["source_labels", "separator", "regex"],
        [RelabelAction.Drop] = ["source_labels", "separator", "regex"],
        [RelabelAction.HashMod] = ["source_labels", "separator", "target_label", "modulus"],
        [RelabelAction.LabelMap] = ["regex", "replacement"],
        [RelabelAction.Lowercase] = ["source_labels", "separator", "target_label"],
        [RelabelAction.Uppercase] = ["source_labels", "separator", "target_label"],
    };

    private static void WarnOfUnused(RelabelAction action, ValidationContext context)
    {
        if (!Used.TryGetValue(action, out string[]? used))
        {
            return;
        }

        foreach (FieldDescription field in Schema.Fields.Where(field => field.Name != "action" && !used.Contains(field.Name) && context.IsSet(field.Name)))
        {
            context.Warning(field.Name, $"{field.Name} has no effect on the action {action.ToString().ToLowerInvariant()}");
        }
    }

    private static void Check(RelabelRuleArguments arguments, ValidationContext context)
    {
        if (arguments.Modulus < 0)
        {
            context.Error("modulus", "modulus must not be negative");
        }

        if (arguments.ToSettings() is not { } settings)
        {
            context.Error("action", $"there is no action \"{arguments.Action}\"{Suggestion.For(arguments.Action, Actions.Keys)}" + (
                arguments.Action.Length == 0 ? "; leave it out for \"replace\"" : $" ({string.Join(", ", Actions.Keys)})"));
            return;
        }

        if (!context.IsBroken("action") && !CompiledRules.TryGet(settings, out _, out IReadOnlyList<RelabelFault> faults))
        {
            foreach (RelabelFault fault in faults)
            {
                context.Error(fault.Field, fault.Message);
            }

            return;
        }

        WarnOfUnused(settings.Action, context);
    }

    /// <summary>Null where there is no such action. A negative modulus is a mistake of its own and stands for one that is none.</summary>
    private RelabelSettings? ToSettings() => Actions.TryGetValue(Action, out RelabelAction action)
        ? new RelabelSettings
        {
            SourceLabels = SourceLabels,
            Separator = Separator,
            Regex = Regex,
            Modulus = Modulus < 0 ? 1 : (ulong)Modulus,
            TargetLabel = TargetLabel,
            Replacement = Replacement,
            Action = action,
        }
        : null;
}
