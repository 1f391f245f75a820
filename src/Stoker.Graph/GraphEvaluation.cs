using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Graph;

/// <summary>A component with the arguments and exports that it would get; nothing of it is visible before it is applied.</summary>
internal sealed record StagedNode(PlannedNode Plan, ComponentNode Node, bool IsNew, object Arguments, ObjectValue Exports);

/// <summary>Evaluates planned components in order, each seeing the exports of those it refers to. Mistakes are collected, not thrown.</summary>
internal sealed class GraphEvaluation(
    Func<PlannedNode, (ComponentNode Node, bool IsNew)> findOrCreate,
    IReadOnlyDictionary<string, Value> standardLibrary,
    string modulePath)
{
    private readonly Dictionary<string, Value> _exports = new(StringComparer.Ordinal);

    public IReadOnlyList<StagedNode> Evaluate(GraphPlan plan, DiagnosticBag diagnostics)
    {
        var staged = new List<StagedNode>(plan.Nodes.Count);
        foreach (PlannedNode node in plan.Nodes)
        {
            StagedNode? result = Evaluate(node, diagnostics);
            _exports[node.Id] = result is null ? PoisonValue.Instance : result.Exports;
            if (result is not null)
            {
                staged.Add(result);
            }
        }

        return staged;
    }

    public void SetExports(string id, ObjectValue exports) => _exports[id] = exports;

    public StagedNode? Evaluate(PlannedNode node, DiagnosticBag diagnostics)
    {
        try
        {
            if (node.Definition is not { } definition
                || definition.Arguments.DecodeObject(node.Block.Body, node.Block.HeaderSpan, ScopeOf(node), diagnostics) is not { } arguments)
            {
                return null;
            }

            (ComponentNode running, bool isNew) = findOrCreate(node);
            return new StagedNode(node, running, isNew, arguments, running.Component.Stage(arguments));
        }
        catch (Exception exception)
        {
            // The edge of the component: what it could not check or build is a mistake at its block, and the other blocks are checked all the same.
            diagnostics.Error(node.Block.HeaderSpan, $"component \"{node.Id}\" cannot be built: {exception.Message}");
            return null;
        }
    }

    private Scope ScopeOf(PlannedNode node)
    {
        var root = new Namespace();
        foreach (string reference in node.References)
        {
            root.Add(reference.Split('.'), _exports.GetValueOrDefault(reference, PoisonValue.Instance));
        }

        foreach (string unresolved in node.Unresolved)
        {
            root.Add(unresolved.Split('.'), PoisonValue.Instance);
        }

        Dictionary<string, Value> variables = root.ToVariables();
        variables.TryAdd("module_path", new StringValue(modulePath));
        return new Scope(variables, standardLibrary);
    }

    /// <summary>The nested objects that make <c>a.b.label</c> an expression.</summary>
    private sealed class Namespace
    {
        private readonly Dictionary<string, Namespace> _inner = new(StringComparer.Ordinal);
        private Value? _value;

        public void Add(ReadOnlySpan<string> names, Value value)
        {
            if (names.IsEmpty)
            {
                _value = value;
                return;
            }

            if (!_inner.TryGetValue(names[0], out Namespace? next))
            {
                _inner[names[0]] = next = new Namespace();
            }

            next.Add(names[1..], value);
        }

        public Dictionary<string, Value> ToVariables() =>
            _inner.ToDictionary(entry => entry.Key, entry => entry.Value.ToValue(), StringComparer.Ordinal);

        private Value ToValue() => _value ?? new ObjectValue(ToVariables());
    }
}
