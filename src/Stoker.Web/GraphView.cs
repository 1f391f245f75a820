using Stoker.Graph;

namespace Stoker.Web;

/// <summary>What the server needs of the graph. The members are safe from several threads.</summary>
/// <param name="IsReady">True once the first configuration runs.</param>
/// <param name="GetComponents">All components, sorted by identifier.</param>
/// <param name="ReloadAsync">Reads the configuration again and applies it whole or not at all.</param>
/// <param name="RefreshMetrics">Called before the metrics are read.</param>
public sealed record GraphView(
    Func<bool> IsReady,
    Func<IReadOnlyList<ComponentSnapshot>> GetComponents,
    Func<CancellationToken, Task<ReloadResult>> ReloadAsync,
    Action RefreshMetrics)
{
    public static GraphView Of(ConfigurationGraph graph) =>
        new(() => graph.IsReady, graph.GetComponents, graph.ReloadAsync, graph.RefreshMetrics);
}
