using System.Threading.Channels;
using Stoker.Components;

namespace Stoker.Discovery.Tests;

public sealed class DiscoveryComponentTests
{
    private static readonly TimeSpan PublishInterval = TimeSpan.FromSeconds(5);

    private readonly Channel<ScriptedSource> _sources = Channel.CreateUnbounded<ScriptedSource>();

    [Fact]
    public async Task FirstRound_UntilItIsComplete_PublishesNothing()
    {
        await using RunningDiscovery discovery = Create("a");
        Findings findings = await StartAsync(discovery);

        findings.Answer("one", [RunningDiscovery.TargetOf("one:1")]);
        await discovery.Time.WaitForTimerDueInAsync(PublishInterval);
        Assert.False(discovery.TryTake(out _));
        findings.Answer("two", [RunningDiscovery.TargetOf("two:2")]);
        findings.CompleteRound();

        Assert.Equal(["{__address__=\"one:1\"}", "{__address__=\"two:2\"}"], await discovery.NextTextAsync());
    }

    [Fact]
    public async Task FirstRound_ThatHangs_HoldsTheRestUpForFiveSecondsOnly()
    {
        await using RunningDiscovery discovery = Create("a");
        Findings findings = await StartAsync(discovery);

        findings.Answer("one", [RunningDiscovery.TargetOf("one:1")]);
        await RunningDiscovery.Bounded(discovery.Time.WaitForTimerDueInAsync(PublishInterval));
        discovery.Time.Advance(PublishInterval);

        Assert.Equal(["{__address__=\"one:1\"}"], await discovery.NextTextAsync());
        Assert.False(((IOutsideSource)discovery.Component).FirstRound.IsCompleted);
    }

    [Fact]
    public async Task FirstRound_OfAnInspection_CompletesWithTheTargetsPublished()
    {
        await using RunningDiscovery discovery = Create("a");
        Findings findings = await StartAsync(discovery);

        findings.Answer("one", [RunningDiscovery.TargetOf("one:1")]);
        findings.Fail("two", "is away");
        findings.CompleteRound();
        await RunningDiscovery.Bounded(((IOutsideSource)discovery.Component).FirstRound);

        Assert.True(discovery.TryTake(out _));
        Assert.Equal(["two: is away"], ((IOutsideSource)discovery.Component).Failures);
    }

    [Fact]
    public async Task Changes_ShortlyAfterEachOther_ArePublishedTogether()
    {
        await using RunningDiscovery discovery = Create("a");
        Findings findings = await StartAsync(discovery);
        findings.Answer("one", [RunningDiscovery.TargetOf("one:1")]);
        findings.CompleteRound();
        await discovery.NextTextAsync();
        await RunningDiscovery.Bounded(discovery.Time.WaitForTimerDueInAsync(PublishInterval));

        for (int i = 0; i < 10; i++)
        {
            findings.Update("one", $"group {i}", [RunningDiscovery.TargetOf($"more:{i}")]);
        }

        Assert.False(discovery.TryTake(out _));
        discovery.Time.Advance(PublishInterval);

        Assert.Equal(11, (await discovery.NextTextAsync()).Count);
    }

    [Fact]
    public async Task Answer_OfTheSameTargets_IsNotPublishedAgain()
    {
        await using RunningDiscovery discovery = Create("a");
        Findings findings = await StartAsync(discovery);
        await AnswerAndWaitAsync(discovery, findings, "one", "one:1");

        findings.Answer("one", [RunningDiscovery.TargetOf("one:1")]);
        discovery.Time.Advance(PublishInterval);
        findings.Answer("one", [RunningDiscovery.TargetOf("other:1")]);
        await RunningDiscovery.Bounded(discovery.Time.WaitForTimerDueInAsync(PublishInterval));
        discovery.Time.Advance(PublishInterval);

        Assert.Equal(["{__address__=\"other:1\"}"], await discovery.NextTextAsync());
    }

