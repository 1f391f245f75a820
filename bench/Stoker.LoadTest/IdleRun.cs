using System.Globalization;
using System.Runtime.InteropServices;
using Stoker.TestKit.Programs;

namespace Stoker.LoadTest;

/// <summary>What the program costs with next to nothing to do: one target. Several starts, because the first one reads the disk.</summary>
internal static class IdleRun
{
    private const int Starts = 3;
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(40);

    public static async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        await using Role targets = await Role.StartAsync(cancellationToken, "targets", "1", "0");
        await using Role sink = await Role.StartAsync(cancellationToken, "sink", nameof(SinkBehaviour.Count));
        string configuration = Configuration(targets.Ports[1], sink.Ports[0]);
        var rows = new List<string>();
        for (int i = 0; i < Starts; i++)
        {
            long start = TimeProvider.System.GetTimestamp();
            await using StokerProcess stoker = await StokerProcess.StartAsync(configuration, cancellationToken);
            TimeSpan ready = TimeProvider.System.GetElapsedTime(start);
            double processor = Machine.ProcessorSeconds(stoker.Process.Id);
            await Task.Delay(Settled, TimeProvider.System, cancellationToken);
            double later = Machine.ProcessorSeconds(stoker.Process.Id);
            double mebibytes = stoker.Process.ReadResidentBytes() / (1024.0 * 1024);
            rows.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"| {ready.TotalMilliseconds:F0} ms | {1000 * processor:F0} ms | {mebibytes:F0} MiB | {100 * (later - processor) / Settled.TotalSeconds:F1} % of a core |"));
            await stoker.StopAsync(PosixSignal.SIGTERM, cancellationToken);
        }

        return $"""
            One target with five profile types every 15 s, {Starts} starts.

            | ready after | processor time until then | resident after {Settled.TotalSeconds} s | processor time while it runs |
            |---|---|---|---|
            {string.Join('\n', rows)}

            """;
    }

    private static string Configuration(int target, int sink) => $$"""
        pyroscope.scrape "idle" {
          targets    = [{"__address__" = "127.0.0.1:{{target}}", "service_name" = "shop"}]
          forward_to = [pyroscope.write.sink.receiver]
        }

        pyroscope.write "sink" {
          endpoint {
            url = "http://127.0.0.1:{{sink}}"
          }
        }
        """;
}
