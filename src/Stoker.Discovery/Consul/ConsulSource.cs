using Prometheus;
using Stoker.Components;
using Stoker.Discovery.Api;

namespace Stoker.Discovery.Consul;

/// <summary>
/// Watches Consul: its catalog, where that decides which services there are, and the instances of each service. Each is a question of its own.
/// </summary>
internal sealed class ConsulSource(ConsulArguments arguments, ComponentContext context) : ITargetSource
{
    public static ComponentDefinition Definition { get; } = DiscoveryComponent<ConsulArguments>.Define(
        "discovery.consul", ConsulArguments.Schema, (arguments, context) => new ConsulSource(arguments, context));

    /// <summary>From 0 to 1, the part of the spread that a wait for the next try is shorter by.</summary>
    internal Func<double> Random { get; init; } = System.Random.Shared.NextDouble;

    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        if (!ConsulServer.TryParse(arguments.Server, arguments.Scheme, out ApiEndpoint? endpoint, out string reason))
        {
            throw new InvalidOperationException($"The server was checked at load, and yet it {reason}.");
        }

        using var client = new ApiClient(endpoint, arguments.ToHttp(), context);
        var api = new ConsulApi(client, arguments, context.Time, ConsulMetrics.Failures(findings.Metrics));
        var watches = new ServiceWatches(api, arguments, endpoint.Shown, findings, context.Time, Random);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        (Task work, Task first) = await StartAsync(api, endpoint.Shown, watches, findings, stopping.Token);
        Task<Task> ending = Task.WhenAny(work, watches.Faulted);
        try
        {
            await first.WaitAsync(cancellationToken);
            await watches.FirstAttempts.WaitAsync(cancellationToken);
            findings.CompleteRound();
            await await ending;
        }
        finally
        {
            await stopping.CancelAsync();
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await watches.StopAsync();
        }
    }

    /// <summary>Begins to watch the catalog, or the services of the arguments where these alone say which there are.</summary>
    /// <returns>What goes on until it is cancelled, and what completes when it is known which services there are, or that this cannot be known yet.</returns>
    private async Task<(Task Work, Task First)> StartAsync(
        ConsulApi api, string server, ServiceWatches watches, Findings findings, CancellationToken cancellationToken)
    {
        if (arguments.Services.Count > 0 && arguments.Tags.Count == 0)
        {
            var services = arguments.Services.ToHashSet(StringComparer.Ordinal);
            Expect(services);
            await watches.SetAsync(services, cancellationToken);
            return (Task.Delay(Timeout.InfiniteTimeSpan, context.Time, cancellationToken), Task.CompletedTask);
        }

        string question = $"{server} catalog";
        Summary.Child duration = ConsulMetrics.Duration(findings.Metrics, "services");
        var catalog = new ConsulWatch<ConsulServices>(
            question,
            (index, cancelled) => api.AskAsync(
                "v1/catalog/services", "", index, (body, reading) => ConsulServices.ReadAsync(body, arguments, reading), duration, cancelled),
            async answer =>
            {
                // A token that reads nothing at all is a fault on the first answer too: what an earlier run has found would go.
                if (answer.IsFiltered && (answer.Value.IsEmptyCatalog || (answer.Value.Names.Count == 0 && !watches.IsEmpty)))
                {
                    return ConsulMetrics.WhyLost("any service that is wanted");
                }

                Expect(answer.Value.Names);
                findings.Answer(question, [], ConsulMetrics.WithFiltered(answer.Value.Skipped, answer.IsFiltered));
                await watches.SetAsync(answer.Value.Names, cancellationToken);
                return null;
            },
            findings,
            context.Time,
            arguments.RefreshInterval,
            Random);
        return (catalog.RunAsync(cancellationToken), catalog.FirstAttempt);

        // Before anything is answered: an answer ends what an earlier run has found of questions that this one does not ask.
        void Expect(IReadOnlySet<string> services)
        {
            foreach (string service in services)
            {
                findings.Expect(watches.QuestionOf(service));
            }
        }
    }
}
