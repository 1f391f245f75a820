using Stoker.Graph.Planning;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Evaluation;

/// <summary>
/// One evaluation of the whole configuration, module by module, each node after those that it needs. It has no effect that anybody could see: what it
/// made is in <see cref="Staged"/>. A node of which nothing has changed since the evaluation before is taken over as it is. Mistakes are collected;
/// a node with a mistake keeps what it had. Used once, by one thread.
/// </summary>
internal sealed class GraphPass
{
    // A module of a module of a module: far more than anybody writes, and less than the thread's stack holds.
    private const int MaxDepth = 48;
    private const int MaxNodes = 50_000;

    private readonly PassInput _input;
    private readonly ComponentStaging _components;
    private readonly ImportStaging _imports;
    private readonly InstanceStaging _instances;
    private readonly ForeachStaging _foreachs;
    private readonly PortStaging _ports;
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StagedNode> _byId = new(StringComparer.Ordinal);
    private readonly HashSet<ModulePlan> _met = [];

    public GraphPass(GraphSettings settings, PassInput input)
    {
        Settings = settings;
        _input = input;
        _components = new ComponentStaging(this, input);
        _imports = new ImportStaging(this, input, _components);
        _instances = new InstanceStaging(this);
        _foreachs = new ForeachStaging(this, input);
        _ports = new PortStaging(this);
    }

    public GraphSettings Settings { get; }

    /// <summary>True where modules made more than there is room for, so that not everything was evaluated.</summary>
    public bool IsFull { get; private set; }

    /// <summary>True where a bug kept a module from being evaluated, so that not everything was.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>What was evaluated, in that order.</summary>
    public List<StagedNode> Staged { get; private set; } = [];

    /// <summary>
    /// The imports and foreach blocks whose change led to mistakes in what is made of it, or to too much of it, with what is wrong: they are to keep what
    /// they had.
    /// </summary>
    public Dictionary<string, string> Failed { get; } = new(StringComparer.Ordinal);

    /// <summary>The imports whose content had been refused before and was tried again, with what was wrong then.</summary>
    public Dictionary<string, string> Retried { get; } = new(StringComparer.Ordinal);

    /// <summary>The modules that were met and not taken from here yet, each with the first instance of it.</summary>
    public Queue<Frame> Met { get; } = [];

    public void Run(ModulePlan root, string modulePath, DiagnosticBag diagnostics) =>
        StageModule(new Frame("", root, outer: null, modulePath, depth: 0, makers: []), ModuleInput.None, diagnostics);

    public bool HasMet(ModulePlan plan) => _met.Contains(plan);

    /// <summary>Notes a mistake in a module that comes from an import which has changed: the outermost of these is to blame.</summary>
    public void Blame(Frame frame, string problem) =>
        Blame(frame.Makers.Where(maker => maker.IsImport), $"{ImportStaging.HasMistakes}: {problem}");

    /// <summary>Evaluates a module for its mistakes alone; nothing of it is staged.</summary>
    public void Check(Frame frame, DiagnosticBag diagnostics)
    {
        List<StagedNode> staged = Staged;
        Staged = [];
        StageModule(frame, new ModuleInput { IsCheck = true, Item = new PassedValue(PoisonValue.Instance, []) }, diagnostics);
        Staged = staged;
    }

    public void StageModule(Frame frame, ModuleInput input, DiagnosticBag diagnostics)
    {
        if (_met.Add(frame.Plan))
        {
            Met.Enqueue(frame);
        }

        if (frame.Depth > MaxDepth || IsFull || Staged.Count > MaxNodes)
        {
            if (!IsFull)
            {
                string problem = frame.Depth > MaxDepth
                    ? $"modules stand in each other more than {MaxDepth} deep; does one import itself?"
                    : $"the modules make more than {MaxNodes} components and values";
                diagnostics.Error(input.Place, problem);
                Blame(frame.Makers, problem);
            }

            IsFull = true;
            return;
        }

        foreach (PlannedNode plan in frame.Plan.Nodes)
        {
            try
            {
                Stage(frame, plan, input, diagnostics);
            }
            catch (Exception exception)
            {
                // A bug, which must end neither the load nor the graph: it is shown at its block, and the other blocks go on.
                string id = frame.IdOf(plan.Id);
                string problem = $"cannot be evaluated: {exception.Message}";
                diagnostics.Error(plan.Block.HeaderSpan, $"\"{id}\" {problem}");
                Log.EvaluationFailed(Settings.Logger, exception, id);
                IsFaulty |= plan.Kind is NodeKind.Instance or NodeKind.Foreach || plan.Definition is { IsImport: true };
                Record(frame, (Before(id) ?? Fresh(frame, plan, [])) with { IsNew = false, Problem = problem, IsWaiting = false });
            }
        }
    }

