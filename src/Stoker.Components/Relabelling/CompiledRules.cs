using System.Diagnostics.CodeAnalysis;
using Stoker.Labels.Relabelling;

namespace Stoker.Components.Relabelling;

/// <summary>
/// Rules that have been made, by what was written. A component is evaluated anew whenever the targets before it change, every few seconds in a
/// large system, and an expression takes a millisecond to make. Static, because a rule is the same wherever it stands and changes nothing.
/// </summary>
internal static class CompiledRules
{
    // More rules than any configuration has. When they are reached, all go, and those in use come back with their next evaluation.
    private const int MaxRules = 1024;

    // Guards the rules.
    private static readonly Lock Guard = new();
    private static readonly Dictionary<RelabelSettings, RelabelRule> Rules = [];

    public static bool TryGet(RelabelSettings settings, [NotNullWhen(true)] out RelabelRule? rule, out IReadOnlyList<RelabelFault> faults)
    {
        lock (Guard)
        {
            if (Rules.TryGetValue(settings, out rule))
            {
                faults = [];
                return true;
            }
        }

        if (!RelabelRule.TryCreate(settings, out rule, out faults))
        {
            return false;
        }

        lock (Guard)
        {
            if (Rules.Count == MaxRules)
            {
                Rules.Clear();
            }

            Rules[settings] = rule;
        }

        return true;
    }
}
