using Stoker.Components;
using Stoker.Labels;

namespace Stoker.Discovery.Processes;

/// <summary>Brings the labels of containers to the processes that run in them.</summary>
internal static class ProcessJoin
{
    /// <summary>
    /// The processes, each with the labels of its container's target over its own, and after them all the targets that were joined, which
    /// may be used for themselves. Of several targets of one container, such as those of its ports, the last one's labels count.
    /// </summary>
    public static IReadOnlyList<Target> Of(IReadOnlyList<Target> processes, IReadOnlyList<Target> joined)
    {
        if (joined.Count == 0)
        {
            return processes;
        }

        var containers = new Dictionary<string, LabelSet>(StringComparer.Ordinal);
        foreach (Target target in joined)
        {
            if (ContainerId.OfTarget(target.Labels) is { Length: > 0 } id)
            {
                containers[id] = target.Labels;
            }
        }

        var all = new List<Target>(processes.Count + joined.Count);
        foreach (Target process in processes)
        {
            bool isJoined = containers.TryGetValue(process.Labels["__container_id__"], out LabelSet? container);
            all.Add(isJoined ? new Target(Merge(process.Labels, container!)) : process);
        }

        // Without the places of those that are written out in the file: what is exported was found.
        all.AddRange(joined.Select(target => new Target(target.Labels)));
        return all;
    }

    private static LabelSet Merge(LabelSet process, LabelSet container)
    {
        LabelSetBuilder merged = process.ToBuilder();
        foreach (Label label in container)
        {
            merged.Set(label.Name, label.Value);
        }

        return merged.ToLabelSet();
    }
}
