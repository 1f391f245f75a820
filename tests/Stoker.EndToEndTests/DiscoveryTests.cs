using System.Runtime.InteropServices;
using Stoker.TestKit.Programs;
using Stoker.TestKit.Pyroscope;

namespace Stoker.EndToEndTests;

/// <summary>Targets that are found while the program runs: from a real source, of real programs, to the far end.</summary>
public sealed class DiscoveryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OfThePagesDynamicExample_ScrapesWhatTheSourceNamesAndFollowsIt()
    {
        await using ServedProgram one = await ServedProgram.StartPrometheusAsync(Cancellation);
        await using ServedProgram two = await ServedProgram.StartPrometheusAsync(Cancellation);
        await using TargetSource source = await TargetSource.StartAsync(ListOf(one.Address), Cancellation);
        await using PyroscopeStandIn backend = await PyroscopeStandIn.StartAsync();

        // The page's example, with addresses and times of this test.
        await using StokerProcess stoker = await StokerProcess.StartAsync(
            $$"""
            discovery.http "dynamic_targets" {
              url = "{{source.Url}}"
              refresh_interval = "1s"
            }

            pyroscope.scrape "local" {
              targets = [discovery.http.dynamic_targets.targets]
              scrape_interval = "2s"

              forward_to = [pyroscope.write.local.receiver]
            }

            pyroscope.write "local" {
              endpoint {
                url = "{{backend.Url}}"
              }
            }
            """,
            Cancellation);
        await WaitForAsync("two goroutine profiles of the first program", () => GoroutinesOf(backend, one) >= 2, stoker);

        // 1. The list changes while everything runs; an entry that is no target is none of anybody's business but its own.
        source.List = $$"""[{"targets": ["{{two.Address}}"], "labels": {"service_name": "prometheus"} }, {"targets": [9090]}]""";
        await WaitForAsync("two goroutine profiles of the second program", () => GoroutinesOf(backend, two) >= 2, stoker);
        int first = GoroutinesOf(backend, one);

        // 2. The source fails: what it said last holds, and the component says why.
        source.List = null;
        await stoker.WaitForLogAsync("discovery failed, targets stay as they were", Cancellation);
        int second = GoroutinesOf(backend, two);
        await WaitForAsync("two more of them", () => GoroutinesOf(backend, two) >= second + 2, stoker);
        ComponentView discovery = await stoker.GetComponentAsync("discovery.http.dynamic_targets", Cancellation);
        Assert.Equal("healthy", discovery.HealthState);
        Assert.Equal(
            $"1 target, 1 entry left out; failing: {source.Url}: the answer has the status 500 and begins \"out of order\"; the source itself has failed; its log should say why",
            discovery.HealthMessage);
        Assert.Equal(0, await stoker.StopAsync(PosixSignal.SIGTERM, Cancellation));

        Assert.Empty(backend.Complaints());
        Assert.Equal(first, GoroutinesOf(backend, one));
        Assert.All(backend.Accepted, push => Assert.Equal(
            ("prometheus", "pyroscope.scrape.local", ""), (push.Labels["service_name"], push.Labels["job"], push.Labels["__meta_url"])));
        Assert.Superset(
            new HashSet<string> { "goroutine", "memory" },
            backend.Accepted.Where(push => push.Labels["instance"] == two.Address).Select(push => push.Labels["__name__"]).ToHashSet());
    }

    private static string ListOf(string address) => $$"""[{"targets": ["{{address}}"], "labels": {"service_name": "prometheus"} }]""";

    private static int GoroutinesOf(PyroscopeStandIn backend, ServedProgram program) =>
        backend.Accepted.Count(push => push.Labels["instance"] == program.Address && push.Labels["__name__"] == "goroutine");

    private static Task WaitForAsync(string awaited, Func<bool> ask, StokerProcess stoker) =>
        Polling.UntilAsync(awaited, TimeSpan.FromSeconds(60), ask, Cancellation, () => stoker.Process.Tail);
}
