using Stoker.Syntax;

namespace Stoker.Graph.Planning;

/// <summary>Sorts the nodes of a module: what a node needs stands before it.</summary>
internal static class NodeOrder
{
    /// <summary>Depth-first order over what nodes need; a way back to a node that is still open is a cycle, which is reported.</summary>
    public static IReadOnlyList<PlannedNode> Sort(IReadOnlyDictionary<string, PlannedNode> nodes, DiagnosticBag diagnostics)
    {
        var sorted = new List<PlannedNode>(nodes.Count);
        var finished = new HashSet<string>(StringComparer.Ordinal);
        var opened = new HashSet<string>(StringComparer.Ordinal);
        foreach (PlannedNode root in nodes.Values)
        {
            // A stack of own, because a chain of references may be longer than the thread's stack is deep.
            var open = new List<(PlannedNode Node, int Next)>();
            Push(root);
            while (open.Count > 0)
            {
                (PlannedNode node, int next) = open[^1];
                if (next == node.After.Count)
                {
                    open.RemoveAt(open.Count - 1);
                    opened.Remove(node.Id);
                    finished.Add(node.Id);
                    sorted.Add(node);
                    continue;
                }

                open[^1] = (node, next + 1);
                string needed = node.After[next];
                if (opened.Contains(needed))
                {
                    int start = open.FindIndex(entry => entry.Node.Id == needed);
                    Report([.. open.Skip(start).Select(entry => entry.Node)], diagnostics);
                }
                else
                {
                    Push(nodes[needed]);
                }
            }

            void Push(PlannedNode node)
            {
                if (!finished.Contains(node.Id))
                {
                    open.Add((node, 0));
                    opened.Add(node.Id);
                }
            }
        }

        return sorted;
    }

    private static void Report(IReadOnlyList<PlannedNode> members, DiagnosticBag diagnostics)
    {
        string way = string.Join(" -> ", members.Select(member => member.Id).Append(members[0].Id));
        diagnostics.Error(members[0].Block.HeaderSpan, members.Count == 1
            ? $"component \"{members[0].Id}\" refers to itself"
            : $"components refer to each other in a cycle: {way}");
    }
}
