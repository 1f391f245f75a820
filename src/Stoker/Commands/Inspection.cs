using System.CommandLine;
using Stoker.Components;
using Stoker.Graph;
using Stoker.Syntax;

namespace Stoker.Commands;

/// <summary>Loads a configuration for a command that looks at it, and lets it find its targets; nothing is scraped or sent.</summary>
internal static class Inspection
{
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(10);

    public static Option<TimeSpan?> CreateTimeoutOption() =>
        DurationOption.Create("--discovery-timeout", "How long discovery components may take to find their targets; 10s where it is not set.");

    /// <summary>
    /// 1. Load; false where that fails, and the mistakes are printed. 2. Run what finds targets until each has asked everything once, or the
    /// time is up. 3. Say what could not be asked; what was found counts all the same.
    /// </summary>
    public static async Task<bool> LoadAsync(
        StokerHost host, string configuration, TimeSpan? timeout, TextWriter errors, CancellationToken cancellationToken)
    {
        // 1.
        ReloadResult result = await host.Graph.ReloadAsync(cancellationToken);
        if (!result.Applied)
        {
            DiagnosticReport.PrintFailure(configuration, result.Diagnostics, "", errors);
            return false;
        }

        DiagnosticReport.Print(result.Diagnostics, errors);
        (string Id, IOutsideSource Discovery)[] finding =
            [.. host.Graph.GetComponents().Where(c => c.Component is IOutsideSource).Select(c => (c.Id, (IOutsideSource)c.Component))];
        if (finding.Length == 0)
        {
            return true;
        }

        // 2.
        TimeSpan atMost = timeout ?? UsualTimeout;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task running = host.Graph.RunAsync(definition => definition.IsOutsideSource, stopping.Token);
        try
        {
            await Task.WhenAll(finding.Select(found => found.Discovery.FirstRound)).WaitAsync(atMost, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Said below, for each that it concerns.
        }

        // What one finds may be what another one joins, so it takes as many turns as they can stand in a row.
        for (int i = 0; i <= finding.Length; i++)
        {
            await host.Graph.SettleAsync(cancellationToken);
            foreach ((_, IOutsideSource discovery) in finding)
            {
                discovery.PublishNow();
            }
        }

        await host.Graph.SettleAsync(cancellationToken);

        // 3.
        foreach ((string id, IOutsideSource discovery) in finding)
        {
            IReadOnlyList<string> failures = discovery.Failures;
            foreach (string failure in failures)
            {
                await errors.WriteLineAsync($"{id}: {failure}");
            }

            if (failures.Count == 0 && !discovery.FirstRound.IsCompleted)
            {
                await errors.WriteLineAsync($"{id}: no answer within {GoDuration.Format(atMost)}; --discovery-timeout waits longer");
            }
        }

        foreach (ComponentSnapshot component in host.Graph.GetComponents().Where(component => component.Health.State == HealthState.Unhealthy))
        {
            await errors.WriteLineAsync($"{component.Id}: {component.Health.Message}");
        }

        await stopping.CancelAsync();
        await running;
        return true;
    }
}
