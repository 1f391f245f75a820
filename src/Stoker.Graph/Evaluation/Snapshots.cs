using Stoker.Graph.Planning;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Evaluation;

/// <summary>Describes evaluated nodes as the API and the commands show them.</summary>
internal static class Snapshots
{
    /// <summary>Components, instances of declarations and foreach blocks, sorted by identifier; config blocks are left out.</summary>
    public static IReadOnlyList<ComponentSnapshot> Of(IReadOnlyList<StagedNode> nodes)
    {
        StagedNode[] shown = [.. nodes.Where(IsShown).OrderBy(node => node.Id, StringComparer.Ordinal)];
        HashSet<string> ids = [.. shown.Select(node => node.Id)];
        Dictionary<string, string[]> references = shown.ToDictionary(
            node => node.Id,
            node => node.References.Where(id => ids.Contains(id) && ModuleOf(id) == ModuleOf(node.Id)).Order(StringComparer.Ordinal).ToArray(),
            StringComparer.Ordinal);
        ILookup<string, string> referencedBy = references.SelectMany(entry => entry.Value, (entry, target) => (entry.Key, target)).ToLookup(pair => pair.target, pair => pair.Key);
        return [.. shown.Select(node => new ComponentSnapshot(
            node.Id,
            node.Plan.Block.Name,
            node.Plan.Block.BlockLabel,
            references[node.Id],
            [.. referencedBy[node.Id].Order(StringComparer.Ordinal)],
            HealthOf(node),
            node is { Component.Definition: { } definition, Arguments: { } arguments } ? definition.Arguments.Render(arguments)
                : node.Arguments is ForeachBlock block ? ForeachBlock.Schema.Render(block) : [],
            node.Exports as ObjectValue ?? ObjectValue.Empty,
            node.IsRunnable ? node.Component!.Component : null)
        {
            ModuleIds = node.ModuleIds,
        })];
    }

    /// <summary>How each shown node fares.</summary>
    public static IEnumerable<HealthState> HealthOf(IReadOnlyList<StagedNode> nodes) => nodes.Where(IsShown).Select(node => HealthOf(node).State);

    private static bool IsShown(StagedNode node) =>
        node.Plan.Kind is NodeKind.Component or NodeKind.Instance or NodeKind.Foreach && node.Plan.Definition is not { IsConfigBlock: true };

    private static string ModuleOf(string id) => id[..Math.Max(id.LastIndexOf('/'), 0)];

    /// <summary>What a component says of itself, unless its block could not be evaluated.</summary>
    private static ComponentHealth HealthOf(StagedNode node)
    {
        ComponentHealth? running = node.Component?.Health;
        return running is { State: HealthState.Exited } ? running
            : node.Problem is { } problem ? new ComponentHealth(HealthState.Unhealthy, problem, node.EvaluatedAt)
            : running ?? new ComponentHealth(HealthState.Healthy, "evaluated", node.EvaluatedAt);
    }
}
