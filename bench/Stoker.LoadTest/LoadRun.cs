using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Stoker.TestKit.Programs;

namespace Stoker.LoadTest;

/// <summary>One moment of a run.</summary>
/// <param name="Processor">Processor time of the process under test in seconds.</param>
internal sealed record Moment(DateTimeOffset At, double Processor, double OthersProcessor, SinkReport Sink, TargetsReport Targets, MetricsSnapshot Metrics);

/// <summary>A reload while it was measured.</summary>
/// <param name="Took">From the request for it to the answer.</param>
/// <param name="ResidentBytes">Memory of the process five seconds later.</param>
internal sealed record Reload(string What, DateTimeOffset At, TimeSpan Took, long ResidentBytes);

/// <summary>What a run gives: the two ends of the measured time, and how the program ended.</summary>
/// <param name="Resident">Memory of the process in bytes, every ten seconds of the measured time.</param>
/// <param name="Slots">When each loop is due.</param>
internal sealed record LoadResult(
    Dictionary<(int Port, string Path), double> Slots, Moment Start, Moment End, IReadOnlyList<long> Resident, IReadOnlyList<Reload> Reloads, long PeakBytes, int ExitCode, TimeSpan Stopping);

/// <summary>
/// 1. Starts the sink and the targets, each a process of its own. 2. Starts <c>stoker</c> on a configuration that names them. 3. Warms up.
/// 4. Measures. 5. Stops it as an operator would.
/// </summary>
internal sealed class LoadRun(LoadOptions options)
{
    /// <summary>How long after a reload its effect on the lateness is looked at.</summary>
    public static readonly TimeSpan AfterReload = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BetweenReadings = TimeSpan.FromSeconds(10);
    private static readonly string[] Types = ["memory", "process_cpu", "goroutine", "mutex", "block"];

    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        await using Role sink = await Role.StartAsync(cancellationToken, "sink", options.Sink.ToString());
        await using Role targets = await Role.StartAsync(cancellationToken, "targets", $"{options.Targets}", $"{options.Hang}");
        int sinkPort = options.Sink == SinkBehaviour.Down ? FreePorts.Take(1)[0] : sink.Ports[^1];
        int[] ports = [.. targets.Ports[1..], .. FreePorts.Take(options.Refuse)];
        string configuration = Configuration(sinkPort, ports, []);
        await using StokerProcess stoker = await StokerProcess.StartAsync(configuration, cancellationToken);
        await PauseAsync("warming up", options.WarmUp, cancellationToken);

        Dictionary<(int Port, string Path), double> slots = await Slots.ReadAsync(stoker, cancellationToken);
        Moment start = await ReadAsync(stoker, sink, targets, cancellationToken);
        var resident = new List<long>();
        Reload[] reloads = [];
        if (options.Churn == 0)
        {
            await MeasureAsync(stoker, options.Duration, resident, cancellationToken);
        }
        else
        {
            await MeasureAsync(stoker, options.Duration / 4, resident, cancellationToken);
            string churned = Configuration(sinkPort, ports, Enumerable.Repeat(FreePorts.Take(1)[0], options.Churn));
            Reload added = await ReloadAsync($"{options.Churn} targets added", stoker, churned, cancellationToken);
            await MeasureAsync(stoker, options.Duration / 2, resident, cancellationToken);
            Reload removed = await ReloadAsync($"{options.Churn} targets removed", stoker, configuration, cancellationToken);
            await MeasureAsync(stoker, options.Duration / 4, resident, cancellationToken);
            reloads = [added, removed];
        }

        Moment end = await ReadAsync(stoker, sink, targets, cancellationToken);
        long peak = stoker.Process.ReadPeakMemoryBytes();

        long stopping = TimeProvider.System.GetTimestamp();
        int exitCode = await stoker.StopAsync(PosixSignal.SIGTERM, cancellationToken);
        return new LoadResult(slots, start, end, resident, reloads, peak, exitCode, TimeProvider.System.GetElapsedTime(stopping));
    }

    private static async Task PauseAsync(string what, TimeSpan time, CancellationToken cancellationToken)
    {
        Console.Error.WriteLine($"{what} for {time.TotalSeconds} s");
        await Task.Delay(time, TimeProvider.System, cancellationToken);
    }

    private static async Task MeasureAsync(StokerProcess stoker, TimeSpan time, List<long> resident, CancellationToken cancellationToken)
    {
        Console.Error.WriteLine($"measuring for {time.TotalSeconds} s");
        for (TimeSpan left = time; left > TimeSpan.Zero; left -= BetweenReadings)
        {
            resident.Add(stoker.Process.ReadResidentBytes());
            await Task.Delay(left < BetweenReadings ? left : BetweenReadings, TimeProvider.System, cancellationToken);
        }

        resident.Add(stoker.Process.ReadResidentBytes());
    }

    private static async Task<Reload> ReloadAsync(string what, StokerProcess stoker, string configuration, CancellationToken cancellationToken)
    {
        DateTimeOffset at = TimeProvider.System.GetUtcNow();
        long start = TimeProvider.System.GetTimestamp();
        (HttpStatusCode status, string body) = await stoker.ReloadAsync(configuration, cancellationToken);
        TimeSpan took = TimeProvider.System.GetElapsedTime(start);
        if (status != HttpStatusCode.OK)
        {
            throw new InvalidOperationException($"The reload failed: {body}");
        }

        await PauseAsync(what, AfterReload, cancellationToken);
        return new Reload(what, at, took, stoker.Process.ReadResidentBytes());
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

    private string Configuration(int sinkPort, IEnumerable<int> ports, IEnumerable<int> hourlyPorts)
    {
        var text = new StringBuilder();
        text.Append("pyroscope.scrape \"load\" {\n\ttargets = [\n");
        foreach (int port in ports)
        {
            text.Append($"\t\t{{\"__address__\" = \"127.0.0.1:{port}\", \"service_name\" = \"service-{port}\", \"region\" = \"here\"}},\n");
        }

        foreach ((int number, int port) in hourlyPorts.Index())
        {
            text.Append(
                $"\t\t{{\"__address__\" = \"127.0.0.1:{port}\", \"service_name\" = \"hourly-{number}\", \"__scrape_interval__\" = \"1h\"}},\n");
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
