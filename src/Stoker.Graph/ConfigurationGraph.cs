using System.Collections.Concurrent;
using System.Threading.Channels;
using Stoker.Components;
using Stoker.Graph.Evaluation;
using Stoker.Graph.Planning;
using Stoker.Syntax;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Graph;

/// <summary>What came of a load or a reload.</summary>
/// <param name="Applied">True when the new configuration is in force; false when nothing has changed.</param>
/// <param name="Diagnostics">Errors, where it was not applied, and warnings, in the order of their places.</param>
public sealed record ReloadResult(bool Applied, IReadOnlyList<Diagnostic> Diagnostics);

/// <summary>
/// The loaded configuration: its components, their references and their life. A load stages everything first and changes something only when all of
/// it is right. Safe from several threads; loads and re-evaluations happen one at a time.
/// </summary>
public sealed class ConfigurationGraph
{
    private readonly GraphSettings _settings;
    private readonly GraphMetrics _metrics;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly ConcurrentDictionary<ComponentNode, ObjectValue> _published = new();
    private readonly Channel<bool> _publications = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    // In the order of evaluation: what a node refers to stands before it. Replaced whole.
    private volatile IReadOnlyList<StagedNode> _nodes = [];
    private Dictionary<string, StagedNode> _byId = [];
    private ModulePlan? _plan;
    private string _modulePath = "";
    private volatile bool _isRunning;
    private Func<ComponentDefinition, bool> _runs = _ => true;

    public ConfigurationGraph(GraphSettings settings)
    {
        _settings = settings;
        _metrics = new GraphMetrics(settings.Metrics);
    }

    /// <summary>True once the first configuration has been loaded and its components run.</summary>
    public bool IsReady => _isRunning;

    /// <summary>All components, also those inside modules, config blocks left out, sorted by identifier.</summary>
    public IReadOnlyList<ComponentSnapshot> GetComponents() => Snapshots.Of(_nodes);

    /// <summary>Brings the gauges of the components' health up to date.</summary>
    public void RefreshMetrics() => _metrics.ShowHealth(Snapshots.HealthOf(_nodes));

    /// <summary>Reads the configuration again and applies it whole or not at all. Before <see cref="RunAsync(CancellationToken)"/>, it is the first load.</summary>
    public async Task<ReloadResult> ReloadAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            return await LoadLockedAsync();
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Runs the components until cancelled: sinks start first and stop last. Returns when all of them have ended.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => RunAsync(_ => true, cancellationToken);

