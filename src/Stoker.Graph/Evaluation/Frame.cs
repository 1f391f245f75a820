using Stoker.Graph.Planning;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Evaluation;

/// <summary>An import or a <c>foreach</c> that a module comes from.</summary>
internal readonly record struct Maker(string Id, bool IsImport);

/// <summary>One instance of a module while it is evaluated: what its nodes export so far, and the modules that it can see.</summary>
/// <param name="id">The identifier before those of its nodes; empty for the configuration itself.</param>
/// <param name="makers">The imports and foreach blocks that it is made by, outermost first.</param>
/// <param name="outer">Where its declaration or its template stands; null for the configuration itself and for what is imported.</param>
internal sealed class Frame(string id, ModulePlan plan, Frame? outer, string modulePath, int depth, IReadOnlyList<Maker> makers)
{
    private readonly Dictionary<string, Value> _exports = new(StringComparer.Ordinal);

    // Null where the import has brought nothing yet.
    private readonly Dictionary<string, Frame?> _imports = new(StringComparer.Ordinal);

    public string Id => id;

    public ModulePlan Plan => plan;

    public string ModulePath => modulePath;

    public int Depth => depth;

    public IReadOnlyList<Maker> Makers => makers;

    public string IdOf(string localId) => id.Length == 0 ? localId : $"{id}/{localId}";

    public string IdOf(PlannedReference reference) => Up(reference.Up).IdOf(reference.Id);

    public Frame Up(int count)
    {
        Frame frame = this;
        for (; count > 0; count--)
        {
            frame = frame.Outer;
        }

        return frame;
    }

    public void Export(string localId, Value exports) => _exports[localId] = exports;

    public void Import(string space, Frame? module) => _imports[space] = module;

    public bool TryImport(string space, out Frame? module) => _imports.TryGetValue(space, out module);

    public Value ExportsOf(PlannedReference reference) => Up(reference.Up)._exports.GetValueOrDefault(reference.Id, PoisonValue.Instance);

    /// <summary>The names that the node's expressions can use.</summary>
    public Scope ScopeOf(PlannedNode node, IReadOnlyDictionary<string, Value> standardLibrary)
    {
        var root = new Namespace();
        foreach (PlannedReference reference in node.References)
        {
            root.Add(reference.Id.Split('.'), ExportsOf(reference));
        }

        foreach (string unresolved in node.Unresolved)
        {
            root.Add(unresolved.Split('.'), PoisonValue.Instance);
        }

        Dictionary<string, Value> variables = root.ToVariables();
        variables.TryAdd(PlanSettings.ModulePath, new StringValue(modulePath));
        return new Scope(variables, standardLibrary);
    }

    private Frame Outer => outer ?? throw new InvalidOperationException($"The module \"{id}\" has nothing around it.");

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
