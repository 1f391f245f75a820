using System.Text;
using System.Threading.Channels;
using Prometheus;
using Stoker.Components;
using Stoker.Labels;
using Stoker.Syntax.Values;
using Stoker.TestKit;

namespace Stoker.Discovery.Tests;

/// <summary>One discovery component that runs with a manual clock; what it publishes is kept in its order.</summary>
internal sealed class RunningDiscovery : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Channel<IReadOnlyList<string>> _published = Channel.CreateUnbounded<IReadOnlyList<string>>();
    private Task _run = Task.CompletedTask;

    /// <param name="http">The other end of the component's connections; null where it makes real ones.</param>
    public RunningDiscovery(ComponentDefinition definition, object arguments, HttpMessageHandler? http = null)
    {
        Component = definition.Create(new ComponentContext
        {
            Id = $"{definition.Name}.test",
            Logger = Logger,
            Time = Time,
            Metrics = Metrics.WithCustomRegistry(_registry),
            StoragePath = Path.GetTempPath(),
            Agent = new AgentIdentity("0.0.0", "Stoker/test", "00000000-0000-0000-0000-000000000000"),
            PublishExports = exports => _published.Writer.TryWrite(Show(exports)),
            HttpHandler = http,
        });
        Component.Apply(arguments);
    }

    public ManualTimeProvider Time { get; } = new();

    public CapturingLogger Logger { get; } = new();

    public IComponent Component { get; }

    public void Start() => _run = Component.RunAsync(_stopping.Token);

    public void Apply(object arguments) => Component.Apply(arguments);

    /// <summary>The targets that were published next, each as its labels in text.</summary>
    public async Task<IReadOnlyList<string>> NextAsync() =>
        await _published.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Bound, TestContext.Current.CancellationToken);

    public bool TryTake(out IReadOnlyList<string>? targets) => _published.Reader.TryRead(out targets);

    /// <summary>Waits for what the code under test does by itself, with the clock standing still.</summary>
    public static Task WithinBound(Task task) => task.WaitAsync(Bound, TestContext.Current.CancellationToken);

    /// <summary>The debug information of a source: its attributes as text.</summary>
    public IReadOnlyDictionary<string, string> Source(string name) =>
        Sources().Single(source => source["source"] == name);

    public IReadOnlyList<IReadOnlyDictionary<string, string>> Sources() =>
    [
        .. Component.DescribeState().OfType<BodyBlock>().Where(block => block.Name == "source").Select(block =>
            block.Body.OfType<BodyAttribute>().ToDictionary(
                attribute => attribute.Name,
                attribute => attribute.Value is StringValue text ? text.Content : ((NumberValue)attribute.Value).AsFloat().ToString())),
    ];

    public IReadOnlyList<BodyBlock> SkippedEntries(string source) =>
    [
        .. Component.DescribeState().OfType<BodyBlock>()
            .Where(block => block.Body.OfType<BodyAttribute>().Any(a => a.Name == "source" && ((StringValue)a.Value).Content == source))
            .SelectMany(block => block.Body.OfType<BodyBlock>()),
    ];

    public async Task<string> MetricsAsync()
    {
        using var text = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await WithinBound(_run);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    public static IReadOnlyList<string> Show(ObjectValue exports) =>
        [.. ((ArrayValue)exports.Fields["targets"]).Items.Cast<Target>().Select(target => target.Labels.ToString())];

    public static Target TargetOf(string address) => new(LabelSet.Of(("__address__", address)));
}
