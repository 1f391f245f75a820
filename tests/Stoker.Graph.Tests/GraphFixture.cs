using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;
using Stoker.Components;
using Stoker.Syntax;
using Stoker.TestKit;

namespace Stoker.Graph.Tests;

/// <summary>A graph over a file in a temporary directory, with <see cref="NoteComponent"/> as its only kind of component.</summary>
internal sealed class GraphFixture : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("stoker-graph-");
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<string, NoteComponent> _components = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImportComponent> _imports = new(StringComparer.Ordinal);
    private Task? _run;

    public GraphFixture(string configuration, bool isInspection = false, StabilityLevel stability = StabilityLevel.Experimental, string? path = null)
    {
        ConfigurationPath = path ?? Path.Combine(_directory.FullName, "test.alloy");
        if (path is null)
        {
            Write(configuration);
        }

        IMetricFactory metrics = Metrics.WithCustomRegistry(Registry);
        var definition = new ComponentDefinition("test.note", NoteArguments.Schema, context =>
        {
            var component = new NoteComponent(context, Journal);
            _components[context.Id] = component;
            return component;
        });
        Graph = new ConfigurationGraph(new GraphSettings
        {
            ConfigurationPath = ConfigurationPath,
            Catalog = new ComponentCatalog(
            [
                definition,
                definition with { Name = "settings", IsConfigBlock = true },
                definition with { Name = "test.finder", IsOutsideSource = true },
                definition with { Name = "test.preview", Stability = StabilityLevel.PublicPreview },
                new ComponentDefinition("import.text", ImportArguments.Schema, context => _imports[context.Id] = new ImportComponent(context)) { IsImport = true },
                new ComponentDefinition("import.server", ImportArguments.Schema, context => new ImportComponent(context)) { IsImport = true, ImportsFromServer = true },
                new ComponentDefinition("import.disk", ImportArguments.Schema, context => new ImportComponent(context)) { IsImport = true, ImportsFiles = true },
            ]),
            StandardLibrary = StandardLibrary.Create(_ => null),
            CreateContext = (id, publish) => new ComponentContext
            {
                Id = id,
                Logger = NullLogger.Instance,
                Time = Time,
                Metrics = metrics,
                StoragePath = _directory.FullName,
                Agent = new AgentIdentity("0", "Stoker/0", "id"),
                PublishExports = publish,
            },
            Stability = stability,
            IsInspection = isInspection,
            Time = Time,
            Logger = Logger,
            Metrics = metrics,
        });
    }

    public string ConfigurationPath { get; }

    public ManualTimeProvider Time { get; } = new();

    public CapturingLogger Logger { get; } = new();

    public CollectorRegistry Registry { get; } = Metrics.NewCustomRegistry();

    public Journal Journal { get; } = new();

    public ConfigurationGraph Graph { get; }

    public NoteComponent this[string id] => _components[id];

    public ImportComponent Import(string id) => _imports[id];

    public void Write(string configuration) => File.WriteAllText(ConfigurationPath, configuration);

    /// <summary>A graph that has loaded the configuration and runs it.</summary>
    public static async Task<GraphFixture> StartedAsync(string configuration)
    {
        var fixture = new GraphFixture(configuration);
        ReloadResult result = await fixture.ReloadAsync();
        Assert.True(result.Applied, string.Join("\n", result.Diagnostics));
        fixture.Start();
        return fixture;
    }

    /// <summary>A publication is settled by the graph's own loop; settling by hand takes turns with it, so each turn is a step and none is a wait.</summary>
    public async Task UntilAsync(string id, HealthState state)
    {
        for (int turn = 0; turn < 1000 && Component(id).Health.State != state; turn++)
        {
            await Graph.SettleAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(state, Component(id).Health.State);
    }

    public Task<ReloadResult> ReloadAsync() => Graph.ReloadAsync(TestContext.Current.CancellationToken);

    public void Start() => _run = Graph.RunAsync(_stopping.Token);

    public void Start(Func<ComponentDefinition, bool> runs) => _run = Graph.RunAsync(runs, _stopping.Token);

    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _run!.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    public ComponentSnapshot Component(string id) => Graph.GetComponents().Single(component => component.Id == id);

    public void Dispose()
    {
        _stopping.Cancel();
        _directory.Delete(recursive: true);
    }
}
