using System.Runtime.InteropServices;
using Stoker.TestKit.Programs;
using Stoker.TestKit.Pyroscope;
using Stoker.TestKit.Pyroscope.Wire;

namespace Stoker.EndToEndTests;

/// <summary>The whole chain on real programs: what they serve is scraped, made a delta, pushed, and says the same at the far end.</summary>
public sealed class ChainTests
{
    private const int Rounds = 10;
    private static readonly string[] Cumulative = ["/debug/pprof/allocs", "/debug/pprof/block", "/debug/pprof/mutex"];

    private static readonly Dictionary<string, string> TypeOf = new()
    {
        ["/debug/pprof/allocs"] = "memory",
        ["/debug/pprof/block"] = "block",
        ["/debug/pprof/goroutine"] = "goroutine",
        ["/debug/pprof/mutex"] = "mutex",
        ["/debug/pprof/profile"] = "process_cpu",
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OnRealPrograms_DeliversEveryProfileAndDeltasThatAddUp()
    {
        GoPprof pprof = GoPprof.FindOrSkip();
        await using ServedProgram prometheus = await ServedProgram.StartPrometheusAsync(Cancellation);
        await using ServedProgram alertmanager = await ServedProgram.StartAlertmanagerAsync(Cancellation);
        await using ServedProgram etcd = await ServedProgram.StartEtcdAsync(Cancellation);
        await using ServedProgram caddy = await ServedProgram.StartCaddyAsync(Cancellation);
        await using RecordingProxy first = await RecordingProxy.StartAsync(prometheus.Address, Cancellation);
        await using RecordingProxy second = await RecordingProxy.StartAsync(alertmanager.Address, Cancellation);
        await using RecordingProxy third = await RecordingProxy.StartAsync(etcd.Address, Cancellation);
        await using RecordingProxy fourth = await RecordingProxy.StartAsync(caddy.Address, Cancellation);
        RecordingProxy[] proxies = [first, second, third, fourth];
        await using PyroscopeStandIn backend = await PyroscopeStandIn.StartAsync();
        await using StokerProcess stoker = await StokerProcess.StartAsync(
            Configurations.ToPyroscope(proxies.Select(proxy => proxy.Address), backend.Url), Cancellation);

        await Polling.UntilAsync(
            $"{Rounds} rounds of every profile type of every program",
            TimeSpan.FromSeconds(90),
            () => proxies.All(proxy => TypeOf.Keys.All(path => AnswersOf(proxy, path).Count() > Rounds)),
            Cancellation,
            () => stoker.Process.Tail);
        Assert.Equal(0, await stoker.StopAsync(PosixSignal.SIGTERM, Cancellation));

        Assert.Empty(backend.Complaints());
        foreach (RecordingProxy proxy in proxies)
        {
            foreach ((string path, string type) in TypeOf)
            {
                RecordedAnswer[] answers = [.. AnswersOf(proxy, path)];
                ReceivedPush[] delivered = [.. backend.Accepted.Where(one => one.Labels["instance"] == proxy.Address && one.Labels["__name__"] == type)];
                AssertLabels(proxy.Address, type, delivered);
                AssertContents($"{type} of {proxy.Address}", path, answers, delivered);
                foreach (ReceivedPush one in delivered)
                {
                    await pprof.TopAsync(one.Bytes, Cancellation);
                }
            }
        }

        // Prometheus allocates, waits and schedules all the time: without these the comparison above would compare nothing.
        Assert.All(
            ["memory", "block", "goroutine"],
            type => Assert.InRange(backend.Accepted.Count(one => one.Labels["instance"] == first.Address && one.Labels["__name__"] == type), Rounds - 1, int.MaxValue));
    }

    private static IEnumerable<RecordedAnswer> AnswersOf(RecordingProxy proxy, string path) =>
        proxy.Answers.Where(answer => answer.Path == path);

    private static void AssertLabels(string instance, string type, IEnumerable<ReceivedPush> delivered) => Assert.All(delivered, one =>
    {
        Assert.Equal($"service-{instance}", one.Labels["service_name"]);
        Assert.Equal("pyroscope.scrape.test", one.Labels["job"]);
        Assert.Equal(type is "memory" or "block" or "mutex" ? "false" : "", one.Labels["__delta__"]);
    });

    private static void AssertContents(string series, string path, RecordedAnswer[] answers, ReceivedPush[] delivered)
    {
        Assert.All(answers, answer => Assert.Equal((200, path == "/debug/pprof/profile" ? "?seconds=1" : ""), (answer.Status, answer.Query)));
        PprofProfile[] raw = [.. answers.Select(answer => ProfileBody.Parse(answer.Body))];
        if (Cumulative.Contains(path))
        {
            DeltaAgreement.AssertSumEqualsGrowth(series, raw, [.. delivered.Select(one => ProfileBody.Parse(one.Bytes))]);
            return;
        }

        // Passed on byte by byte; the very last may have been under way when the program was stopped.
        byte[][] expected = [.. answers.Zip(raw).Where(pair => pair.Second.Sample.Count > 0).Select(pair => pair.First.Body)];
        Assert.InRange(delivered.Length, expected.Length - 1, expected.Length);
        Assert.Equal(expected.Take(delivered.Length), delivered.Select(one => one.Bytes));
    }
}