    private void Blame(IEnumerable<Maker> makers, string problem)
    {
        foreach (Maker maker in makers.Where(maker => IsChanged(maker.Id) && !_input.Kept.ContainsKey(maker.Id)).Take(1))
        {
            Failed.TryAdd(maker.Id, problem);
        }
    }

    private void Stage(Frame frame, PlannedNode plan, ModuleInput input, DiagnosticBag diagnostics)
    {
        switch (plan.Kind)
        {
            case NodeKind.Component when plan.Definition is { IsImport: true }:
                _imports.Stage(frame, plan, diagnostics);
                break;
            case NodeKind.Component:
                Record(frame, _components.Stage(frame, plan, diagnostics));
                break;
            case NodeKind.Instance:
                _instances.Stage(frame, plan, diagnostics);
                break;
            case NodeKind.Foreach:
                _foreachs.Stage(frame, plan, diagnostics);
                break;
            case NodeKind.Argument:
                Record(frame, _ports.StageArgument(frame, plan, input, diagnostics));
                break;
            case NodeKind.Export:
                Record(frame, _ports.StageExport(frame, plan, diagnostics));
                break;
            case NodeKind.Variable:
                Record(frame, Fresh(frame, plan, input.Item!.Value.References) with { Exports = input.Item.Value.Value });
                break;
            default:
                frame.Export(plan.Id, PoisonValue.Instance);
                break;
        }
    }

    public StagedNode? Before(string id) => _input.Before.GetValueOrDefault(id);

    /// <summary>True where the node was evaluated before from the same block, and nothing that it was computed from has changed.</summary>
    public bool IsClean(StagedNode? before, PlannedNode plan, IReadOnlyList<string> references) =>
        !_input.IsLoad && before is not null && before.Plan == plan && !references.Any(_changed.Contains);

    public StagedNode Fresh(Frame frame, PlannedNode plan, IReadOnlyList<string> references) =>
        new(frame.IdOf(plan.Id), plan, references) { Exports = PoisonValue.Instance, EvaluatedAt = Settings.Time.GetUtcNow() };

    /// <summary>Puts a node among those that were evaluated and shows its exports to the nodes after it.</summary>
    public void Record(Frame frame, StagedNode node)
    {
        if (!_byId.TryAdd(node.Id, node))
        {
            // After a bug that came between.
            Staged.RemoveAll(earlier => earlier.Id == node.Id);
            _byId[node.Id] = node;
        }

        Staged.Add(node);
        frame.Export(node.Plan.Id, node.Exports);
        if (Before(node.Id) is not { } before || !(ReferenceEquals(before.Exports, node.Exports) || before.Exports.Equals(node.Exports)))
        {
            _changed.Add(node.Id);
        }
    }

    /// <summary>Notes that something changed about a node that its exports do not show.</summary>
    public void MarkChanged(string id) => _changed.Add(id);

    /// <summary>What has been made of a node in this evaluation; null where it was not reached.</summary>
    public StagedNode? Find(string id) => _byId.GetValueOrDefault(id);

    public bool IsChanged(string id) => _changed.Contains(id);

    /// <summary>What a node waits for whose value cannot be computed though nothing is wrong with it.</summary>
    public string WaitReason(IReadOnlyList<string> references)
    {
        foreach (StagedNode node in references.Select(id => _byId.GetValueOrDefault(id)).OfType<StagedNode>())
        {
            if (node.Exports is ObjectValue exports && exports.Fields.Values.OfType<UnavailableValue>().FirstOrDefault() is { } missing)
            {
                return $"waits for {node.Id}: {missing.Reason}";
            }

            if (node is { IsWaiting: true, Problem: { } problem })
            {
                return problem;
            }

            if (node.Exports is PoisonValue)
            {
                return $"waits for {node.Id}, which is not as it should be";
            }
        }

        return "waits for what it refers to";
    }
}
