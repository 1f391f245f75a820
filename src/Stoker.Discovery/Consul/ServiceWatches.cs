using System.Collections.Concurrent;
using Prometheus;
using Stoker.Components;
using Stoker.Discovery.Api;

namespace Stoker.Discovery.Consul;

/// <summary>The targets of one service.</summary>
internal sealed record ServiceInstances(IReadOnlyList<Target> Targets, IReadOnlyList<SkippedEntry> Skipped);

/// <summary>
/// The watches of services, each a question of its own, so that one that fails costs only its service. <see cref="SetAsync"/> is called by one caller at a
/// time; the rest is safe from several threads.
/// </summary>
internal sealed class ServiceWatches(
    ConsulApi api, ConsulArguments arguments, string server, Findings findings, TimeProvider time, Func<double> random)
{
    private readonly FreshQueries _fresh = new(time);
    private readonly ConcurrentDictionary<string, Running> _running = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _faulted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Summary.Child _duration = ConsulMetrics.Duration(findings.Metrics, "service");
    private readonly string _parameters = string.Concat(arguments.Tags.Select(tag => "&tag=" + Uri.EscapeDataString(tag)));

    /// <summary>Never completes but with the exception of a watch, which is a fault of ours.</summary>
    public Task Faulted => _faulted.Task;

    /// <summary>Completes when each service that is watched has been answered or has failed once.</summary>
    public Task FirstAttempts => Task.WhenAll(_running.Values.Select(running => running.FirstAttempt));

    public bool IsEmpty => _running.IsEmpty;

    public string QuestionOf(string service) => $"{server} service {service}";

    /// <summary>Watches these services and no others; the targets of those that are gone go too.</summary>
    public async Task SetAsync(IReadOnlySet<string> services, CancellationToken cancellationToken)
    {
        foreach (string service in services.Where(service => !_running.ContainsKey(service)))
        {
            _running[service] = Start(service, cancellationToken);
        }

        foreach (string service in _running.Keys.Where(service => !services.Contains(service)))
        {
            if (_running.TryRemove(service, out Running? gone))
            {
                // First ended, then retired: an answer that just came would bring the targets back.
                await gone.StopAsync();
                findings.Retire(QuestionOf(service));
            }
        }
    }

    public async Task StopAsync()
    {
        foreach (Running running in _running.Values)
        {
            await running.StopAsync();
        }
    }

    private Running Start(string service, CancellationToken cancellationToken)
    {
        string question = QuestionOf(service);
        var watch = new ConsulWatch<ServiceInstances>(
            question,
            (index, cancelled) => AskAsync(service, index, cancelled),
            answer => Task.FromResult(Accept(question, answer)),
            findings,
            time,
            arguments.RefreshInterval,
            random);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        return new Running(stop, RunAsync(watch, stop.Token), watch.FirstAttempt);
    }

    /// <returns>Why the answer is refused; null where it is taken.</returns>
    private string? Accept(string question, ConsulAnswer<ServiceInstances> answer)
    {
        (IReadOnlyList<Target> targets, IReadOnlyList<SkippedEntry> skipped) = answer.Value;
        if (answer.IsFiltered && targets.Count == 0 && skipped.Count == 0 && findings.HasTargets(question))
        {
            return ConsulMetrics.WhyLost("any instance of this service");
        }

        findings.Answer(question, targets, ConsulMetrics.WithFiltered(skipped, answer.IsFiltered));
        return null;
    }

    private async Task RunAsync(ConsulWatch<ServiceInstances> watch, CancellationToken cancellationToken)
    {
        Task run = watch.RunAsync(cancellationToken);
        await run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (run.Exception is { } exception)
        {
            _faulted.TrySetException(exception.InnerExceptions);
        }
    }

    private Task<ApiResult<ConsulAnswer<ServiceInstances>>> AskAsync(string service, ulong index, CancellationToken cancellationToken) => index > 0
        ? QueryAsync(service, index, cancellationToken)
        : _fresh.AskAsync(() => QueryAsync(service, index, cancellationToken), cancellationToken);

    private Task<ApiResult<ConsulAnswer<ServiceInstances>>> QueryAsync(string service, ulong index, CancellationToken cancellationToken) =>
        api.AskAsync(
            "v1/health/service/" + Uri.EscapeDataString(service), _parameters, index, (body, cancelled) => ReadAsync(service, body, cancelled), _duration, cancellationToken);

    private async Task<ServiceInstances> ReadAsync(string service, Stream body, CancellationToken cancellationToken)
    {
        var targets = new List<Target>();
        var skipped = new List<SkippedEntry>();
        int index = 0;
        await foreach ((ServiceEntry? entry, SkippedEntry? broken) in
            JsonEntries.ReadAsync(body, ConsulJson.Default.ServiceEntry, "instance", cancellationToken))
        {
            if (entry is null)
            {
                skipped.Add(broken!);
            }
            else
            {
                (Target? target, string? reason) = ConsulTargets.Make(service, entry, arguments);
                if (target is not null)
                {
                    targets.Add(target);
                }
                else
                {
                    skipped.Add(new SkippedEntry(ConsulTargets.NameOf(entry, index), reason!));
                }
            }

            index++;
        }

        return new ServiceInstances(targets, skipped);
    }

    private sealed record Running(CancellationTokenSource Stop, Task Run, Task FirstAttempt)
    {
        public async Task StopAsync()
        {
            await Stop.CancelAsync();
            await Run;
            Stop.Dispose();
        }
    }
}
