using System.Threading.Channels;
using Stoker.Components;
using Stoker.Labels;
using Stoker.Syntax.Values;
using Stoker.TestKit;

namespace Stoker.Discovery.Tests;

/// <summary>One discovery component as the graph runs it; what it publishes is kept in its order.</summary>
internal sealed class RunningDiscovery : ComponentHarness, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<IReadOnlyList<Target>> _next = Channel.CreateUnbounded<IReadOnlyList<Target>>();
    private readonly List<IReadOnlyList<Target>> _published = [];
    private readonly List<(Predicate<IReadOnlyList<LabelSet>> Matches, TaskCompletionSource<IReadOnlyList<LabelSet>> Found)> _waiters = [];
    private readonly ComponentDefinition _definition;
    private readonly DateTimeOffset _start;
    private Task? _run;

    /// <summary>A component that does not run yet.</summary>
    /// <param name="http">The other end of the component's connections; null where it makes real ones.</param>
    /// <param name="time">Another clock than <see cref="ComponentHarness.Time"/>.</param>
    public RunningDiscovery(ComponentDefinition definition, object arguments, HttpMessageHandler? http = null, TimeProvider? time = null)
        : this(definition, http, time) => Apply(arguments);

    private RunningDiscovery(ComponentDefinition definition, HttpMessageHandler? http, TimeProvider? time)
        : base($"{definition.Name}.test", _ => { }, time, http)
    {
        _start = Time.GetUtcNow();
        _definition = definition;
        Component = definition.Create(Context with { PublishExports = Keep });
    }

    public IComponent Component { get; }

    public string Health => Component.HealthMessage ?? "";

    public IReadOnlyList<string> Failures => ((IOutsideSource)Component).Failures;

    /// <summary>Every list of targets that was published, the oldest first.</summary>
    public IReadOnlyList<IReadOnlyList<Target>> Published
    {
        get
        {
            lock (_lock)
            {
                return [.. _published];
            }
        }
    }

    public static RunningDiscovery Start(ComponentDefinition definition, object arguments)
    {
        var running = new RunningDiscovery(definition, arguments);
        running.Start();
        return running;
    }

    /// <param name="body">The body of the block, as it stands in a configuration file.</param>
    public static RunningDiscovery Start(ComponentDefinition definition, string body, HttpMessageHandler? http = null, TimeProvider? time = null)
    {
        var running = new RunningDiscovery(definition, http, time);
        running.Apply(body);
        running.Start();
        return running;
    }

    public void Start() => _run = Component.RunAsync(_stop.Token);

    public void Apply(object arguments)
    {
        Component.Stage(arguments);
        Component.Apply(arguments);
    }

    public void Apply(string body)
    {
        (object? arguments, IReadOnlyList<string> diagnostics) = Written.Read(_definition.Arguments, body);
        Assert.Empty(diagnostics);
        Apply(arguments!);
    }

    public Task FirstRoundAsync() => Bounded(((IOutsideSource)Component).FirstRound);

    /// <summary>The list of targets that is published next, with the clock standing still.</summary>
    public Task<IReadOnlyList<Target>> NextAsync() => Bounded(_next.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask());

    /// <summary>The list that is published next, each target as its labels in text.</summary>
    public async Task<IReadOnlyList<string>> NextTextAsync() => Show(await NextAsync());

    public bool TryTake(out IReadOnlyList<Target>? targets) => _next.Reader.TryRead(out targets);

    /// <summary>The list that is published next, with the clock running as fast as it can: publishing is spaced.</summary>
    public async Task<IReadOnlyList<Target>> NextWithTimeAsync()
    {
        Task<IReadOnlyList<Target>> next = NextAsync();
        await PassUntilAsync(() => next.IsCompleted);
        return await next;
    }

    /// <summary>The first list of targets, of those that were published and those that will be, that matches.</summary>
    public async Task<IReadOnlyList<LabelSet>> TargetsAsync(Predicate<IReadOnlyList<LabelSet>> matches)
    {
        Task<IReadOnlyList<LabelSet>> found;
        lock (_lock)
        {
            if (_published.Select(LabelsOf).FirstOrDefault(labels => matches(labels)) is { } known)
            {
                return known;
            }

            var source = new TaskCompletionSource<IReadOnlyList<LabelSet>>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((matches, source));
            found = source.Task;
        }

        // What comes soon after something was published waits for the next time. What is under way with a deadline, such as a question to a server, ends
        // before the clock moves on: otherwise it would be late, and half of a round would be published.
        TimeSpan interval = DiscoveryComponent<object>.PublishInterval;
        while (!found.IsCompleted && Published.Count > 0)
        {
            await Bounded(Task.WhenAny(found, Time.WaitForTimerDueInAsync(interval)));
            if (!found.IsCompleted && !Time.TryAdvance(interval))
            {
                await Bounded(Task.WhenAny(found, Time.WaitForNoTimerDueWithinAsync(interval)));
            }
        }

        return await Bounded(found);
    }

    /// <summary>Moves the clock to the next refresh, once the component has published what it knows.</summary>
    public async Task RefreshAsync(TimeSpan interval)
    {
        await SleepsAsync(DiscoveryComponent<object>.PublishInterval);
        Time.Advance(interval - TimeSpan.FromTicks((Time.GetUtcNow() - _start).Ticks % interval.Ticks));
    }

    /// <summary>Lets time pass in steps of 100 ms until the condition holds.</summary>
    public Task PassUntilAsync(Func<bool> condition) => PollAsync(condition, TimeSpan.FromMilliseconds(100));

    /// <summary>Waits for what shows in no signal, with the clock standing still.</summary>
    public Task UntilAsync(Func<bool> condition) => PollAsync(condition, TimeSpan.Zero);

    /// <summary>The debug information of the one source whose name ends so: its attributes as text.</summary>
    public IReadOnlyDictionary<string, string> Source(string name = "") =>
        Sources().Single(source => source["source"].EndsWith(name, StringComparison.Ordinal));

    public IReadOnlyList<IReadOnlyDictionary<string, string>> Sources() => [.. SourceBlocks().Select(Attributes)];

    /// <summary>What was left out, as <c>entry: reason</c>.</summary>
    public IReadOnlyList<string> Skipped() =>
        [.. SourceBlocks().SelectMany(source => source.Body.OfType<BodyBlock>()).Select(Attributes).Select(entry => $"{entry["entry"]}: {entry["reason"]}")];

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        if (_run is not null)
        {
            await _run.WaitAsync(Limit);
        }
    }

    /// <summary>Stops it, and checks that it leaves no series behind.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        if (_run is not null)
        {
            Assert.DoesNotContain("component_id=", await MetricsTextAsync(), StringComparison.Ordinal);
        }
    }

    public static IReadOnlyList<string> Show(ObjectValue exports) => Show(TargetsOf(exports));

    public static Target TargetOf(string address) => new(LabelSet.Of(("__address__", address)));

    private static IReadOnlyList<string> Show(IReadOnlyList<Target> targets) => [.. targets.Select(target => target.Labels.ToString())];

    private static IReadOnlyList<Target> TargetsOf(ObjectValue exports) => [.. ((ArrayValue)exports.Fields["targets"]).Items.Cast<Target>()];

    private static IReadOnlyList<LabelSet> LabelsOf(IReadOnlyList<Target> targets) => [.. targets.Select(target => target.Labels)];

    private static Dictionary<string, string> Attributes(BodyBlock block) => block.Body.OfType<BodyAttribute>().ToDictionary(
        attribute => attribute.Name,
        attribute => attribute.Value is StringValue text ? text.Content : NumberText.Format((NumberValue)attribute.Value));

    private IEnumerable<BodyBlock> SourceBlocks() => Component.DescribeState().OfType<BodyBlock>().Where(block => block.Name == "source");

    private async Task PollAsync(Func<bool> condition, TimeSpan step)
    {
        using var bound = new CancellationTokenSource(Limit, TimeProvider.System);
        while (!condition())
        {
            Assert.False(bound.IsCancellationRequested, $"It did not happen. Health: {Health}");
            Time.Advance(step);

            // The other threads, and the system's watches, get their turn before the clock moves on.
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private void Keep(ObjectValue exports)
    {
        IReadOnlyList<Target> targets = TargetsOf(exports);
        IReadOnlyList<LabelSet> labels = LabelsOf(targets);
        lock (_lock)
        {
            _published.Add(targets);
            foreach ((_, TaskCompletionSource<IReadOnlyList<LabelSet>> found) in _waiters.Where(waiter => waiter.Matches(labels)))
            {
                found.TrySetResult(labels);
            }

            _waiters.RemoveAll(waiter => waiter.Matches(labels));
        }

        Assert.True(_next.Writer.TryWrite(targets));
    }
}