    [Fact]
    public async Task Failure_AfterAnAnswer_KeepsTheTargetsAndShowsTheReason()
    {
        await using RunningDiscovery discovery = Create("a");
        Findings findings = await StartAsync(discovery);
        await AnswerAndWaitAsync(discovery, findings, "one", "one:1");

        findings.Fail("one", "answered 503");
        findings.Fail("one", "answered 503");

        IReadOnlyDictionary<string, string> source = discovery.Source("one");
        Assert.Equal("failing", source["health"]);
        Assert.Equal("1", source["targets"]);
        Assert.Equal("answered 503", source["last_error"]);
        Assert.Equal("2026-01-01T00:00:00.000Z", source["failing_since"]);
        Assert.Equal("1 target; failing: one: answered 503", discovery.Component.HealthMessage);
        Assert.Equal("one", Assert.Single(discovery.Log.Of(8000))["source"]);

        findings.Answer("one", [RunningDiscovery.TargetOf("one:1")]);
        Assert.Equal("ok", discovery.Source("one")["health"]);
        Assert.Equal("1 target", discovery.Component.HealthMessage);
        Assert.Single(discovery.Log.Of(8001));
    }

    [Fact]
    public async Task NewArguments_UntilTheNewSourceHasAnswered_KeepTheOldTargets()
    {
        await using RunningDiscovery discovery = Create("a");
        Findings old = await StartAsync(discovery);
        await AnswerAndWaitAsync(discovery, old, "old", "old:1");

        old.Fail("old", "wants a password");
        Findings fresh = await ReplaceAsync(discovery, "b");
        fresh.Fail("new", "is away");
        fresh.CompleteRound();
        Assert.Equal("1 target, kept from before the arguments changed; failing: new: is away", discovery.Health);
        Assert.Equal(["new: is away"], discovery.Failures);
        Assert.Equal("kept", discovery.Source("old")["health"]);
        discovery.Time.Advance(PublishInterval);
        Assert.Equal("1", discovery.Source("old")["targets"]);
        Assert.Equal(["{__address__=\"old:1\"}"], Staged(discovery));

        fresh.Answer("new", [RunningDiscovery.TargetOf("new:1")]);
        fresh.CompleteRound();
        discovery.Time.Advance(PublishInterval);

        Assert.Equal(["{__address__=\"new:1\"}"], await discovery.NextTextAsync());
        Assert.Equal(["new"], discovery.Sources().Select(source => source["source"]));
    }

    [Fact]
    public async Task NewArguments_ThatAskTheSame_KeepTheAnswerWhileItFails()
    {
        await using RunningDiscovery discovery = Create("a");
        Findings old = await StartAsync(discovery);
        old.Answer("gone", [RunningDiscovery.TargetOf("gone:1")]);
        await AnswerAndWaitAsync(discovery, old, "same", "same:1");

        Findings fresh = await ReplaceAsync(discovery, "b");
        fresh.Fail("same", "is away");
        fresh.Answer("new", [RunningDiscovery.TargetOf("new:1")]);
        fresh.CompleteRound();
        discovery.Time.Advance(PublishInterval);

        Assert.Equal(["{__address__=\"new:1\"}", "{__address__=\"same:1\"}"], await discovery.NextTextAsync());
    }

    [Fact]
    public async Task Findings_OfARunThatHasEnded_ChangeNothing()
    {
        await using RunningDiscovery discovery = Create("a");
        Findings old = await StartAsync(discovery);
        await AnswerAndWaitAsync(discovery, old, "one", "one:1");

        await ReplaceAsync(discovery, "b");
        old.Answer("one", []);
        old.Fail("two", "late");
        old.Retire("one");
        old.CompleteRound();

        Assert.Equal(["one"], discovery.Sources().Select(source => source["source"]));
        Assert.Equal("1", discovery.Source("one")["targets"]);
    }

