namespace Stoker.Graph.Evaluation;

/// <summary>Stops components side by side, but each only after those that use it, directly or by way of modules.</summary>
internal static class StopOrder
{
    /// <param name="nodes">All nodes, in the order of their evaluation.</param>
    /// <param name="stops">Whether a component is to be stopped; the others go on and are not waited for.</param>
    public static async Task StopAsync(IReadOnlyList<StagedNode> nodes, Func<ComponentNode, bool> stops, TimeSpan deadline)
    {
        ILookup<string, string> users = nodes.SelectMany(node => node.References, (node, reference) => (node.Id, reference)).ToLookup(pair => pair.reference, pair => pair.Id);
        var ended = new Dictionary<string, Task>(StringComparer.Ordinal);
        foreach (StagedNode node in nodes.Reverse())
        {
            Task before = Task.WhenAll(users[node.Id].Select(user => ended.GetValueOrDefault(user, Task.CompletedTask)));
            ended[node.Id] = node.Component is not { } component ? before
                : stops(component) ? StopAfterAsync(before, component, deadline)
                : Task.CompletedTask;
        }

        await Task.WhenAll(ended.Values);
    }

    private static async Task StopAfterAsync(Task before, ComponentNode component, TimeSpan deadline)
    {
        await before;
        await component.StopAsync(deadline);
    }
}
