using Prometheus;
using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Labels;
using Stoker.Syntax;
using Stoker.Syntax.Values;
using Stoker.TestKit;

namespace Stoker.Discovery.Tests.Api;

/// <summary>A source that runs and puts what it finds into a store; its clock stands still unless the test moves it. Disposing stops it.</summary>
internal sealed class RunningSource : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;

    public RunningSource()
    {
        Context = new ComponentContext
        {
            Id = "discovery.test.test",
            Logger = Log,
            Time = Time,
            Metrics = Metrics.WithCustomRegistry(_registry),
            StoragePath = "/nonexistent",
            Agent = new AgentIdentity("0.0.0", "Stoker/0.0.0 (test)", "6f9b7a52-0000-4000-8000-000000000001"),
            PublishExports = _ => { },
        };
        Store = new TargetStore(Log, Time, new ComponentMetrics(Context.Metrics, Context.Id));
    }

    public ManualTimeProvider Time { get; } = new();

    public CapturingLogger Log { get; } = new();

    public ComponentContext Context { get; }

    public TargetStore Store { get; }

    public IReadOnlyList<LabelSet> Targets => [.. Store.GetTargets().Items.Cast<Target>().Select(target => target.Labels)];

    public IReadOnlyList<string> Addresses => [.. Targets.Select(labels => labels["__address__"])];

    public IReadOnlyList<string> Failures => StoreDescription.FailuresOf(Store);

    public IReadOnlyList<string> Skipped =>
        [.. Store.Read(question => question.Skipped).SelectMany(entries => entries).Select(entry => $"{entry.Entry}: {entry.Reason}")];

    /// <summary>Starts a source as a change of arguments does: after the one before has ended, and with what that has found.</summary>
    public async Task StartAsync(ITargetSource source)
    {
        await StopAsync();
        _stop = new CancellationTokenSource();
        _run = source.RunAsync(Store.BeginRun(), _stop.Token);
    }

    /// <summary>Waits until the store shows what is waited for, and fails after 30 s or with the source's own fault.</summary>
    public async Task UntilAsync(Func<bool> isReached)
    {
        while (!isReached())
        {
            Task changed = Store.WaitForChangeAsync(TestContext.Current.CancellationToken).WaitAsync(Limit, TestContext.Current.CancellationToken);
            if (await Task.WhenAny(changed, _run) == _run)
            {
                await _run;
                Assert.Fail("The source has ended.");
            }

            try
            {
                await changed;
            }
            catch (TimeoutException)
            {
                Assert.Fail($"Not reached. Targets: {string.Join(", ", Addresses.Take(5))}. Failures: {string.Join(", ", Failures)}. Skipped: {string.Join(", ", Skipped)}");
            }
        }
    }

    public async Task UntilRoundAsync() =>
        await await Task.WhenAny(Store.Round, _run).WaitAsync(Limit, TestContext.Current.CancellationToken);

    /// <summary>Waits until something sleeps for exactly so long, and lets it pass.</summary>
    public async Task PassAsync(TimeSpan sleep)
    {
        await Time.WaitForTimerDueInAsync(sleep).WaitAsync(Limit, TestContext.Current.CancellationToken);
        Time.Advance(sleep);
    }

    /// <summary>The value of a series of /metrics by the start of its line, or null.</summary>
    public async Task<double?> MetricAsync(string name, string containing = "")
    {
        using var text = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(text);
        string? line = System.Text.Encoding.UTF8.GetString(text.ToArray()).Split('\n')
            .FirstOrDefault(line => line.StartsWith(name + "{", StringComparison.Ordinal) && line.Contains(containing, StringComparison.Ordinal));
        return line is null ? null : double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>Reads arguments from text; the diagnostics come as <c>line:column: message</c>.</summary>
    public static (T? Arguments, IReadOnlyList<string> Diagnostics) Read<T>(BlockSchema<T> schema, string text)
        where T : class
    {
        var diagnostics = new DiagnosticBag();
        var file = SourceFile.FromText("f", text);
        var scope = new Scope(new Dictionary<string, Value>(), StandardLibrary.Create(_ => null));
        object? arguments = Parser.Parse(file, diagnostics) is { } body
            ? schema.DecodeObject(body, new SourceSpan(file, 0, 0), scope, diagnostics)
            : null;
        return ((T?)arguments, [.. diagnostics.ToSortedList().Select(diagnostic => diagnostic.ToString()["f:".Length..])]);
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_run.Exception is { } exception)
        {
            throw exception;
        }
    }
}