    [Fact]
    public async Task Arguments_ThatAreEqual_LeaveTheSourceRunning()
    {
        await using RunningDiscovery discovery = Create("a");
        discovery.Start();
        ScriptedSource source = await _sources.Reader.ReadAsync(TestContext.Current.CancellationToken);
        await source.StartedAsync();

        discovery.Apply(new ScriptedArguments { Name = "a", Extra = ["x"] });
        Assert.False(source.Token.IsCancellationRequested);
        discovery.Apply(new ScriptedArguments { Name = "a", Extra = ["y"] });
        Assert.True(source.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task Question_ThatIsRetired_TakesItsTargetsAlong()
    {
        await using RunningDiscovery discovery = Create("a");
        Findings findings = await StartAsync(discovery);
        findings.Answer("one", [RunningDiscovery.TargetOf("one:1")]);
        await AnswerAndWaitAsync(discovery, findings, "two", "two:1");

        findings.Retire("one");
        discovery.Time.Advance(PublishInterval);

        Assert.Equal(["{__address__=\"two:1\"}"], await discovery.NextTextAsync());
    }

    [Fact]
    public async Task Source_ThatAsksNothing_ClearsWhatTheOneBeforeHadFound()
    {
        await using RunningDiscovery discovery = Create("a");
        Findings findings = await StartAsync(discovery);
        await AnswerAndWaitAsync(discovery, findings, "one", "one:1");

        Findings fresh = await ReplaceAsync(discovery, "b");
        fresh.CompleteRound();
        discovery.Time.Advance(PublishInterval);

        Assert.Empty(await discovery.NextTextAsync());
    }

    [Fact]
    public async Task SkippedEntries_OfWhichThereAreMany_AreNamedUpToALimitAndCounted()
    {
        await using RunningDiscovery discovery = Create("a");
        Findings findings = await StartAsync(discovery);

        findings.Answer(
            "one", [RunningDiscovery.TargetOf("one:1")],
            [.. Enumerable.Range(0, 150).Select(i => new SkippedEntry($"group {i}", "is no object"))]);

        Assert.Equal("150", discovery.Source("one")["skipped_entries"]);
        Assert.Equal(100, discovery.Skipped().Count);
        Assert.Equal("1 target, 150 entries left out", discovery.Component.HealthMessage);
    }

    [Fact]
    public async Task Metrics_OfAComponent_ShowItsStateAndGoWithIt()
    {
        await using RunningDiscovery discovery = Create("a");
        Findings findings = await StartAsync(discovery);
        findings.Fail("two", "is away");
        await AnswerAndWaitAsync(discovery, findings, "one", "one:1");

        string metrics = await discovery.MetricsTextAsync();
        Assert.Contains("stoker_discovery_targets{component_path=\"/\",component_id=\"discovery.test.test\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("stoker_discovery_failing_sources{component_path=\"/\",component_id=\"discovery.test.test\"} 1\n", metrics, StringComparison.Ordinal);

        await discovery.StopAsync();
        Assert.DoesNotContain("discovery.test.test", await discovery.MetricsTextAsync(), StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Staged(RunningDiscovery discovery) =>
        RunningDiscovery.Show(discovery.Component.Stage(new ScriptedArguments()));

    private RunningDiscovery Create(string name) => new(
        DiscoveryComponent<ScriptedArguments>.Define("discovery.test", ScriptedArguments.Schema, (arguments, _) =>
        {
            var source = new ScriptedSource(arguments);
            _sources.Writer.TryWrite(source);
            return source;
        }),
        new ScriptedArguments { Name = name, Extra = ["x"] });

    private async Task<Findings> StartAsync(RunningDiscovery discovery)
    {
        discovery.Start();
        return await (await _sources.Reader.ReadAsync(TestContext.Current.CancellationToken)).StartedAsync();
    }

    private async Task<Findings> ReplaceAsync(RunningDiscovery discovery, string name)
    {
        discovery.Apply(new ScriptedArguments { Name = name });
        ScriptedSource source = await _sources.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(name, source.Arguments.Name);
        return await source.StartedAsync();
    }

    /// <summary>Completes the first round with one answer and waits until the component rests after its publication.</summary>
    private static async Task AnswerAndWaitAsync(RunningDiscovery discovery, Findings findings, string question, string address)
    {
        findings.Answer(question, [RunningDiscovery.TargetOf(address)]);
        findings.CompleteRound();
        await discovery.NextTextAsync();
        await RunningDiscovery.Bounded(discovery.Time.WaitForTimerDueInAsync(PublishInterval));
    }
}
