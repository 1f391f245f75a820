using Stoker.Components.Arguments;

namespace Stoker.Scrape;

/// <summary>The block <c>clustering</c>; it has no effect while no cluster runs.</summary>
public sealed record ClusteringArguments
{
    public bool Enabled { get; init; }

    public static BlockSchema<ClusteringArguments> Schema { get; } = new BlockSchema<ClusteringArguments>(new ClusteringArguments())
        .Required(
            "enabled", ArgumentTypes.Bool, a => a.Enabled, (a, v) => a with { Enabled = v },
            "Share the targets with other cluster nodes. No effect while no cluster runs.");
}
