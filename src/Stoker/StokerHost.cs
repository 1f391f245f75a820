using System.Threading.Channels;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Prometheus;
using Stoker.Commands;
using Stoker.Components;
using Stoker.Content;
using Stoker.Delivery.Files;
using Stoker.Delivery.Write;
using Stoker.Discovery;
using Stoker.Graph;
using Stoker.Logging;
using Stoker.Profiling;
using Stoker.Scrape;
using Stoker.Services;
using Stoker.Syntax;
using Stoker.Web;

namespace Stoker;

/// <summary>
/// The one place that builds the object graph of a process, and its life: load, listen, run, stop. Several hosts can live in one process.
/// </summary>
internal sealed class StokerHost
{
    private readonly StokerOptions _options;
    private readonly TimeProvider _time;
    private readonly AgentLog _log;
    private readonly ILogger _logger;
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly CancellationTokenSource _stopping = new();
    private readonly WebProtection _protection = new();

    public StokerHost(StokerOptions options, AgentIdentity agent, TextWriter logOutput, TimeProvider time)
    {
        _options = options;
        _time = time;
        _log = new AgentLog(logOutput, time);
        _logger = _log.CreateLogger();
        IMetricFactory metrics = Metrics.WithCustomRegistry(_registry);
        DotNetStats.Register(_registry);
        string storagePath = Path.GetFullPath(options.StoragePath);
        var bodies = new ByteBudget(ScrapeComponent.InFlightLimitBytes);
        ProcessMetrics.Register(_registry, bodies);
        Graph = new ConfigurationGraph(new GraphSettings
        {
            ConfigurationPath = options.ConfigurationPath,
            Catalog = new ComponentCatalog(
            [
                LoggingComponent.Define(_log, _stopping.Token),
                .. AgentBlocks.Define(_protection, options.IsInspection, _stopping.Token),
                ScrapeComponent.Define(bodies),
                PyroscopeWriteComponent.Definition,
                FilesComponent.Definition,
                .. DiscoveryComponents.Definitions,
                .. ContentComponents.Definitions,
            ]),
            StandardLibrary = StandardLibrary.Create(Environment.GetEnvironmentVariable, options.Stability),
            CreateContext = (id, publish) => new ComponentContext
            {
                Id = id,
                Logger = _log.CreateLogger(("component_path", ComponentPath.ModuleOf(id)), ("component_id", ComponentPath.LocalIdOf(id))),
                Time = time,
                Metrics = metrics,
                StoragePath = storagePath,
                Agent = agent,
                PublishExports = publish,
            },
            Stability = options.Stability,
            IsInspection = options.IsInspection,
            Time = time,
            Logger = _logger,
            Metrics = metrics,
            ShutdownDeadline = options.ShutdownDeadline,
        });
    }

    public ConfigurationGraph Graph { get; }

    /// <summary>
    /// A host for a command that loads a configuration and runs at most what reads; its log stays silent. What it keeps on disk, such as the copy of a
    /// repository, is in a directory of its own until <see cref="DeleteStorage"/>.
    /// </summary>
    public static StokerHost CreateForInspection(string configurationPath, StabilityLevel stability)
    {
        var options = new StokerOptions
        {
            ConfigurationPath = configurationPath,
            Stability = stability,
            IsInspection = true,
            StoragePath = Path.Combine(Path.GetTempPath(), $"stoker-{Guid.NewGuid():N}"),
        };
        return new(options, AgentIdentityFile.CreateTransient(), TextWriter.Null, TimeProvider.System);
    }

    /// <summary>Deletes the storage path, for a host that was made to inspect.</summary>
    public void DeleteStorage()
    {
        if (_options.IsInspection && Directory.Exists(_options.StoragePath))
        {
            Directory.Delete(_options.StoragePath, recursive: true);
        }
    }

    /// <summary>
    /// Runs until a signal, the time of <c>--stop-after</c> or the token ends it. 1. Load; a mistake ends it here, before any port is open.
    /// 2. Listen. 3. Run the components. 4. Stop them, and then the server, which shows their state to the last.
    /// </summary>
    /// <returns>The exit code: 0 after a clean stop, 1 when it could not start.</returns>
    public async Task<int> RunAsync(TextWriter errors, IReadOnlyList<(string Flag, string Why)> flagsWithoutEffect, CancellationToken cancellationToken)
    {
        // 1.
        ReloadResult loaded;
        using (_log.Hold())
        {
            loaded = await Graph.ReloadAsync(cancellationToken);
        }

        if (!loaded.Applied)
        {
            DiagnosticReport.PrintFailure(_options.ConfigurationPath, loaded.Diagnostics, "; nothing was started", errors);
            return 1;
        }

        foreach ((string flag, string why) in flagsWithoutEffect)
        {
            Log.FlagWithoutEffect(_logger, flag, why);
        }

        // 2.
        if (!ListenAddress.TryParse(_options.ListenAddress, out ListenAddress? listen, out string mistake))
        {
            await errors.WriteLineAsync($"Error: --server.http.listen-addr: {mistake}");
            return 1;
        }

        await using var server = new WebServer(
            new WebSettings { Listen = listen, UiPathPrefix = _options.UiPathPrefix, Version = AgentIdentityFile.Version },
            GraphView.Of(Graph), _registry, _log, MapOwnProfiles, _protection);
        if (await server.StartAsync(cancellationToken) is { } failure)
        {
            await errors.WriteLineAsync($"Error: {failure}");
            return 1;
        }

        // 3.
        await using CancellationTokenRegistration cancelled = cancellationToken.Register(_stopping.Cancel);
        using var timeout = _options.StopAfter is { } stopAfter ? new CancellationTokenSource(stopAfter, _time) : new CancellationTokenSource();
        await using CancellationTokenRegistration timedOut = timeout.Token.Register(_stopping.Cancel);
        Channel<bool> reloads = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using StopSignals signals = StopSignals.Register(_stopping, () => reloads.Writer.TryWrite(true));
        Log.Started(_logger, AgentIdentityFile.Version, server.Address.ToString());
        Task running = Graph.RunAsync(_stopping.Token);
        Task reloading = ReloadOnSignalAsync(reloads.Reader, _stopping.Token);

        // Before the stop, one of them ends only by a bug, which must not leave half an agent running.
        await Task.WhenAny(running, reloading);
        await _stopping.CancelAsync();
        await Task.WhenAll(running, reloading);

        // 4.
        await server.StopAsync(CancellationToken.None);
        Log.Stopped(_logger);
        return 0;
    }

    private async Task ReloadOnSignalAsync(ChannelReader<bool> signals, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (bool _ in signals.ReadAllAsync(cancellationToken))
            {
                Log.ReloadRequested(_logger);
                await Graph.ReloadAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The normal end of a run.
        }
    }

    private void MapOwnProfiles(IEndpointRouteBuilder endpoints)
    {
        if (_options.EnablePprof)
        {
            endpoints.MapPprof();
        }
    }
}
