using Prometheus;
using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Labels;
using Stoker.Syntax;
using Stoker.Syntax.Values;
using Stoker.TestKit;
using Stoker.TestKit.Programs;

namespace Stoker.Discovery.Tests;

/// <summary>A discovery component with a source of its own, running; its clock stands still unless the test moves it.</summary>
internal sealed class DiscoveryRun : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(Predicate<IReadOnlyList<LabelSet>> Matches, TaskCompletionSource<IReadOnlyList<LabelSet>> Found)> _waiters = [];
    private readonly List<IReadOnlyList<LabelSet>> _published = [];
    private readonly IComponent _component;
    private readonly DateTimeOffset _start;
    private Task _run = Task.CompletedTask;

    private DiscoveryRun(ComponentDefinition definition)
    {
        _start = Time.GetUtcNow();
        _component = definition.Create(new ComponentContext
        {
            Id = $"{definition.Name}.test",
            Logger = Log,
            Time = Time,
            Metrics = Metrics.WithCustomRegistry(_registry),
            StoragePath = "/nonexistent",
            Agent = new AgentIdentity("0.0.0", "Stoker/0.0.0 (test)", "6f9b7a52-0000-4000-8000-000000000001"),
            PublishExports = Keep,
        });
    }

    public ManualTimeProvider Time { get; } = new();

    public CapturingLogger Log { get; } = new();

    public string Health => _component.HealthMessage ?? "";

    /// <summary>Every list of targets that was published, the oldest first.</summary>
    public IReadOnlyList<IReadOnlyList<LabelSet>> Published
    {
        get
        {
            lock (_lock)
            {
                return [.. _published];
            }
        }
    }

    public static DiscoveryRun Start(ComponentDefinition definition, object arguments)
    {
        var run = new DiscoveryRun(definition);
        run.Apply(arguments);
        run._run = run._component.RunAsync(run._stop.Token);
        return run;
    }

    /// <summary>The arguments of a text, null after a mistake, and the mistakes.</summary>
    public static (object? Arguments, string Mistakes) Read(BlockSchema schema, string text)
    {
        var diagnostics = new DiagnosticBag();
        var file = SourceFile.FromText("f", text);
        var scope = new Scope(new Dictionary<string, Value>(), StandardLibrary.Create(_ => null));
        object? arguments = Parser.Parse(file, diagnostics) is { } body
            ? schema.DecodeObject(body, new SourceSpan(file, 0, 0), scope, diagnostics)
            : null;
        return (arguments, string.Join('\n', diagnostics.ToSortedList()));
    }

    public static Task Bounded(Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public void Apply(object arguments)
    {
        _component.Stage(arguments);
        _component.Apply(arguments);
    }

    /// <summary>The first list of targets, of those that were published and those that will be, that matches.</summary>
    public async Task<IReadOnlyList<LabelSet>> TargetsAsync(Predicate<IReadOnlyList<LabelSet>> matches)
    {
        Task<IReadOnlyList<LabelSet>> found;
        lock (_lock)
        {
            if (_published.Find(matches) is { } known)
            {
                return known;
            }

            var source = new TaskCompletionSource<IReadOnlyList<LabelSet>>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((matches, source));
            found = source.Task;
        }

        // What comes soon after something was published waits for the next time.
        while (!found.IsCompleted && Published.Count > 0)
        {
            await Bounded(Task.WhenAny(found, Time.WaitForTimerDueInAsync(DiscoveryComponent<object>.PublishInterval)));
            if (!found.IsCompleted)
            {
                Time.Advance(DiscoveryComponent<object>.PublishInterval);
            }
        }

        await Bounded(found);
        return await found;
    }

    /// <summary>Moves the clock to the next refresh, once the component has published what it knows.</summary>
    public async Task RefreshAsync(TimeSpan interval)
    {
        await Bounded(Time.WaitForTimerDueInAsync(DiscoveryComponent<object>.PublishInterval));
        Time.Advance(interval - TimeSpan.FromTicks((Time.GetUtcNow() - _start).Ticks % interval.Ticks));
    }

    /// <summary>Waits until the code under test sleeps for just so long, and wakes it.</summary>
    public async Task WakeAfterAsync(TimeSpan sleep)
    {
        await Bounded(Time.WaitForTimerDueInAsync(sleep));
        Time.Advance(sleep);
    }

    public Task LoggedAsync(int eventId, int count = 1) => Bounded(Log.WaitForAsync(eventId, count));

    /// <summary>An attribute of a source's debug information.</summary>
    public string State(string attribute, int source = 0)
    {
        BodyBlock block = _component.DescribeState().OfType<BodyBlock>().ElementAt(source);
        Value value = block.Body.OfType<BodyAttribute>().Single(item => item.Name == attribute).Value;
        return value is StringValue text ? text.Content : NumberText.Format((NumberValue)value);
    }

    public async Task<MetricsSnapshot> MetricsAsync()
    {
        using var text = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        return MetricsSnapshot.Parse(System.Text.Encoding.UTF8.GetString(text.ToArray()));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(Limit);
        Assert.DoesNotContain("component_id=", (await MetricsAsync()).Text, StringComparison.Ordinal);
    }

    private void Keep(ObjectValue exports)
    {
        List<LabelSet> targets = [.. ((ArrayValue)exports.Fields["targets"]).Items.Cast<Target>().Select(target => target.Labels)];
        lock (_lock)
        {
            _published.Add(targets);
            foreach ((_, TaskCompletionSource<IReadOnlyList<LabelSet>> found) in _waiters.Where(waiter => waiter.Matches(targets)))
            {
                found.TrySetResult(targets);
            }

            _waiters.RemoveAll(waiter => waiter.Matches(targets));
        }
    }
}
