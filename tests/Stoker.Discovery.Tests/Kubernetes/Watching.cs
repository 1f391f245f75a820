using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;
using Stoker.Components;
using Stoker.Discovery.Kubernetes;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>A source that runs against a server, with what it has found.</summary>
internal sealed class Watching : IAsyncDisposable
{
    private CancellationTokenSource _stopping = new();
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly ComponentContext _context;
    private Task _run = Task.CompletedTask;

    private Watching(TimeProvider time)
    {
        IMetricFactory metrics = Metrics.WithCustomRegistry(_registry);
        _context = ContextOf(time, metrics);
        Store = new TargetStore(NullLogger.Instance, time, new ComponentMetrics(metrics, "discovery.kubernetes.test"));
    }

    public TargetStore Store { get; }

    public IReadOnlyList<Target> Targets => [.. Store.GetTargets().Items.Cast<Target>()];

    public static KubernetesSurroundings Nowhere { get; } = new(_ => null, "/nonexistent");

    /// <param name="body">The body of the component; api_server is added to it.</param>
    public static Watching Start(ApiStandIn server, string body, TimeProvider? time = null) =>
        Start($"api_server = \"{server.Url}\"\n{body}", time);

    public static Watching Start(string body, TimeProvider? time = null, KubernetesSurroundings? surroundings = null)
    {
        var watching = new Watching(time ?? new ImpatientTimeProvider(TimeSpan.FromSeconds(35)));
        watching.Run(body, surroundings ?? Nowhere);
        return watching;
    }

    /// <summary>Runs a source with other arguments in place of the present one, as a reload does.</summary>
    public async Task RestartAsync(string body)
    {
        await StopAsync();
        _stopping = new CancellationTokenSource();
        Run(body, Nowhere);
    }

    /// <summary>The arguments, null after an error, and the diagnostics as <c>severity line:column: message</c>.</summary>
    public static (KubernetesArguments? Arguments, IReadOnlyList<string> Diagnostics) Read(string body)
    {
        var diagnostics = new DiagnosticBag();
        var file = SourceFile.FromText("f", body);
        var scope = new Scope(new Dictionary<string, Value>(), StandardLibrary.Create(_ => null));
        object? arguments = Parser.Parse(file, diagnostics) is { } parsed
            ? KubernetesArguments.Schema.DecodeObject(parsed, new SourceSpan(file, 0, 0), scope, diagnostics)
            : null;
        return ((KubernetesArguments?)arguments, [.. diagnostics.ToSortedList().Select(diagnostic => $"{diagnostic.Severity} {diagnostic.ToString()["f:".Length..]}")]);
    }

    public static ComponentContext ContextOf(TimeProvider time, IMetricFactory metrics, Action<ObjectValue>? publish = null) => new()
    {
        Id = "discovery.kubernetes.test",
        Logger = NullLogger.Instance,
        Time = time,
        Metrics = metrics,
        StoragePath = Path.GetTempPath(),
        Agent = new AgentIdentity("0", "Stoker/0", "id"),
        PublishExports = publish ?? (_ => { }),
    };

    /// <summary>Waits until something is true of what was found; it is asked after every change.</summary>
    public async Task WaitForAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            Task change = Store.WaitForChangeAsync(patience.Token);
            await Task.WhenAny(change, _run);
            if (_run.IsFaulted)
            {
                await _run;
            }

            try
            {
                await change;
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"Nothing of the sort in 30 s.\n{Describe()}");
            }
        }
    }

    public static Task SoonAsync(Task task) => task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public Task WaitForRoundAsync() => SoonAsync(Store.Round);

    public Task WaitForTargetsAsync(int count) => WaitForAsync(() => Targets.Count == count);

    /// <summary>Waits until there are such addresses and no others.</summary>
    public Task WaitForAddressesAsync(params string[] addresses) =>
        WaitForAsync(() => Targets.Select(target => target.Labels["__address__"]).Order(StringComparer.Ordinal).SequenceEqual(addresses));

    /// <summary>Waits for a failure that says so.</summary>
    public Task WaitForFailureAsync(string text) =>
        WaitForAsync(() => Store.Read(question => question.Failure ?? "").Any(failure => failure.Contains(text, StringComparison.Ordinal)));

    public string Describe() => string.Join('\n', Store.Read(question =>
        $"{question.Name}: {question.TargetCount} targets, {question.Objects} objects, {question.SkippedCount} skipped, {question.Failure}"))
        + "\n" + string.Join('\n', Targets.Take(20).Select(target => target.Labels["__address__"]));

    public async Task<string> ExportMetricsAsync()
    {
        using var text = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private void Run(string body, KubernetesSurroundings surroundings)
    {
        (KubernetesArguments? arguments, IReadOnlyList<string> diagnostics) = Read(body);
        Assert.Empty(diagnostics);
        _run = new KubernetesSource(arguments!, _context, surroundings).RunAsync(Store.BeginRun(), _stopping.Token);
    }

    private async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _run.WaitAsync(TimeSpan.FromSeconds(30)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.False(_run.IsFaulted, _run.Exception?.ToString());
        Assert.True(_run.IsCompleted, "The source does not end.");
    }
}
