using System.CommandLine;
using System.Runtime.InteropServices;
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
        if (SourcesOf(host).Count == 0)
        {
            return true;
        }

        TimeSpan atMost = timeout ?? UsualTimeout;
        using var interrupted = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var stopping = new CancellationTokenSource();
        Task running = host.Graph.RunAsync(definition => definition.IsOutsideSource, stopping.Token);
        try
        {
            // 2.
            await FindAsync(host, atMost, interrupted.Token);

            // 3.
            await ReportAsync(host, atMost, errors);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            await errors.WriteLineAsync("Error: interrupted while looking for targets");
            return false;
        }
        finally
        {
            // Also where somebody has lost patience: what was begun ends, and nothing is left on disk.
            await stopping.CancelAsync();
            await running;
            host.DeleteStorage();
        }

        return true;

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interrupted.Cancel();
        }
    }

    private static async Task FindAsync(StokerHost host, TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var timeUp = new CancellationTokenSource(atMost, TimeProvider.System);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(timeUp.Token, cancellationToken);
        Dictionary<string, IOutsideSource> sources = SourcesOf(host);
        int known;
        do
        {
            known = sources.Count;
            try
            {
                await Task.WhenAll(sources.Values.Select(source => source.FirstRound)).WaitAsync(patience.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Said in the report, for each that it concerns.
            }

            // What one finds may be what another one joins, so it takes as many turns as they can stand in a row.
            for (int i = 0; i <= sources.Count; i++)
            {
                await host.Graph.SettleAsync(cancellationToken);
                foreach (IOutsideSource source in sources.Values)
                {
                    source.PublishNow();
                }
            }

            // What was imported meanwhile may look for targets too.
            await host.Graph.SettleAsync(cancellationToken);
            sources = SourcesOf(host);
        }
        while (sources.Count > known);
    }

    private static async Task ReportAsync(StokerHost host, TimeSpan atMost, TextWriter errors)
    {
        foreach ((string id, IOutsideSource source) in SourcesOf(host))
        {
            IReadOnlyList<string> failures = source.Failures;
            foreach (string failure in failures)
            {
                await errors.WriteLineAsync($"{id}: {failure}");
            }

            if (failures.Count == 0 && !source.FirstRound.IsCompleted)
            {
                await errors.WriteLineAsync($"{id}: no answer within {GoDuration.Format(atMost)}; --discovery-timeout waits longer");
            }
        }

        foreach (ComponentSnapshot component in host.Graph.GetComponents().Where(component => component.Health.State == HealthState.Unhealthy))
        {
            await errors.WriteLineAsync($"{component.Id}: {component.Health.Message}");
        }
    }

    private static Dictionary<string, IOutsideSource> SourcesOf(StokerHost host) =>
        host.Graph.GetComponents().Where(component => component.Component is IOutsideSource)
            .ToDictionary(component => component.Id, component => (IOutsideSource)component.Component!, StringComparer.Ordinal);
}
