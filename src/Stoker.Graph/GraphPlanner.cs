using Stoker.Components;
using Stoker.Syntax;
using Stoker.Syntax.Ast;

namespace Stoker.Graph;

/// <summary>Turns parsed files into a plan: which components there are, what refers to what, and in which order they are evaluated.</summary>
internal sealed class GraphPlanner(ComponentCatalog catalog, Scope staticScope, DiagnosticBag diagnostics)
{
    private readonly Dictionary<string, PlannedNode> _nodes = new(StringComparer.Ordinal);

    public GraphPlan Plan(IReadOnlyList<Body> bodies)
    {
        foreach (Body body in bodies)
        {
            foreach (Statement statement in body.Statements)
            {
                AddStatement(statement);
            }
        }

        foreach (PlannedNode node in _nodes.Values.ToList())
        {
            _nodes[node.Id] = ResolveReferences(node);
        }

        return new GraphPlan(Sort());
    }

    private void AddStatement(Statement statement)
    {
        if (statement is AttributeStatement attribute)
        {
            diagnostics.Error(attribute.NameSpan, $"unrecognized attribute \"{attribute.Name}\": at the top of a file stand only blocks, such as pyroscope.scrape \"LABEL\" {{ ... }}");
            return;
        }

        var block = (BlockStatement)statement;
        ComponentDefinition? definition = catalog.Find(block.Name);
        if (definition is null)
        {
            diagnostics.Error(block.NameSpan, catalog.DescribeUnknown(block.Name));
        }
        else if (definition.IsConfigBlock && block.BlockLabel is not null)
        {
            diagnostics.Error(block.LabelSpan ?? block.HeaderSpan, $"block \"{block.Name}\" takes no label");
        }
        else if (!definition.IsConfigBlock && block.BlockLabel is null)
        {
            diagnostics.Error(block.HeaderSpan, $"component \"{block.Name}\" needs a label: {block.Name} \"LABEL\" {{ ... }}");
            return;
        }

        string id = block.BlockLabel is { } label && definition is not { IsConfigBlock: true } ? $"{block.Name}.{label}" : block.Name;
        if (!_nodes.TryAdd(id, new PlannedNode(id, definition, block, [], [])))
        {
            diagnostics.Error(block.HeaderSpan, $"{(definition is { IsConfigBlock: true } ? "block" : "component")} \"{id}\" stands already at {_nodes[id].Block.Span}");
        }
    }

    private PlannedNode ResolveReferences(PlannedNode node)
    {
        var unresolved = new List<string>();
        var references = new SortedSet<string>(StringComparer.Ordinal);
        foreach (Reference reference in ReferenceFinder.Find(node.Block.Body))
        {
            if (FindNode(reference.Names) is { } id)
            {
                references.Add(id);
            }
            else if (!staticScope.TryLookup(reference.Names[0], out _))
            {
                string chain = string.Join('.', reference.Names);
                unresolved.Add(chain);
                diagnostics.Error(reference.Span, reference.Names.Count == 1
                    ? $"identifier \"{chain}\" does not exist{SuggestFor(reference.Names)}"
                    : $"component \"{chain}\" does not exist or is out of scope{SuggestFor(reference.Names)}");
            }
        }

        return node with { References = [.. references], Unresolved = unresolved };
    }

    private string? FindNode(IReadOnlyList<string> names)
    {
        for (int length = 1; length <= names.Count; length++)
        {
            string id = string.Join('.', names.Take(length));
            if (_nodes.TryGetValue(id, out PlannedNode? node) && node.Definition is not { IsConfigBlock: true })
            {
                return id;
            }
        }

        return null;
    }

    private string SuggestFor(IReadOnlyList<string> names) =>
        ReferenceSuggestion.For(names, _nodes.Values.Where(node => node.Definition is not { IsConfigBlock: true }).Select(node => node.Id), staticScope);

    /// <summary>Depth-first order over the references; a way back to a node that is still open is a cycle.</summary>
    private List<PlannedNode> Sort()
    {
        var sorted = new List<PlannedNode>(_nodes.Count);
        var finished = new HashSet<string>(StringComparer.Ordinal);
        foreach (PlannedNode root in _nodes.Values)
        {
            // A stack of own, because a chain of references may be longer than the thread's stack is deep.
            var open = new List<(PlannedNode Node, int Next)>();
            Push(root);
            while (open.Count > 0)
            {
                (PlannedNode node, int next) = open[^1];
                if (next == node.References.Count)
                {
                    open.RemoveAt(open.Count - 1);
                    finished.Add(node.Id);
                    sorted.Add(node);
                    continue;
                }

                open[^1] = (node, next + 1);
                string reference = node.References[next];
                int start = open.FindIndex(entry => entry.Node.Id == reference);
                if (start >= 0)
                {
                    ReportCycle([.. open.Skip(start).Select(entry => entry.Node)]);
                }
                else
                {
                    Push(_nodes[reference]);
                }
            }

            void Push(PlannedNode node)
            {
                if (!finished.Contains(node.Id))
                {
                    open.Add((node, 0));
                }
            }
        }

        return sorted;
    }

    private void ReportCycle(IReadOnlyList<PlannedNode> members)
    {
        string way = string.Join(" -> ", members.Select(member => member.Id).Append(members[0].Id));
        diagnostics.Error(members[0].Block.HeaderSpan, members.Count == 1
            ? $"component \"{members[0].Id}\" refers to itself"
            : $"components refer to each other in a cycle: {way}");
    }
}
