using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;
using Stoker.Components;
using Stoker.Delivery.Files;
using Stoker.Delivery.Write;
using Stoker.Discovery;
using Stoker.Graph;
using Stoker.Scrape;
using Stoker.Syntax;
using Stoker.TestKit;

namespace Stoker.PipelineTests;

/// <summary>The real components over a configuration, with a manual clock and one scripted end for targets and backends.</summary>
internal sealed class Pipeline : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("stoker-pipeline-");
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConfigurationGraph _graph;
    private Task _run = Task.CompletedTask;

    /// <param name="handler">The one end; null for real connections.</param>
    /// <param name="more">Kinds of components beside the real ones, such as a stand-in for one that is not there yet.</param>
    public Pipeline(string configuration, HttpMessageHandler? handler, params ComponentDefinition[] more)
    {
        ConfigurationPath = Path.Combine(_directory.FullName, "test.alloy");
        File.WriteAllText(ConfigurationPath, configuration);
        IMetricFactory metrics = Metrics.WithCustomRegistry(_registry);
        _graph = new ConfigurationGraph(new GraphSettings
        {
            ConfigurationPath = ConfigurationPath,
            Catalog = new ComponentCatalog([ScrapeComponent.Define(new ByteBudget(ScrapeComponent.InFlightLimitBytes)), PyroscopeWriteComponent.Definition, FilesComponent.Definition, .. DiscoveryComponents.Definitions.Where(real => more.All(stand => stand.Name != real.Name)), .. more]),
            StandardLibrary = StandardLibrary.Create(_ => null),
            CreateContext = (id, publish) => new ComponentContext
            {
                Id = id,
                Logger = Log,
                Time = Time,
                Metrics = metrics,
                StoragePath = _directory.FullName,
                Agent = new AgentIdentity("0.0.0", "Stoker/test", "00000000-0000-0000-0000-000000000000"),
                PublishExports = publish,
                HttpHandler = handler,
            },
            Time = Time,
            Logger = NullLogger.Instance,
            Metrics = metrics,
        });
    }

    public string ConfigurationPath { get; }

    public ManualTimeProvider Time { get; } = new();

    /// <summary>What the components log.</summary>
    public CapturingLogger Log { get; } = new();

    public Task<ReloadResult> LoadAsync() => _graph.ReloadAsync(TestContext.Current.CancellationToken);

    public ComponentSnapshot Component(string id) => _graph.GetComponents().Single(component => component.Id == id);

    public ScrapePlan PlanOf(string id) => ((ScrapeComponent)Component(id).Component!).Plan;

    /// <summary>Waits until <c>pyroscope.scrape.local</c> scrapes this address, as far as that needs no time to pass.</summary>
    public Task UntilPlannedAsync(string address) =>
        UntilAsync(() => PlanOf("pyroscope.scrape.local").Scrapes.Any(scrape => scrape.Url.Contains($"//{address}/", StringComparison.Ordinal)));

    public async Task StartAsync()
    {
        ReloadResult loaded = await LoadAsync();
        Assert.True(loaded.Applied, string.Join('\n', loaded.Diagnostics));
        _run = _graph.RunAsync(_stopping.Token);
    }

    /// <summary>Waits for what the code under test does by itself, with the clock standing still.</summary>
    public static Task WithinBound(Task task) => task.WaitAsync(Bound, TestContext.Current.CancellationToken);

    /// <summary>Waits for what shows in no timer: another thread's change of a component.</summary>
    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var bound = new CancellationTokenSource(Bound, TimeProvider.System);
        while (!await condition())
        {
            bound.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    /// <summary>The sum of a metric over all its labels.</summary>
    public async Task<double> MetricAsync(string name)
    {
        using var text = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(text.ToArray()).Split('\n')
            .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..]));
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();

        // What waits for a clock that stands still at the stop is given the time to end.
        while (!_run.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await _run;
        _directory.Delete(recursive: true);
    }
}
