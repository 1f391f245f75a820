using Stoker.Syntax.Values;

namespace Stoker.Graph.Tests;

/// <summary>What changes while a configuration runs, as <c>docs/reference/language-checklist.md</c> lists it.</summary>
public sealed class ReloadRulesTests
{
    [Theory]
    [InlineData("test.note \"a\" { text = )", "syntax")]
    [InlineData("test.note \"a\" { text = \"2\" }\ntest.note \"a\" { text = \"3\" }", "twice")]
    [InlineData("test.note \"a\" { text = \"2\" }\nno.such \"b\" { }", "unknown")]
    [InlineData("test.note \"a\" { text = \"2\" }\ntest.note \"b\" { text = test.note.b.text }", "cycle")]
    [InlineData("test.note \"a\" { text = \"2\" }\ntest.note \"b\" { text = [] }", "evaluation")]
    [InlineData("test.note \"a\" { text = \"2\" }\ntest.note \"b\" { text = \"unbuildable\" }", "building")]
    public async Task Reload_WithAMistakeOfAnyStage_ChangesNothing(string configuration, string stage)
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("test.note \"a\" { text = \"1\" }\ntest.note \"sink\" { text = test.note.a.text }");
        IReadOnlyList<string> before = fixture.Journal.Lines;
        fixture.Write(configuration);

        Assert.False((await fixture.ReloadAsync()).Applied, stage);

        Assert.Equal(before, fixture.Journal.Lines);
        Assert.Equal(["test.note.a", "test.note.sink"], fixture.Graph.GetComponents().Select(component => component.Id));
        Assert.All(fixture.Graph.GetComponents(), component => Assert.Equal(HealthState.Healthy, component.Health.State));

        // What runs is still connected as before.
        fixture["test.note.a"].Publish("new");
        await fixture.Journal.WaitForAsync("apply test.note.sink new");
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Reload_ReadsTheFileAgainAndTheSameIdentifierIsTheSameInstance()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("test.note \"a\" { text = \"1\" }\ntest.note \"b\" { text = \"1\" }");
        NoteComponent instance = fixture["test.note.a"];
        fixture.Write("test.note \"a\" { text = \"2\" }\ntest.note \"c\" { text = \"2\" }");

        Assert.True((await fixture.ReloadAsync()).Applied);
        await fixture.Journal.WaitForAsync("start test.note.c");

        Assert.Same(instance, fixture["test.note.a"]);
        List<string> lines = [.. fixture.Journal.Lines];
        Assert.True(lines.IndexOf("stop test.note.b") < lines.IndexOf("start test.note.c"));
        Assert.DoesNotContain("stop test.note.a", lines);
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Reload_StopsDependantsBeforeWhatTheyDependOn()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("test.note \"source\" { text = test.note.sink.text }\ntest.note \"sink\" { text = \"1\" }");
        fixture.Write("");

        Assert.True((await fixture.ReloadAsync()).Applied);

        Assert.Equal(["stop test.note.source", "stop test.note.sink"], fixture.Journal.Lines.Where(line => line.StartsWith("stop", StringComparison.Ordinal)));
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Evaluation_LaterMistake_KeepsArgumentsExportsAndInstance()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("""
            declare "echo" {
                argument "limit" { }
                test.note "n" {
                    text  = "x"
                    limit = argument.limit.value
                }
                test.note "after" { text = test.note.n.text }
            }
            test.note "source" { text = "1" }
            echo "e" { limit = test.note.source.text }
            """);
        int before = fixture.Journal.Lines.Count;

        fixture["test.note.source"].Publish("none");
        await fixture.UntilAsync("echo.e/test.note.n", HealthState.Unhealthy);

        Assert.Equal(before, fixture.Journal.Lines.Count);
        Assert.Contains("should be", fixture.Component("echo.e/test.note.n").Health.Message, StringComparison.Ordinal);
        Assert.Contains("should be", Assert.Single(fixture.Logger.Of(3006)).ToString(), StringComparison.Ordinal);
        Assert.Equal(new StringValue("x"), fixture.Component("echo.e/test.note.n").Exports.Fields["text"]);
        Assert.Equal(HealthState.Healthy, fixture.Component("echo.e/test.note.after").Health.State);
        Assert.Equal(HealthState.Healthy, fixture.Component("test.note.source").Health.State);
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Evaluation_OfEqualExports_ReachesNobody()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("""
            test.note "a" { text = "same" }
            test.note "b" { text = test.note.a.text }
            test.note "c" { text = test.note.other.text }
            test.note "other" { text = "1" }
            """);
        int before = fixture.Journal.Lines.Count(line => line.StartsWith("apply test.note.b", StringComparison.Ordinal));

        fixture["test.note.a"].Publish("same");
        fixture["test.note.other"].Publish("2");
        await fixture.Journal.WaitForAsync("apply test.note.c 2");

        Assert.Equal(before, fixture.Journal.Lines.Count(line => line.StartsWith("apply test.note.b", StringComparison.Ordinal)));
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Health_OfAComponent_IsItsOwnAndNotThatOfWhatItNeeds()
    {
        using var fixture = new GraphFixture("test.note \"a\" { text = \"crash\" }\ntest.note \"b\" { text = test.note.a.text + \"!\" }");
        await fixture.ReloadAsync();
        Assert.Equal((HealthState.Unknown, "component created"), (fixture.Component("test.note.b").Health.State, fixture.Component("test.note.b").Health.Message));

        fixture.Start();
        await fixture.UntilAsync("test.note.a", HealthState.Exited);

        Assert.Equal(HealthState.Healthy, fixture.Component("test.note.b").Health.State);
        await fixture.StopAsync();
        Assert.Equal(HealthState.Exited, fixture.Component("test.note.b").Health.State);
    }

    [Fact]
    public async Task Stop_OfAComponentThatDoesNotEnd_IsWaitedForWithAWordEachMinute()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("test.note \"a\" { text = \"stubborn\" }");
        await fixture.Journal.WaitForAsync("start test.note.a");

        Task stopping = fixture.StopAsync();
        for (int minute = 0; minute < 10; minute++)
        {
            Assert.False(stopping.IsCompleted);
            await fixture.Time.WaitForTimerDueInAsync(TimeSpan.FromMinutes(1)).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            fixture.Time.Advance(TimeSpan.FromMinutes(1));
        }

        await stopping;
        Assert.Equal(9, fixture.Logger.Of(3008).Count);
        Assert.Single(fixture.Logger.Of(3005));
    }
}
