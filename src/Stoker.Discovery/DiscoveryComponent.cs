using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Syntax.Values;

namespace Stoker.Discovery;

/// <summary>
/// What all discovery components have in common: they run a source, export <c>targets</c>, and begin a new source when their arguments change. Targets
/// stay while a source fails and until a new one has found others, so nothing that goes wrong empties the list (ADR 24).
/// </summary>
internal sealed class DiscoveryComponent<TArguments> : Component<TArguments>, IOutsideSource
    where TArguments : class
{
    /// <summary>How often changed targets are published at most; the first change after a quiet time is published at once.</summary>
    internal static readonly TimeSpan PublishInterval = TimeSpan.FromSeconds(5);

    private readonly ComponentContext _context;
    private readonly BlockSchema<TArguments> _schema;
    private readonly Func<TArguments, ComponentContext, ITargetSource> _createSource;
    private readonly TargetStore _store;
    private readonly TaskCompletionSource _firstRound = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Held while targets are read and published. Taken before the store's lock.
    private readonly Lock _publishing = new();

    // Guards the arguments, the source that runs and the token source that ends it. Taken before the lock of a source and that of the store.
    private readonly Lock _lock = new();
    private TArguments? _arguments;
    private CancellationTokenSource? _run;
    private ITargetSource? _source;
    private volatile ObjectValue _exports = ExportsOf(new ArrayValue([]));

    private DiscoveryComponent(
        ComponentContext context, BlockSchema<TArguments> schema, Func<TArguments, ComponentContext, ITargetSource> createSource)
    {
        _context = context;
        _schema = schema;
        _createSource = createSource;
        _store = new TargetStore(context.Logger, context.Time, new ComponentMetrics(context.Metrics, context.Id));
    }

    public void PublishNow() => Publish();

    public Task FirstRound => _firstRound.Task;

    public IReadOnlyList<string> Failures => StoreDescription.FailuresOf(_store);

    public override string? HealthMessage => StoreDescription.Health(_store);

    public static ComponentDefinition Define(
        string name, BlockSchema<TArguments> schema, Func<TArguments, ComponentContext, ITargetSource> createSource) =>
        new(name, schema, context => new DiscoveryComponent<TArguments>(context, schema, createSource)) { IsOutsideSource = true };

    public override async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task publishing = PublishAsync(stopping.Token);
        try
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                await RunSourceAsync(cancellationToken);

                // The run may have ended inside the cancellation by a reload, on whose thread no new one begins.
                await Task.Yield();
            }
        }
        finally
        {
            await stopping.CancelAsync();
            await publishing;
            _store.Metrics.Remove();
        }
    }

    public override IEnumerable<BodyItem> DescribeState() => StoreDescription.Of(_store);

    protected override ObjectValue Stage(TArguments arguments) => _exports;

    protected override void Apply(TArguments arguments)
    {
        CancellationTokenSource? ending = null;
        lock (_lock)
        {
            if (_arguments is not null && _schema.AreEqual(_arguments, arguments))
            {
                return;
            }

            _arguments = arguments;
            if (_source is not IAdjustableSource<TArguments> source || !source.TryAdjust(arguments))
            {
                ending = _run;
            }
        }

        try
        {
            // Not under the lock, because what waits for it may go on right here.
            ending?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run has ended meanwhile; the next one has the new arguments.
        }
    }

    private static ObjectValue ExportsOf(ArrayValue targets) => new([new("targets", targets)]);

    /// <summary>Runs one source until the arguments change or the component stops.</summary>
    private async Task RunSourceAsync(CancellationToken cancellationToken)
    {
        using var run = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ITargetSource source;
        lock (_lock)
        {
            source = _createSource(_arguments ?? throw new InvalidOperationException("The component has no arguments."), _context);
            _source = source;
            _run = run;
        }

        try
        {
            await source.RunAsync(_store.BeginRun(), run.Token);

            // A source without anything to watch any more ends early; its targets stay.
            await Task.Delay(Timeout.InfiniteTimeSpan, _context.Time, run.Token);
        }
        catch (OperationCanceledException) when (run.IsCancellationRequested)
        {
            // New arguments, or the stop.
        }
        finally
        {
            lock (_lock)
            {
                _run = null;
                _source = null;
            }
        }
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        var gauges = new StoreGauges(_store.Metrics);
        try
        {
            while (true)
            {
                await _store.WaitForChangeAsync(cancellationToken);
                gauges.Set(_store);

                // Half of what there is would make scrapes start and stop for nothing; but one question that hangs must not hold up the others.
                Task round = _store.Round;
                await round.WaitAsync(PublishInterval, _context.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();

                // Before publishing, because a round that completes meanwhile has found more than is published.
                bool isComplete = round.IsCompleted;
                Publish();
                gauges.Set(_store);
                if (isComplete)
                {
                    _firstRound.TrySetResult();
                }

                await Task.Delay(PublishInterval, _context.Time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The normal end of a run.
        }
    }

    private void Publish()
    {
        int count;

        // So that what was read later is published later. To publish is to put into a queue.
        lock (_publishing)
        {
            ArrayValue targets = _store.GetTargets();
            ObjectValue exports = ExportsOf(targets);
            if (exports.Equals(_exports))
            {
                return;
            }

            _exports = exports;
            _context.PublishExports(exports);
            count = targets.Items.Count;
        }

        Log.TargetsPublished(_context.Logger, count);
    }
}
