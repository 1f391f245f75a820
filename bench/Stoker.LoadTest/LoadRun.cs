using System.Runtime.InteropServices;
using System.Text;
using Stoker.TestKit.Programs;

namespace Stoker.LoadTest;

/// <summary>One moment of a run.</summary>
/// <param name="Processor">Processor time of the process under test in seconds.</param>
internal sealed record Moment(DateTimeOffset At, double Processor, double OthersProcessor, SinkReport Sink, TargetsReport Targets, MetricsSnapshot Metrics);

/// <summary>What a run gives: the two ends of the measured time, and how the program ended.</summary>
internal sealed record LoadResult(Moment Start, Moment End, long ResidentBytes, long PeakBytes, int ExitCode, TimeSpan Stopping);

/// <summary>
/// 1. Starts the sink and the targets, each a process of its own. 2. Starts <c>stoker</c> on a configuration that names them. 3. Warms up.
/// 4. Measures. 5. Stops it as an operator would.
/// </summary>
internal sealed class LoadRun(LoadOptions options)
{
    private static readonly string[] Types = ["memory", "process_cpu", "goroutine", "mutex", "block"];

    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        await using Role sink = await Role.StartAsync(cancellationToken, "sink", options.Sink.ToString());
        await using Role targets = await Role.StartAsync(cancellationToken, "targets", $"{options.Targets}", $"{options.Hang}");
        string configuration = Configuration(options.Sink == SinkBehaviour.Down ? FreePorts.Take(1)[0] : sink.Ports[^1], targets.Ports[1..]);
        await using StokerProcess stoker = await StokerProcess.StartAsync(configuration, cancellationToken);
        await PauseAsync("warming up", options.WarmUp, cancellationToken);

        Moment start = await ReadAsync(stoker, sink, targets, cancellationToken);
        await PauseAsync("measuring", options.Duration, cancellationToken);
        Moment end = await ReadAsync(stoker, sink, targets, cancellationToken);
        long resident = stoker.Process.ReadResidentBytes();
        long peak = stoker.Process.ReadPeakMemoryBytes();

        long stopping = TimeProvider.System.GetTimestamp();
        int exitCode = await stoker.StopAsync(PosixSignal.SIGTERM, cancellationToken);
        return new LoadResult(start, end, resident, peak, exitCode, TimeProvider.System.GetElapsedTime(stopping));
    }

    private static async Task PauseAsync(string what, TimeSpan time, CancellationToken cancellationToken)
    {
        Console.Error.WriteLine($"{what} for {time.TotalSeconds} s");
        await Task.Delay(time, TimeProvider.System, cancellationToken);
    }

    private static async Task<Moment> ReadAsync(StokerProcess stoker, Role sink, Role targets, CancellationToken cancellationToken)
    {
        double processor = Machine.ProcessorSeconds(stoker.Process.Id);
        double others = Machine.ProcessorSeconds(sink.Process.Id) + Machine.ProcessorSeconds(targets.Process.Id);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return new Moment(
            now,
            processor,
            others,
            await sink.ReportAsync<SinkReport>(cancellationToken),
            await targets.ReportAsync<TargetsReport>(cancellationToken),
            await stoker.GetMetricsAsync(cancellationToken));
    }

    private string Configuration(int sinkPort, IEnumerable<int> targetPorts)
    {
        var text = new StringBuilder();
        text.Append("pyroscope.scrape \"load\" {\n\ttargets = [\n");
        foreach (int port in targetPorts.Concat(FreePorts.Take(options.Refuse)))
        {
            text.Append($"\t\t{{\"__address__\" = \"127.0.0.1:{port}\", \"service_name\" = \"service-{port}\", \"region\" = \"here\"}},\n");
        }

        text.Append($"\t]\n\tforward_to = [pyroscope.write.sink.receiver]\n\tscrape_interval = \"{options.Interval.TotalSeconds}s\"\n\n\tprofiling_config {{\n");
        foreach (string type in Types)
        {
            string enabled = Array.IndexOf(Types, type) < options.Types ? "true" : "false";
            text.Append($"\t\tprofile.{type} {{\n\t\t\tenabled = {enabled}\n\t\t}}\n");
        }

        text.Append($"\t}}\n}}\n\npyroscope.write \"sink\" {{\n\tendpoint {{\n\t\turl = \"http://127.0.0.1:{sinkPort}\"\n\t}}\n}}\n");
        return text.ToString();
    }
}
