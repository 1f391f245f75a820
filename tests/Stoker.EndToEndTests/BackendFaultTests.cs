using Stoker.TestKit.Programs;
using Stoker.TestKit.Pyroscope;

namespace Stoker.EndToEndTests;

/// <summary>A backend that is away or hangs: scraping goes on as if nothing were, and so does delivery when it is back.</summary>
public sealed class BackendFaultTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("down")]
    [InlineData("hanging")]
    public async Task Backend_ThatIsAwayForAWhile_CostsNoScrapeAndNoDelta(string fault)
    {
        await using var target = new GrowingTarget();
        await using PyroscopeStandIn backend = await PyroscopeStandIn.StartAsync();
        await using StokerProcess stoker = await StokerProcess.StartAsync(
            Configurations.ToPyroscope([target.Address], backend.Url, memoryOnly: true), Cancellation);
        await WaitForAsync("two deliveries", () => backend.AcceptedCount >= 2, stoker);

        await BreakAsync(backend, fault);
        int scrapes = target.Arrivals.Count;
        await WaitForAsync("four scrapes while the backend is away", () => target.Arrivals.Count >= scrapes + 4, stoker);
        await RepairAsync(backend, fault);
        scrapes = target.Arrivals.Count;

        // What a hanging backend has read without an answer is sent again: it may come twice, so that profiles are told apart by their time.
        await WaitForAsync(
            "every delta has arrived", () => target.Arrivals.Count > scrapes && backend.GrowthOf(target) >= (scrapes - 1) * GrowingTarget.Step, stoker);

        Assert.InRange(target.LongestGap, 0, 3.5);
        Assert.Empty(backend.Complaints());
        MetricsSnapshot metrics = await stoker.GetMetricsAsync(Cancellation);
        Assert.Equal(0, metrics.Sum("pyroscope_write_dropped_profiles_total"));
        Assert.InRange(metrics.Sum("pyroscope_write_sent_profiles_total"), scrapes - 1, double.MaxValue);
        Assert.Equal(0, metrics.Sum("stoker_scrape_missed_ticks_total"));
    }

    private static Task BreakAsync(PyroscopeStandIn backend, string fault)
    {
        if (fault == "down")
        {
            return backend.StopAsync();
        }

        backend.Script = _ => StandInAnswer.Hang;
        return Task.CompletedTask;
    }

    private static Task RepairAsync(PyroscopeStandIn backend, string fault)
    {
        backend.Script = null;
        return fault == "down" ? backend.RestartAsync() : Task.CompletedTask;
    }

    private static Task WaitForAsync(string awaited, Func<bool> ask, StokerProcess stoker) =>
        Polling.UntilAsync(awaited, TimeSpan.FromSeconds(60), ask, Cancellation, () => stoker.Process.Tail);
}
