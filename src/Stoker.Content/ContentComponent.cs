using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Syntax.Values;

namespace Stoker.Content;

/// <summary>
/// What the components share that bring text from outside: they run a source, export <c>content</c>, and begin another source when their arguments change.
/// A content that was once read stays while its source fails, and until a new source has brought another (ADR 33).
/// </summary>
internal sealed class ContentComponent<TArguments> : Component<TArguments>, IOutsideSource
    where TArguments : class
{
    private readonly ComponentContext _context;
    private readonly BlockSchema<TArguments> _schema;
    private readonly Func<TArguments, ComponentContext, IContentSource> _createSource;
    private readonly ComponentMetrics _metrics;
    private readonly TaskCompletionSource _firstRound = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guards all fields below. Taken before the lock of the status. To publish is to put into a queue.
    private readonly Lock _lock = new();
    private TArguments? _arguments;
    private IContentSource? _source;
    private CancellationTokenSource? _run;

    // Made by the first run, because a component that never runs has no series.
    private ContentStatus? _status;

    // What the graph has, and how often it was published; and the last good content with the name of its source.
    private Value? _published;
    private int _publications;
    private (string Name, Value Content)? _last;
    private Staged? _staged;

    private ContentComponent(
        ComponentContext context, BlockSchema<TArguments> schema, Func<TArguments, ComponentContext, IContentSource> createSource)
    {
        _context = context;
        _schema = schema;
        _createSource = createSource;
        _metrics = new ComponentMetrics(context.Metrics, context.Id);
    }

    public Task FirstRound => _firstRound.Task;

    public IReadOnlyList<string> Failures => Status?.Failures ?? [];

    public override string? HealthMessage => Status?.Health;

    private ContentStatus? Status
    {
        get
        {
            lock (_lock)
            {
                return _status;
            }
        }
    }

    public static ComponentDefinition Define(
        string name, BlockSchema<TArguments> schema, Func<TArguments, ComponentContext, IContentSource> createSource) =>
        new(name, schema, context => new ContentComponent<TArguments>(context, schema, createSource)) { IsOutsideSource = true };

    public void PublishNow()
    {
        // Nothing is kept back.
    }

    public override async Task RunAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _status = new ContentStatus(_context.Logger, _context.Time, _metrics);
        }

        // So that nobody waits for a file who only starts components.
        await Task.Yield();
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
            _metrics.Remove();
        }
    }

    public override IEnumerable<BodyItem> DescribeState() => Status?.Describe() ?? [];

    protected override ObjectValue Stage(TArguments arguments)
    {
        IContentSource source = _createSource(arguments, _context);
        int publications;
        lock (_lock)
        {
            publications = _publications;
        }

        ContentRead? read = source.ReadNow();
        lock (_lock)
        {
            // A file under another name is another file; of a server the last answer is better than none.
            Value? kept = _last is { } last && (read is null || last.Name == source.Name) ? source.Adopt(last.Content) : null;

            // What is doubtful is for the run to find out, which has the time.
            bool isRead = read?.Content is not null && !(read.IsDoubtful && kept is not null);
            Value content = (isRead ? read!.Content : kept)
                ?? (read is null
                    ? new UnavailableValue($"{source.Name} has not answered yet", isMistake: false)
                    : new UnavailableValue($"{source.Name}: {read.Failure}", isMistake: true));
            _staged = new Staged(source, content, isRead, publications);
            return ExportsOf(content);
        }
    }

    protected override void Apply(TArguments arguments)
    {
        CancellationTokenSource? ending = null;
        lock (_lock)
        {
            IContentSource source = _staged?.Source ?? _createSource(arguments, _context);
            if (_staged is { } staged)
            {
                Take(staged);
            }

            if (_arguments is null || !_schema.AreEqual(_arguments, arguments))
            {
                _arguments = arguments;
                _source = source;
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

    private static ObjectValue ExportsOf(Value content) => new([new(ModuleContentValue.ExportName, content)]);

    /// <summary>The graph has what was staged, unless something newer was published since: then it gets that again.</summary>
    private void Take(Staged staged)
    {
        _staged = null;
        bool isOvertaken = staged.Publications != _publications && _last?.Name == staged.Source.Name;
        _published = isOvertaken ? staged.Source.Adopt(_last!.Value.Content) : staged.Content;
        if (staged.IsRead && !isOvertaken)
        {
            _last = (staged.Source.Name, staged.Content);
        }

        if (_publications > 0)
        {
            // What was published before may still wait to be taken up, and would then replace what is newer.
            _context.PublishExports(ExportsOf(_published));
        }
    }

    /// <summary>Runs one source until the arguments change or the component stops.</summary>
    private async Task RunSourceAsync(CancellationToken cancellationToken)
    {
        using var run = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        IContentSource source;
        ContentStatus status;
        lock (_lock)
        {
            source = _source ?? throw new InvalidOperationException("The component has no arguments.");
            status = _status!;
            status.Begin(source.Name);
            _run = run;
        }

        try
        {
            await source.RunAsync(new ContentReports(read => Tell(source, read), remark => Remark(source, remark), _metrics), run.Token);

            // A source that has nothing more to read ends early; its content stays.
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
            }
        }
    }

    private void Tell(IContentSource source, ContentRead read)
    {
        lock (_lock)
        {
            if (_source != source)
            {
                return;
            }

            if (read.Content is { } content)
            {
                _last = (source.Name, content);
                _status!.Answer(read.Bytes);
                Publish(source, content, read.Bytes);
            }
            else
            {
                _status!.Fail(read.Failure!);
            }
        }

        _firstRound.TrySetResult();
    }

    private void Publish(IContentSource source, Value content, long bytes)
    {
        if (content.Equals(_published))
        {
            return;
        }

        _published = content;
        _publications++;
        _context.PublishExports(ExportsOf(content));
        Log.ContentPublished(_context.Logger, source.Name, bytes);
    }

    private void Remark(IContentSource source, string? remark)
    {
        lock (_lock)
        {
            if (_source == source)
            {
                _status!.Remark(remark);
            }
        }
    }

    /// <summary>What the last call of <see cref="Stage(TArguments)"/> led to.</summary>
    /// <param name="IsRead">True where the content was read and not kept.</param>
    /// <param name="Publications">How often had been published before it was read.</param>
    private sealed record Staged(IContentSource Source, Value Content, bool IsRead, int Publications);
}