    /// <summary>The same for some kinds of components only: the others take their arguments and do nothing.</summary>
    public async Task RunAsync(Func<ComponentDefinition, bool> runs, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(CancellationToken.None);
        _runs = runs;
        _isRunning = true;
        StartLocked();
        _changing.Release();
        try
        {
            while (await _publications.Reader.WaitToReadAsync(cancellationToken))
            {
                _publications.Reader.TryRead(out _);
                await SettleAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The normal end of a run.
        }

        await _changing.WaitAsync(CancellationToken.None);
        _isRunning = false;
        await StopOrder.StopAsync(_nodes, _ => true, _settings.ShutdownDeadline);
        _changing.Release();
    }

    /// <summary>Evaluates anew what depends, directly or not, on exports that have been published so far.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            if (_plan is { } plan)
            {
                await SettleLockedAsync(plan);
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task<ReloadResult> LoadLockedAsync()
    {
        var diagnostics = new DiagnosticBag();
        ConfigurationFiles? files = ConfigurationSource.Read(_settings.ConfigurationPath, diagnostics);
        ModulePlan? plan = files is null ? null : Plan(files, diagnostics);
        GraphPass? pass = files is null || plan is null ? null : Evaluate(plan, files.Directory, diagnostics);
        IReadOnlyList<Diagnostic> reported = diagnostics.ToSortedList();
        if (pass is null || diagnostics.HasErrors)
        {
            _metrics.Failed();
            if (_isRunning)
            {
                Log.ReloadFailed(_settings.Logger, _settings.ConfigurationPath, diagnostics.ErrorCount);
                LogAll(reported);
            }

            return new ReloadResult(false, reported);
        }

        LogProblems(pass.Staged);
        _plan = plan;
        _modulePath = files!.Directory;
        await CommitAsync(pass.Staged);
        _metrics.Loaded(files.Sha256, _settings.Time.GetUtcNow());
        Log.ConfigurationLoaded(_settings.Logger, _settings.ConfigurationPath, _nodes.Count(node => node.Component is not null), files.Sha256);
        LogAll(reported);
        return new ReloadResult(true, reported);
    }

    private ModulePlan? Plan(ConfigurationFiles files, DiagnosticBag diagnostics)
    {
        var bodies = new List<Body>(files.Files.Count);
        foreach (SourceFile file in files.Files)
        {
            if (Parser.Parse(file, diagnostics) is { } body)
            {
                bodies.Add(body);
            }
        }

        if (diagnostics.HasErrors)
        {
            var modulePath = new Dictionary<string, Value> { [PlanSettings.ModulePath] = new StringValue(files.Directory) };
            PartialCheck.Run(bodies, _settings.Catalog.Find, new Scope(modulePath, _settings.StandardLibrary), diagnostics);
            return null;
        }

        return ModulePlanner.Plan(bodies, ModuleKind.Root, _settings.Planning, diagnostics);
    }

    /// <summary>An import that had been refused is tried with what is new; where that has mistakes, it stays what it was.</summary>
    private GraphPass Evaluate(ModulePlan plan, string modulePath, DiagnosticBag diagnostics)
    {
        var input = new PassInput { Before = _byId, IsLoad = true, Create = Create };
        (GraphPass pass, DiagnosticBag found) = Load(input);
        if (found.HasErrors && pass.Retried.Count > 0)
        {
            (pass, found) = Load(input with { Kept = pass.Retried });
        }

        diagnostics.AddAll(found);
        return pass;

        (GraphPass Pass, DiagnosticBag Found) Load(PassInput from)
        {
            var bag = new DiagnosticBag();
            var made = new GraphPass(_settings, from);
            made.Run(plan, modulePath, bag);
            ModuleCheck.Run(made, _settings.IsInspection, bag);
            return (made, bag);
        }
    }

    private ComponentNode Create(string id, PlannedNode plan)
    {
        ComponentNode? node = null;
        ComponentContext context = _settings.CreateContext(id, exports => Publish(node!, exports));
        node = new ComponentNode(id, plan.Definition!, plan.Definition!.Create(context), _settings.Time, _settings.Logger);
        return node;
    }

    /// <summary>
    /// An import or a foreach that changes so that what is made of it has mistakes, or is too much, keeps what it had: then the evaluation is done again
    /// without the change. Every other mistake concerns the one node that it stands in.
    /// </summary>
    private async Task SettleLockedAsync(ModulePlan plan)
    {
        var published = new Dictionary<string, ObjectValue>(StringComparer.Ordinal);
        foreach (ComponentNode node in _published.Keys)
        {
            if (_published.TryRemove(node, out ObjectValue? exports) && _byId.TryGetValue(node.Id, out StagedNode? staged) && staged.Component == node)
            {
                published[node.Id] = exports;
            }
        }

        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        GraphPass pass;
        do
        {
            pass = new GraphPass(_settings, new PassInput { Before = _byId, IsLoad = false, Published = published, Kept = kept, Create = Create });
            pass.Run(plan, _modulePath, new DiagnosticBag());
            kept = new Dictionary<string, string>(kept.Concat(pass.Failed), StringComparer.Ordinal);
        }
        while (pass.Failed.Count > 0);

        if (pass.IsFull || pass.IsFaulty)
        {
            // What was not reached would seem to have vanished, and be stopped.
            Log.SettleRefused(_settings.Logger);
            foreach ((string id, ObjectValue exports) in published)
            {
                _published.TryAdd(_byId[id].Component!, exports);
            }

            return;
        }

        LogProblems(pass.Staged);
        await CommitAsync(pass.Staged);
    }

    /// <summary>
    /// 1. Survivors get their arguments, sinks first. 2. What has vanished stops, sources first. 3. What is new starts, sinks first.
    /// </summary>
    private async Task CommitAsync(IReadOnlyList<StagedNode> staged)
    {
        // 1.
        IReadOnlyList<StagedNode> before = _nodes;
        foreach (StagedNode node in staged.Where(node => node is { IsNew: true, IsRunnable: true }))
        {
            node.Component!.Apply(node.Arguments!);
        }

        _nodes = staged;
        _byId = staged.ToDictionary(node => node.Id, StringComparer.Ordinal);

        // 2.
        HashSet<ComponentNode> kept = [.. staged.Select(node => node.Component).OfType<ComponentNode>()];
        if (before.Any(node => node.Component is { } component && !kept.Contains(component)))
        {
            await StopOrder.StopAsync(before, component => !kept.Contains(component), _settings.ShutdownDeadline);
        }

        // 3.
        if (_isRunning)
        {
            StartLocked();
        }
    }

    private void StartLocked()
    {
        foreach (StagedNode node in _nodes.Where(node => node.IsRunnable && _runs(node.Component!.Definition)))
        {
            node.Component!.Start();
        }
    }

    private void Publish(ComponentNode node, ObjectValue exports)
    {
        _published[node] = exports;
        _publications.Writer.TryWrite(true);
    }

    /// <summary>Says once of each node what keeps it from being as the configuration says.</summary>
    private void LogProblems(IReadOnlyList<StagedNode> staged)
    {
        foreach (StagedNode node in staged.Where(node => node.Problem is not null && node.Problem != _byId.GetValueOrDefault(node.Id)?.Problem))
        {
            if (node.IsWaiting)
            {
                Log.NodeWaits(_settings.Logger, node.Id, node.Problem!);
            }
            else
            {
                Log.UpdateFailed(_settings.Logger, node.Id, node.Problem!);
            }
        }
    }

    private void LogAll(IReadOnlyList<Diagnostic> diagnostics)
    {
        foreach (Diagnostic diagnostic in diagnostics)
        {
            string place = diagnostic.Span?.ToString() ?? "-";
            if (diagnostic.Severity == DiagnosticSeverity.Error)
            {
                Log.ConfigurationMistake(_settings.Logger, place, diagnostic.Message);
            }
            else
            {
                Log.ConfigurationWarning(_settings.Logger, place, diagnostic.Message);
            }
        }
    }
}
