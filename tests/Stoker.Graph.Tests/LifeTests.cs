using System.Text;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Tests;

public sealed class LifeTests
{
    private const string Chain = """
        test.note "scrape" { text = "scrape " + test.note.write.text }
        test.note "write" { text = "out" }
        """;

    [Fact]
    public async Task Run_SinksStartFirstAndStopLast()
    {
        using var fixture = new GraphFixture(Chain);
        await fixture.ReloadAsync();
        Assert.False(fixture.Graph.IsReady);

        fixture.Start();
        await fixture.Journal.WaitForAsync("start test.note.scrape");
        Assert.True(fixture.Graph.IsReady);
        await fixture.StopAsync();

        Assert.Equal(
            ["apply test.note.write out", "apply test.note.scrape scrape out"], fixture.Journal.Lines.Take(2));
        Assert.Equal(
            ["stop test.note.scrape", "stop test.note.write"], fixture.Journal.Lines.TakeLast(2));
        Assert.Equal(HealthState.Exited, fixture.Component("test.note.write").Health.State);
    }

    [Fact]
    public async Task Reload_BrokenFile_ChangesNothingAndSaysWhy()
    {
        using var fixture = new GraphFixture(Chain);
        await fixture.ReloadAsync();
        fixture.Start();
        await fixture.Journal.WaitForAsync("start test.note.scrape");
        IReadOnlyList<string> before = fixture.Journal.Lines;

        fixture.Write("""
            test.note "write" { text = "elsewhere" }
            test.note "new" { text = "x" }
            test.note "scrape" { text = test.note.write.nothing }
            """);
        ReloadResult result = await fixture.ReloadAsync();

        Assert.False(result.Applied);
        Assert.Contains("nothing", Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
        Assert.Equal(before, fixture.Journal.Lines);
        Assert.Equal(2, fixture.Graph.GetComponents().Count);
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Reload_GoodFile_UpdatesStopsAndStarts()
    {
        using var fixture = new GraphFixture(Chain);
        await fixture.ReloadAsync();
        fixture.Start();
        await fixture.Journal.WaitForAsync("start test.note.scrape");

        fixture.Write("""
            test.note "write" { text = "elsewhere" }
            test.note "new" { text = test.note.write.text }
            """);
        Assert.True((await fixture.ReloadAsync()).Applied);
        await fixture.Journal.WaitForAsync("start test.note.new");

        Assert.Contains("apply test.note.write elsewhere", fixture.Journal.Lines);
        Assert.Contains("stop test.note.scrape", fixture.Journal.Lines);
        Assert.DoesNotContain("stop test.note.write", fixture.Journal.Lines);
        Assert.Equal(["test.note.new", "test.note.write"], fixture.Graph.GetComponents().Select(component => component.Id));
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Publish_ChangedExports_ReachWhoDependsOnThem()
    {
        using var fixture = new GraphFixture("""
            test.note "c" { text = test.note.b.text }
            test.note "b" { text = test.note.a.text }
            test.note "a" { text = "one" }
            """);
        await fixture.ReloadAsync();
        fixture.Start();

        fixture["test.note.a"].Publish("two");
        await fixture.Journal.WaitForAsync("apply test.note.c two");

        Assert.Equal(new StringValue("two"), fixture.Component("test.note.c").Exports.Fields["text"]);
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Run_OfSomeKindsOnly_StartsNoOthersAndSettlesWhatTheyPublish()
    {
        using var fixture = new GraphFixture("""
            test.note "user" { text = test.finder.one.text }
            test.finder "one" { text = "nothing yet" }
            """);
        await fixture.ReloadAsync();
        fixture.Start(definition => definition.IsOutsideSource);
        await fixture.Journal.WaitForAsync("start test.finder.one");

        fixture["test.finder.one"].Publish("found");
        await fixture.Graph.SettleAsync(TestContext.Current.CancellationToken);
        Assert.Equal(new StringValue("found"), fixture.Component("test.note.user").Exports.Fields["text"]);

        fixture.Write("""
            test.note "user" { text = test.finder.two.text }
            test.finder "two" { text = "nothing yet" }
            """);
        await fixture.ReloadAsync();
        await fixture.Journal.WaitForAsync("start test.finder.two");
        await fixture.StopAsync();

        Assert.DoesNotContain("start test.note.user", fixture.Journal.Lines);
    }

    [Fact]
    public async Task Run_ComponentCrashes_IsVisibleAndMadeAnewByTheNextReload()
    {
        using var fixture = new GraphFixture("""
            test.note "a" { text = "crash" }
            test.note "b" { text = "fine" }
            """);
        await fixture.ReloadAsync();
        fixture.Start();
        await fixture.Journal.WaitForAsync("start test.note.b");
        await WaitForHealthAsync(fixture, "test.note.a", HealthState.Exited);
        Assert.Contains("crashed as told", fixture.Component("test.note.a").Health.Message, StringComparison.Ordinal);
        Assert.Equal("text is fine", fixture.Component("test.note.b").Health.Message);

        fixture.Write("""
            test.note "a" { text = "mended" }
            test.note "b" { text = "fine" }
            """);
        Assert.True((await fixture.ReloadAsync()).Applied);
        await WaitForHealthAsync(fixture, "test.note.a", HealthState.Healthy);
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Metrics_TellOfLoadsAndHealth()
    {
        using var fixture = new GraphFixture(Chain);
        await fixture.ReloadAsync();
        fixture.Write("}");
        await fixture.ReloadAsync();
        fixture.Graph.RefreshMetrics();

        using var text = new MemoryStream();
        await fixture.Registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        string exposition = Encoding.UTF8.GetString(text.ToArray());

        Assert.Contains("stoker_config_last_load_successful 0", exposition, StringComparison.Ordinal);
        Assert.Contains("stoker_config_load_failures_total 1", exposition, StringComparison.Ordinal);
        Assert.Contains("stoker_components{health=\"unknown\"} 2", exposition, StringComparison.Ordinal);
    }

    private static async Task WaitForHealthAsync(GraphFixture fixture, string id, HealthState state)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while (fixture.Component(id).Health.State != state)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, timeout.Token);
        }
    }
}
