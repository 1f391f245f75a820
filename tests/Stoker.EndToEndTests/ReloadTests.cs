using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Stoker.TestKit.Programs;
using Stoker.TestKit.Pyroscope;

namespace Stoker.EndToEndTests;

public sealed class ReloadTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reload_OfBrokenGoodAndChangedFiles_LosesNoScrapeAndNoDelta()
    {
        await using var target = new GrowingTarget();
        await using PyroscopeStandIn one = await PyroscopeStandIn.StartAsync();
        await using PyroscopeStandIn two = await PyroscopeStandIn.StartAsync();
        string configuration = Configurations.ToPyroscope([target.Address], one.Url, memoryOnly: true);
        await using StokerProcess stoker = await StokerProcess.StartAsync(configuration, Cancellation);
        await WaitForAsync("a delivery", () => one.AcceptedCount >= 1, stoker);

        // 1. A file that does not parse, and one that does not evaluate, change nothing and say why.
        string before = await ComponentsAsync(stoker);
        (HttpStatusCode status, string body) = await stoker.ReloadAsync(configuration + "\npyroscope.scrape \"broken\" {\n", Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Matches(@"config\.alloy:\d+:\d+", body);
        (status, body) = await stoker.ReloadAsync(configuration.Replace("pyroscope.write.backend.receiver", "pyroscope.write.other.receiver"), Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("pyroscope.write.other", body, StringComparison.Ordinal);
        Assert.Equal(before, await ComponentsAsync(stoker));

        // 2. The same by the signal: the log says why.
        stoker.WriteConfiguration("pyroscope.nothing \"x\" { }");
        stoker.Process.Send(PosixSignal.SIGHUP);
        await stoker.WaitForLogAsync("pyroscope.nothing", Cancellation);
        Assert.Equal(before, await ComponentsAsync(stoker));

        // 3. A good file with one component more.
        string larger = configuration + "\nstoker.files \"more\" {\n  directory = \"more\"\n}\n";
        (status, body) = await stoker.ReloadAsync(larger, Cancellation);
        Assert.True(status == HttpStatusCode.OK, body);
        Assert.Contains("stoker.files.more", await ComponentsAsync(stoker), StringComparison.Ordinal);
        int delivered = one.AcceptedCount;
        await WaitForAsync("two deliveries after it", () => one.AcceptedCount >= delivered + 2, stoker);
        using JsonDocument up = JsonDocument.Parse(
            await stoker.GetAsync("/api/v0/web/components/pyroscope.scrape.test?filter=health:up&sort=-last_scrape&limit=5", Cancellation));
        Assert.Equal("""{"offset":0,"limit":5,"matched":1,"total":1}""", up.RootElement.GetProperty("debugInfoPage").GetRawText());

        // 4. Another backend: the running loop delivers there from its next scrape on.
        (status, body) = await stoker.ReloadAsync(larger.Replace(one.Url, two.Url, StringComparison.Ordinal), Cancellation);
        Assert.True(status == HttpStatusCode.OK, body);
        int scrapes = target.Arrivals.Count;
        await WaitForAsync("three deliveries to the new backend", () => two.AcceptedCount >= 3, stoker);

        Assert.InRange(two.AcceptedCount, 3, target.Arrivals.Count - scrapes + 1);
        Assert.InRange(target.LongestGap, 0, 3.5);
        Assert.Empty(one.Complaints().Concat(two.Complaints()));

        // The newest scrape may not have been delivered yet; all before it must have been, each exactly once.
        long growth = one.GrowthOf(target) + two.GrowthOf(target);
        long scraped = (target.Arrivals.Count - 1) * GrowingTarget.Step;
        Assert.InRange(growth, scraped - GrowingTarget.Step, scraped);
    }

    private static async Task<string> ComponentsAsync(StokerProcess stoker)
    {
        using JsonDocument components = JsonDocument.Parse(await stoker.GetAsync("/api/v0/web/components", Cancellation));
        return string.Join('\n', components.RootElement.EnumerateArray()
            .Select(component => $"{component.GetProperty("localID")} {component.GetProperty("health").GetProperty("state")}")
            .Order(StringComparer.Ordinal));
    }

    private static Task WaitForAsync(string awaited, Func<bool> ask, StokerProcess stoker) =>
        Polling.UntilAsync(awaited, TimeSpan.FromSeconds(60), ask, Cancellation, () => stoker.Process.Tail);
}
