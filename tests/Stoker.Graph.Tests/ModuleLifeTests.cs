namespace Stoker.Graph.Tests;

/// <summary>Modules while they run: what changes inside when something outside does.</summary>
public sealed class ModuleLifeTests
{
    [Fact]
    public async Task Publish_OutsideAModule_ReachesTheInsideAndBackOut()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("""
            declare "echo" {
                argument "text" { }
                test.note "n" { text = argument.text.value + "!" }
                test.note "still" { text = "still" }
                export "text" { value = test.note.n.text }
            }
            echo "e" { text = test.note.source.text }
            test.note "source" { text = "a" }
            test.note "sink" { text = echo.e.text }
            """);

        fixture["test.note.source"].Publish("b");
        await fixture.Journal.WaitForAsync("apply test.note.sink b!");

        Assert.Contains("apply echo.e/test.note.n b!", fixture.Journal.Lines);
        Assert.Single(fixture.Journal.Lines, line => line.StartsWith("apply echo.e/test.note.still", StringComparison.Ordinal));
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Publish_InsideAModule_ReachesTheOutside()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("""
            declare "source" {
                test.note "n" { text = "a" }
                export "text" { value = test.note.n.text }
            }
            source "s" { }
            test.note "sink" { text = source.s.text }
            """);

        fixture["source.s/test.note.n"].Publish("b");
        await fixture.Journal.WaitForAsync("apply test.note.sink b");
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Publish_AMistakeForAModule_LeavesWhatRuns()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("""
            declare "echo" {
                argument "count" { }
                test.note "n" {
                    text  = "x"
                    limit = argument.count.value
                }
            }
            echo "e" { count = test.note.source.text }
            test.note "source" { text = "1" }
            """);

        fixture["test.note.source"].Publish("not a number");
        await fixture.UntilAsync("echo.e/test.note.n", HealthState.Unhealthy);
        Assert.Equal(HealthState.Healthy, fixture.Component("test.note.source").Health.State);

        fixture["test.note.source"].Publish("3");
        await fixture.UntilAsync("echo.e/test.note.n", HealthState.Healthy);
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Run_StopsInsideAndOutsideInOrder()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("""
            declare "sink" {
                test.note "inner" { text = "a" }
                export "text" { value = test.note.inner.text }
            }
            test.note "source" { text = sink.s.text }
            sink "s" { }
            """);
        await fixture.StopAsync();

