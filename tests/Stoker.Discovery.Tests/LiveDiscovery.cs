using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Prometheus;
using Stoker.Components;
using Stoker.Syntax;
using Stoker.Syntax.Values;
using Stoker.TestKit;

namespace Stoker.Discovery.Tests;

/// <summary>A discovery component as the graph runs it, with a clock that stands still unless the test moves it.</summary>
internal sealed class LiveDiscovery : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<IReadOnlyList<Target>> _published = Channel.CreateUnbounded<IReadOnlyList<Target>>();
    private readonly ConcurrentQueue<IReadOnlyList<Target>> _all = new();
    private readonly ComponentDefinition _definition;
    private readonly IComponent _component;
    private Task _run = Task.CompletedTask;

    private LiveDiscovery(ComponentDefinition definition, HttpMessageHandler? handler, TimeProvider? time)
    {
        _definition = definition;
        _component = definition.Create(new ComponentContext
        {
            Id = $"{definition.Name}.test",
            Logger = Log,
            Time = time ?? Time,
            Metrics = Metrics.WithCustomRegistry(_registry),
            StoragePath = "/nonexistent",
            Agent = new AgentIdentity("0.0.0", "Stoker/0.0.0 (test)", "6f9b7a52-0000-4000-8000-000000000001"),
            PublishExports = exports =>
            {
                Target[] targets = [.. ((ArrayValue)exports.Fields["targets"]).Items.Cast<Target>()];
                _all.Enqueue(targets);
                Assert.True(_published.Writer.TryWrite(targets));
            },
            HttpHandler = handler,
        });
    }

    public ManualTimeProvider Time { get; } = new();

    public CapturingLogger Log { get; } = new();

    public string Health => _component.HealthMessage!;

    public IReadOnlyList<string> Failures => ((IDiscovery)_component).Failures;

    /// <summary>Every list that was published, in its order.</summary>
    public IReadOnlyList<IReadOnlyList<Target>> Published => [.. _all];

    /// <param name="body">The body of the block.</param>
    public static LiveDiscovery Start(ComponentDefinition definition, string body, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        var running = new LiveDiscovery(definition, handler, time);
        running.Apply(body);
        running._run = running._component.RunAsync(running._stop.Token);
        return running;
    }

    /// <summary>The arguments that a body decodes to, null after an error, and the diagnostics as <c>line:column: message</c>.</summary>
    public static (object? Arguments, IReadOnlyList<string> Diagnostics) Read(ComponentDefinition definition, string body)
    {
        var diagnostics = new DiagnosticBag();
        var file = SourceFile.FromText("f", body);
        var scope = new Scope(new Dictionary<string, Value>(), StandardLibrary.Create(_ => null));
        object? arguments = Parser.Parse(file, diagnostics) is { } parsed
            ? definition.Arguments.DecodeObject(parsed, new SourceSpan(file, 0, 0), scope, diagnostics)
            : null;
        return (arguments, [.. diagnostics.ToSortedList().Select(diagnostic => diagnostic.ToString()["f:".Length..])]);
    }

    public void Apply(string body)
    {
        (object? arguments, IReadOnlyList<string> diagnostics) = Read(_definition, body);
        Assert.Empty(diagnostics);
        _component.Stage(arguments!);
        _component.Apply(arguments!);
    }

    /// <summary>Awaits with a bound, so that a fault fails the test instead of hanging it.</summary>
    public static Task Bounded(Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static async Task<T> Bounded<T>(Task<T> task) => await task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public Task FirstRoundAsync() => Bounded(((IDiscovery)_component).FirstRound);

    /// <summary>The next list that is published, with the clock standing still.</summary>
    public Task<IReadOnlyList<Target>> NextAsync() => Bounded(_published.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask());

    /// <summary>The next list that is published, with the clock running as fast as it can: publishing is spaced.</summary>
    public async Task<IReadOnlyList<Target>> NextWithTimeAsync()
    {
        Task<IReadOnlyList<Target>> next = NextAsync();
        await PassUntilAsync(() => next.IsCompleted);
        return await next;
    }

    /// <summary>Lets time pass in steps of 100 ms until the condition holds.</summary>
    public async Task PassUntilAsync(Func<bool> condition)
    {
        using var bound = new CancellationTokenSource(Limit, TimeProvider.System);
        while (!condition())
        {
            Assert.False(bound.IsCancellationRequested, $"It did not happen. Health: {Health}");
            Time.Advance(TimeSpan.FromMilliseconds(100));

            // The other threads, and the system's watches, get their turn before the clock moves on.
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits for what shows in no signal, with the clock standing still.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        using var bound = new CancellationTokenSource(Limit, TimeProvider.System);
        while (!condition())
        {
            Assert.False(bound.IsCancellationRequested, $"It did not happen. Health: {Health}");
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public IReadOnlyList<BodyBlock> Sources() => [.. _component.DescribeState().OfType<BodyBlock>()];

    /// <summary>The text of an attribute of the one source whose name ends so.</summary>
    public string State(string source, string attribute) =>
        ((StringValue)Sources().Single(block => Text(block, "source").EndsWith(source, StringComparison.Ordinal))
            .Body.OfType<BodyAttribute>().Single(item => item.Name == attribute).Value).Content;

    /// <summary>What was left out, as <c>entry: reason</c>.</summary>
    public IReadOnlyList<string> Skipped() =>
        [.. Sources().SelectMany(source => source.Body.OfType<BodyBlock>()).Select(block => $"{Text(block, "entry")}: {Text(block, "reason")}")];

    public async Task<double> MetricAsync(string name, string labels = "")
    {
        string line = (await ExportMetricsAsync()).Split('\n')
            .Single(candidate => candidate.StartsWith(name + "{", StringComparison.Ordinal) && candidate.Contains(labels, StringComparison.Ordinal));
        return double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    public async Task<string> ExportMetricsAsync()
    {
        using var text = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(text);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>Stops it, and checks that it leaves no series behind.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Bounded(_run);
        _stop.Dispose();
        Assert.DoesNotContain("component_id=", await ExportMetricsAsync(), StringComparison.Ordinal);
    }

    private static string Text(BodyBlock block, string attribute) =>
        ((StringValue)block.Body.OfType<BodyAttribute>().Single(item => item.Name == attribute).Value).Content;
}
