using System.Collections.Concurrent;
using System.Threading.Channels;
using Stoker.Components;
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

    // In the order of evaluation: what a component refers to stands before it. Replaced whole.
    private volatile IReadOnlyList<ComponentNode> _nodes = [];
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

    /// <summary>All components, config blocks left out, sorted by identifier.</summary>
    public IReadOnlyList<ComponentSnapshot> GetComponents()
    {
        IReadOnlyList<ComponentNode> nodes = _nodes;
        return [.. nodes
            .Where(node => !node.Definition.IsConfigBlock)
            .OrderBy(node => node.Id, StringComparer.Ordinal)
            .Select(node => Describe(node, nodes))];
    }

    /// <summary>Brings the gauges of the components' health up to date.</summary>
    public void RefreshMetrics() => _metrics.ShowHealth(_nodes.Where(node => !node.Definition.IsConfigBlock).Select(node => node.Health.State));

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
        foreach (ComponentNode node in _nodes.Where(node => runs(node.Definition)))
        {
            node.Start();
        }

        _isRunning = true;
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
        await StopAsync(_nodes);
        _changing.Release();
    }

    private async Task<ReloadResult> LoadLockedAsync()
    {
        var diagnostics = new DiagnosticBag();
        ConfigurationFiles? files = ConfigurationSource.Read(_settings.ConfigurationPath, diagnostics);
        IReadOnlyList<StagedNode>? staged = files is null ? null : Stage(files, diagnostics);
        IReadOnlyList<Diagnostic> reported = diagnostics.ToSortedList();
        if (staged is null || files is null)
        {
            _metrics.Failed();
            if (_isRunning)
            {
                Log.ReloadFailed(_settings.Logger, _settings.ConfigurationPath, diagnostics.ErrorCount);
                LogAll(reported);
            }

            return new ReloadResult(false, reported);
        }

        await CommitAsync(staged);
        _modulePath = files.Directory;
        _metrics.Loaded(files.Sha256, _settings.Time.GetUtcNow());
        Log.ConfigurationLoaded(_settings.Logger, _settings.ConfigurationPath, _nodes.Count, files.Sha256);
        LogAll(reported);
        return new ReloadResult(true, reported);
    }

    private IReadOnlyList<StagedNode>? Stage(ConfigurationFiles files, DiagnosticBag diagnostics)
    {
        var bodies = new List<Body>(files.Files.Count);
        foreach (SourceFile file in files.Files)
        {
            if (Parser.Parse(file, diagnostics) is { } body)
            {
                bodies.Add(body);
            }
        }

        var staticScope = new Scope(
            new Dictionary<string, Value> { ["module_path"] = new StringValue(files.Directory) }, _settings.StandardLibrary);
        if (diagnostics.HasErrors)
        {
            PartialCheck.Run(bodies, _settings.Catalog.Find, staticScope, diagnostics);
            return null;
        }

        GraphPlan plan = new GraphPlanner(_settings.Catalog, staticScope, diagnostics).Plan(bodies);
        IReadOnlyList<StagedNode> staged =
            new GraphEvaluation(FindOrCreate, _settings.StandardLibrary, files.Directory).Evaluate(plan, diagnostics);
        return diagnostics.HasErrors ? null : staged;
    }

    private (ComponentNode Node, bool IsNew) FindOrCreate(PlannedNode plan)
    {
        ComponentNode? existing = _nodes.FirstOrDefault(node => node.Id == plan.Id && node.Definition == plan.Definition && !node.HasExited);
        if (existing is not null)
        {
            return (existing, false);
        }

        ComponentNode? node = null;
        ComponentContext context = _settings.CreateContext(plan.Id, exports => Publish(node!, exports));
        IComponent component = plan.Definition!.Create(context);
        node = new ComponentNode(plan.Id, plan.Definition, component, _settings.Time, _settings.Logger) { Block = plan.Block };
        return (node, true);
    }

    /// <summary>
    /// 1. Survivors get their arguments, sinks first. 2. What has vanished stops, sources first. 3. What is new starts, sinks first.
    /// </summary>
    private async Task CommitAsync(IReadOnlyList<StagedNode> staged)
    {
        IReadOnlyList<ComponentNode> before = _nodes;
        foreach (StagedNode node in staged)
        {
            node.Node.Block = node.Plan.Block;
            node.Node.References = node.Plan.References;
            node.Node.Apply(node.Arguments, node.Exports);
        }

        _nodes = [.. staged.Select(node => node.Node)];
        ComponentNode[] vanished = [.. before.Except(_nodes)];
        await StopAsync(vanished);
        foreach (ComponentNode node in vanished)
        {
            _published.TryRemove(node, out _);
        }

        if (_isRunning)
        {
            foreach (StagedNode node in staged.Where(node => node.IsNew && _runs(node.Node.Definition)))
            {
                node.Node.Start();
            }
        }
    }

    /// <summary>Stops components side by side, but each only after those that refer to it.</summary>
    private async Task StopAsync(IReadOnlyList<ComponentNode> nodes)
    {
        var stops = new Dictionary<string, Task>(StringComparer.Ordinal);
        foreach (ComponentNode node in nodes.Reverse())
        {
            Task dependants = Task.WhenAll(nodes.Where(other => other.References.Contains(node.Id)).Select(other => stops.GetValueOrDefault(other.Id, Task.CompletedTask)));
            stops[node.Id] = StopAfterAsync(dependants, node);
        }

        await Task.WhenAll(stops.Values);
    }

    private async Task StopAfterAsync(Task dependants, ComponentNode node)
    {
        await dependants;
        await node.StopAsync(_settings.ShutdownDeadline);
    }

    private void Publish(ComponentNode node, ObjectValue exports)
    {
        _published[node] = exports;
        _publications.Writer.TryWrite(true);
    }

    /// <summary>Evaluates anew what depends, directly or not, on exports that have been published so far.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            var changed = new HashSet<string>(StringComparer.Ordinal);
            var evaluation = new GraphEvaluation(FindOrCreate, _settings.StandardLibrary, _modulePath);
            foreach (ComponentNode node in _nodes)
            {
                if (_published.TryRemove(node, out ObjectValue? exports) && !exports.Equals(node.Exports))
                {
                    node.Exports = exports;
                    changed.Add(node.Id);
                }

                if (node.References.Any(changed.Contains) && Reevaluate(node, evaluation))
                {
                    changed.Add(node.Id);
                }

                evaluation.SetExports(node.Id, node.Exports);
            }
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>True when the component's own exports changed by it.</summary>
    private bool Reevaluate(ComponentNode node, GraphEvaluation evaluation)
    {
        var diagnostics = new DiagnosticBag();
        StagedNode? staged = evaluation.Evaluate(new PlannedNode(node.Id, node.Definition, node.Block, node.References, Unresolved: []), diagnostics);
        if (staged is null)
        {
            string reason = string.Join("; ", diagnostics.ToSortedList().Select(diagnostic => diagnostic.ToString()));
            node.FailEvaluation(reason);
            Log.UpdateFailed(_settings.Logger, node.Id, reason);
            return false;
        }

        ObjectValue before = node.Exports;
        node.Apply(staged.Arguments, staged.Exports);
        return !before.Equals(staged.Exports);
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

    private static ComponentSnapshot Describe(ComponentNode node, IReadOnlyList<ComponentNode> nodes) => new(
        node.Id,
        node.Definition.Name,
        node.Block.BlockLabel,
        node.References,
        [.. nodes.Where(other => other.References.Contains(node.Id)).Select(other => other.Id).Order(StringComparer.Ordinal)],
        node.Health,
        node.Arguments is { } arguments ? node.Definition.Arguments.Render(arguments) : [],
        node.Exports,
        node.Component);
}