        Assert.Equal(
            ["start sink.s/test.note.inner", "start test.note.source", "stop test.note.source", "stop sink.s/test.note.inner"],
            fixture.Journal.Lines.Where(line => !line.StartsWith("apply", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Import_ThatAnswersLate_StartsWhatWaitsForIt()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("""
            import.text "lib" { text = "later" }
            lib.thing "t" { }
            test.note "user" { text = lib.thing.t.text }
            test.note "other" { text = "o" }
            """);

        Assert.Contains("start test.note.other", fixture.Journal.Lines);
        Assert.Equal("waits for import.text.lib", fixture.Component("lib.thing.t").Health.Message);
        Assert.Equal(HealthState.Unhealthy, fixture.Component("test.note.user").Health.State);
        Assert.Null(fixture.Component("test.note.user").Component);

        fixture.Import("import.text.lib").Publish("""declare "thing" { export "text" { value = "came" } }""");
        await fixture.Journal.WaitForAsync("start test.note.user");

        Assert.Contains("apply test.note.user came", fixture.Journal.Lines);
        Assert.Equal(HealthState.Healthy, fixture.Component("test.note.user").Health.State);
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Import_NewContent_UpdatesInPlaceStopsAndStarts()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("""
            import.text "lib" { text = "declare \"thing\" {\n test.note \"kept\" { text = \"1\" }\n test.note \"old\" { text = \"1\" }\n }" }
            lib.thing "t" { }
            """);

        fixture.Import("import.text.lib").Publish("""
            declare "thing" {
                test.note "kept" { text = "2" }
                test.note "new" { text = "2" }
            }
            """);
        await fixture.Journal.WaitForAsync("start lib.thing.t/test.note.new");

        Assert.Contains("apply lib.thing.t/test.note.kept 2", fixture.Journal.Lines);
        Assert.Contains("stop lib.thing.t/test.note.old", fixture.Journal.Lines);
        Assert.DoesNotContain("stop lib.thing.t/test.note.kept", fixture.Journal.Lines);
        await fixture.StopAsync();
    }

    [Theory]
    [InlineData("declare \"thing\" {", "expected")]
    [InlineData("declare \"other\" { }", "declares no \"thing\"")]
    [InlineData("declare \"thing\" {\n test.note \"kept\" { text = \"2\" }\n test.note \"bad\" { text = [] }\n }", "should be string")]
    [InlineData("declare \"thing\" {\n test.note \"kept\" { text = \"2\" }\n prometheus.scrape \"bad\" { }\n }", "no component or block")]
    public async Task Import_NewContentWithMistakes_IsRefusedWholeUntilItIsRepaired(string broken, string reason)
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("""
            import.text "lib" { text = "declare \"thing\" {\n test.note \"kept\" { text = \"1\" }\n }" }
            lib.thing "t" { }
            test.note "other" { text = "a" }
            test.note "dependant" { text = test.note.other.text }
            """);

        fixture.Import("import.text.lib").Publish(broken);
        await fixture.UntilAsync("import.text.lib", HealthState.Unhealthy);
        Assert.Contains(reason.Replace("expected", "}", StringComparison.Ordinal), fixture.Component("import.text.lib").Health.Message, StringComparison.Ordinal);
        Assert.Equal(HealthState.Healthy, fixture.Component("lib.thing.t").Health.State);
        Assert.Equal(HealthState.Healthy, fixture.Component("lib.thing.t/test.note.kept").Health.State);
        Assert.DoesNotContain("apply lib.thing.t/test.note.kept 2", fixture.Journal.Lines);

        // Another change meanwhile does not bring it in by the back door, nor hide the reason.
        fixture["test.note.other"].Publish("b");
        await fixture.Journal.WaitForAsync("apply test.note.dependant b");
        Assert.Equal(HealthState.Unhealthy, fixture.Component("import.text.lib").Health.State);
        Assert.DoesNotContain("apply lib.thing.t/test.note.kept 2", fixture.Journal.Lines);

        fixture.Import("import.text.lib").Publish("declare \"thing\" {\n test.note \"kept\" { text = \"3\" }\n }");
        await fixture.Journal.WaitForAsync("apply lib.thing.t/test.note.kept 3");
        Assert.Equal(HealthState.Healthy, fixture.Component("import.text.lib").Health.State);
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Foreach_ChangedCollection_KeepsItemsThatStay()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("""
            test.note "items" { text = "a,b" }
            foreach "each" {
                collection = string.split(test.note.items.text, ",")
                var        = "item"
                template {
                    test.note "n" { text = item }
                }
            }
            """);

        fixture["test.note.items"].Publish("b,c");
        await fixture.Journal.WaitForAsync("start foreach.each/foreach_c_1/test.note.n");

        Assert.Contains("stop foreach.each/foreach_a_1/test.note.n", fixture.Journal.Lines);
        Assert.Single(fixture.Journal.Lines, line => line.EndsWith("foreach_b_1/test.note.n b", StringComparison.Ordinal));
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Foreach_ThatWouldMakeTooMuch_KeepsItsItemsAndHarmsNothingElse()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync($$"""
            test.note "items" { text = "a" }
            foreach "outer" {
                collection = string.split(test.note.items.text, ",")
                var        = "one"
                template {
                    foreach "inner" {
                        collection = string.split("{{string.Join(',', Enumerable.Range(0, 300))}}", ",")
                        var        = "two"
                        template {
                            test.note "n" { text = one + two }
                        }
                    }
                }
            }
            test.note "other" { text = "a" }
            test.note "user" { text = test.note.other.text }
            """);

        fixture["test.note.items"].Publish(string.Join(',', Enumerable.Range(0, 300)));
        await fixture.UntilAsync("foreach.outer", HealthState.Unhealthy);
        Assert.Contains("the modules make more than 50000 components and values", fixture.Component("foreach.outer").Health.Message, StringComparison.Ordinal);
        fixture["test.note.other"].Publish("b");
        await fixture.Journal.WaitForAsync("apply test.note.user b");
        Assert.DoesNotContain(fixture.Journal.Lines, line => line.StartsWith("stop", StringComparison.Ordinal));

        fixture["test.note.items"].Publish("a,b");
        await fixture.Journal.WaitForAsync("start foreach.outer/foreach_b_1/foreach.inner/foreach_1_1/test.note.n");
        Assert.DoesNotContain(fixture.Journal.Lines, line => line.StartsWith("stop", StringComparison.Ordinal));
        await fixture.UntilAsync("foreach.outer", HealthState.Healthy);
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Import_Refused_IsTakenUpByAReloadThatFitsIt()
    {
        const string Root = """
            import.text "lib" { text = "declare \"thing\" {\n argument \"x\" { }\n test.note \"n\" { text = argument.x.value }\n }" }
            lib.thing "t" { x = "1" }
            test.note "spare" { text = "a" }
            """;
        using GraphFixture fixture = await GraphFixture.StartedAsync(Root);
        fixture.Import("import.text.lib").Publish("declare \"thing\" {\n argument \"y\" { }\n test.note \"n\" { text = argument.y.value }\n }");
        await fixture.UntilAsync("import.text.lib", HealthState.Unhealthy);

        // The component keeps what it published, as one that reads a file or a server does.
        string repaired = Root.Replace("argument \\\"x\\\"", "argument \\\"y\\\"", StringComparison.Ordinal).Replace("argument.x", "argument.y", StringComparison.Ordinal);
        fixture.Write(repaired.Replace("x = \"1\"", "x = \"2\"", StringComparison.Ordinal).Replace("spare", "kept", StringComparison.Ordinal));
        ReloadResult stillOld = await fixture.ReloadAsync();
        Assert.True(stillOld.Applied, string.Join("\n", stillOld.Diagnostics));
        Assert.Contains("what was imported before stays in use", Assert.Single(stillOld.Diagnostics).Message, StringComparison.Ordinal);
        Assert.Contains("apply lib.thing.t/test.note.n 2", fixture.Journal.Lines);

        fixture.Write(repaired.Replace("x = \"1\"", "y = \"3\"", StringComparison.Ordinal));
        ReloadResult fits = await fixture.ReloadAsync();
        Assert.True(fits.Applied, string.Join("\n", fits.Diagnostics));
        Assert.Contains("apply lib.thing.t/test.note.n 3", fixture.Journal.Lines);
        Assert.Equal(HealthState.Healthy, fixture.Component("import.text.lib").Health.State);
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Import_WhoseFirstContentIsBroken_HoldsUpNoReload()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("import.text \"lib\" { text = \"later\" }");
        fixture.Import("import.text.lib").Publish("declare {");
        await fixture.UntilAsync("import.text.lib", HealthState.Unhealthy);

        fixture.Write("import.text \"lib\" { text = \"declare {\" }\ntest.note \"new\" { text = \"a\" }");
        ReloadResult result = await fixture.ReloadAsync();

        Assert.True(result.Applied, string.Join("\n", result.Diagnostics));
        Assert.Contains("what needs it waits", Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Import_RefusedForAValueFromElsewhere_IsTakenUpWhenThatIsRight()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("""
            import.text "lib" { text = "declare \"thing\" {\n argument \"x\" { }\n test.note \"n\" { text = \"v1\" }\n }" }
            lib.thing "t" { x = test.note.source.text }
            test.note "source" { text = "1" }
            """);

        fixture["test.note.source"].Publish("not a number");
        fixture.Import("import.text.lib").Publish("declare \"thing\" {\n argument \"x\" { }\n test.note \"n\" {\n text = \"v2\"\n limit = argument.x.value\n }\n }");
        await fixture.Graph.SettleAsync(TestContext.Current.CancellationToken);
        fixture["test.note.source"].Publish("2");
        await fixture.Journal.WaitForAsync("apply lib.thing.t/test.note.n v2");

        Assert.Equal(HealthState.Healthy, fixture.Component("import.text.lib").Health.State);
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Import_NewContentWhoseOwnImportIsMissing_IsRefused()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("""
            import.text "lib" { text = "declare \"thing\" {\n test.note \"n\" { text = \"v1\" }\n }" }
            lib.thing "t" { }
            """);

        fixture.Import("import.text.lib").Publish("import.text \"m\" { text = \"nowhere\" }\ndeclare \"thing\" {\n m.other \"o\" { }\n }");
        await fixture.UntilAsync("import.text.lib", HealthState.Unhealthy);

        Assert.Contains("/nowhere: no such file", fixture.Component("import.text.lib").Health.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(fixture.Journal.Lines, line => line.StartsWith("stop", StringComparison.Ordinal));
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Import_ThatImportsItselfAtRunTime_IsRefusedAndNothingElseStandsStill()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("""
            import.text "lib" { text = "declare \"thing\" {\n test.note \"n\" { text = \"v1\" }\n }" }
            lib.thing "t" { }
            test.note "other" { text = "a" }
            test.note "user" { text = test.note.other.text }
            """);

        fixture.Import("import.text.lib").Publish("import.text \"m\" { text = \"itself\" }");
        await fixture.UntilAsync("import.text.lib", HealthState.Unhealthy);
        fixture["test.note.other"].Publish("b");
        await fixture.Journal.WaitForAsync("apply test.note.user b");

        Assert.Contains("does one import itself?", fixture.Component("import.text.lib").Health.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(fixture.Journal.Lines, line => line.StartsWith("stop", StringComparison.Ordinal));
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Instance_WithAValueThatIsWrong_SaysSoUntilItIsRight()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("""
            declare "echo" {
                argument "x" { }
                test.note "n" { text = argument.x.value }
            }
            echo "e" { x = encoding.from_json(test.note.source.text) }
            test.note "source" { text = "\"a\"" }
            test.note "other" { text = "a" }
            test.note "user" { text = test.note.other.text }
            """);

        fixture["test.note.source"].Publish("{bad");
        await fixture.UntilAsync("echo.e", HealthState.Unhealthy);
        fixture["test.note.other"].Publish("b");
        await fixture.Journal.WaitForAsync("apply test.note.user b");

        Assert.Contains("is not valid JSON", fixture.Component("echo.e").Health.Message, StringComparison.Ordinal);
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Publish_OfAComponentWhoseOwnArgumentsTurnWrong_IsNotLost()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("""
            test.note "source" { text = "1" }
            test.note "middle" {
                text  = "m"
                limit = test.note.source.text
            }
            test.note "user" { text = test.note.middle.text }
            """);

        fixture["test.note.middle"].Publish("b");
        fixture["test.note.source"].Publish("not a number");
        await fixture.Journal.WaitForAsync("apply test.note.user b");

        await fixture.UntilAsync("test.note.middle", HealthState.Unhealthy);
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Export_ThatCannotBeComputedAnyMore_KeepsItsValueAndShowsWhy()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("""
            declare "m" {
                argument "text" { }
                export "double" { value = convert.nonsensitive(argument.text.value) + encoding.from_json(argument.text.value) }
            }
            m "x" { text = test.note.source.text }
            test.note "source" { text = "\"a\"" }
            test.note "sink" { text = m.x.double }
            """);

        fixture["test.note.source"].Publish("{");
        await fixture.UntilAsync("m.x", HealthState.Unhealthy);
        Assert.Contains("is not valid JSON", fixture.Component("m.x").Health.Message, StringComparison.Ordinal);
        Assert.Equal(HealthState.Healthy, fixture.Component("test.note.sink").Health.State);

        fixture["test.note.source"].Publish("\"b\"");
        await fixture.Journal.WaitForAsync("apply test.note.sink \"b\"b");
        Assert.Equal(HealthState.Healthy, fixture.Component("m.x").Health.State);
        await fixture.StopAsync();
    }

    [Fact]
    public async Task Reload_OfModules_KeepsInstancesThatStay()
    {
        using GraphFixture fixture = await GraphFixture.StartedAsync("""
            declare "m" { test.note "n" { text = "1" } }
            m "a" { }
            m "b" { }
            """);

        fixture.Write("""
            declare "m" { test.note "n" { text = "2" } }
            m "a" { }
            m "c" { }
            """);
        Assert.True((await fixture.ReloadAsync()).Applied);

        Assert.Contains("apply m.a/test.note.n 2", fixture.Journal.Lines);
        Assert.DoesNotContain("stop m.a/test.note.n", fixture.Journal.Lines);
        Assert.Contains("stop m.b/test.note.n", fixture.Journal.Lines);
        Assert.Contains("start m.c/test.note.n", fixture.Journal.Lines);

        fixture.Write("""
            declare "m" { test.note "n" { text = [] } }
            m "a" { }
            """);
        Assert.False((await fixture.ReloadAsync()).Applied);
        Assert.DoesNotContain("stop m.c/test.note.n", fixture.Journal.Lines);
        await fixture.StopAsync();
    }
}
