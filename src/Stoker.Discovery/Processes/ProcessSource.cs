using Prometheus;
using Stoker.Components;

namespace Stoker.Discovery.Processes;

/// <summary>
/// The source of discovery.process: lists the processes again and again, and joins them with what it was given. Other targets to join cost
/// no new list.
/// </summary>
internal sealed class ProcessSource(ProcessArguments arguments, TimeProvider time, ProcessPlace place) : IAdjustableSource<ProcessArguments>
{
    // Guards the fields below, and keeps answers in the order of what they were made of. Taken before the lock of the findings.
    private readonly Lock _lock = new();
    private ProcessArguments _arguments = arguments;
    private Findings? _findings;
    private IReadOnlyList<Target>? _processes;
    private IReadOnlyList<SkippedEntry> _skipped = [];

    public static ComponentDefinition Definition { get; } = DiscoveryComponent<ProcessArguments>.Define(
        "discovery.process",
        ProcessArguments.Schema,
        (arguments, context) => new ProcessSource(arguments, context.Time, ProcessPlace.System));

    public Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        if (!place.IsLinux)
        {
            findings.Fail("processes", "processes are found on Linux only; this component does nothing here");
            findings.CompleteRound();
            return Task.CompletedTask;
        }

        // These two never change: other arguments with others take a new source.
        TimeSpan interval;
        DiscoverConfig config;
        lock (_lock)
        {
            _findings = findings;
            interval = _arguments.RefreshInterval;
            config = _arguments.DiscoverConfig;
        }

        Gauge.Child restricted = findings.Metrics.Gauge(
            "stoker_discovery_restricted_processes", "Processes whose program or working directory may not be read.");
        return Polling.RunAsync("process", interval, time, findings, RefreshAsync, cancellationToken);

        Task<bool> RefreshAsync(CancellationToken token) => Task.Run(() => Refresh(findings, config, restricted, token), token);
    }

    public bool TryAdjust(ProcessArguments arguments)
    {
        lock (_lock)
        {
            if (!ProcessArguments.Schema.AreEqual(arguments with { Join = _arguments.Join }, _arguments))
            {
                return false;
            }

            _arguments = arguments;
            AnswerLocked();
            return true;
        }
    }

    private bool Refresh(Findings findings, DiscoverConfig config, Gauge.Child restricted, CancellationToken cancellationToken)
    {
        var scan = new ProcessScan(place, config);
        try
        {
            IReadOnlyList<Target> processes = scan.Run(cancellationToken);
            restricted.Set(scan.Restricted);
            lock (_lock)
            {
                _processes = processes;
                _skipped = scan.Surplus == 0
                    ? []
                    : [new SkippedEntry($"{scan.Surplus} processes", $"there are more than {place.MaxProcesses}")];
                AnswerLocked();
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            lock (_lock)
            {
                // So that other targets to join do not look like an answer; what was answered before stays.
                _processes = null;
            }

            findings.Fail(place.Proc, $"the processes cannot be listed: {exception.Message}");
            return false;
        }
    }

    private void AnswerLocked()
    {
        if (_findings is not null && _processes is not null)
        {
            _findings.Answer(place.Proc, ProcessJoin.Of(_processes, _arguments.Join), _skipped);
        }
    }
}
