using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Tests;

/// <summary>Declarations, imports and foreach as they load.</summary>
public sealed class ModuleTests
{
    private const string Pair = """
        declare "pair" {
            argument "first" { }
            argument "second" {
                optional = true
                default  = "none"
            }
            test.note "one" { text = argument.first.value }
            test.note "two" { text = test.note.one.text + argument.second.value }
            export "both" { value = test.note.two.text }
        }

        """;

    [Fact]
    public async Task Declare_TwoInstances_HaveComponentsAndExportsOfTheirOwn()
    {
        using var fixture = new GraphFixture(Pair + """
            test.note "user" { text = pair.b.both }
            pair "a" { first = "x" }
            pair "b" {
                first  = test.note.outer.text
                second = "!"
            }
            test.note "outer" { text = "y" }
            """);

        await LoadAsync(fixture);

        Assert.Equal(
            ["pair.a", "pair.a/test.note.one", "pair.a/test.note.two", "pair.b", "pair.b/test.note.one", "pair.b/test.note.two", "test.note.outer", "test.note.user"],
            fixture.Graph.GetComponents().Select(component => component.Id));
        Assert.Equal("xnone", TextOf(fixture, "pair.a/test.note.two"));
        Assert.Equal("y!", TextOf(fixture, "test.note.user"));
        Assert.Equal(["pair.b"], fixture.Component("test.note.user").ReferencesTo);
        Assert.Equal(["test.note.outer"], fixture.Component("pair.b").ReferencesTo);
        Assert.Equal(["pair.b"], fixture.Component("pair.b").ModuleIds);
        Assert.Equal(["pair.b/test.note.one"], fixture.Component("pair.b/test.note.two").ReferencesTo);
    }

    [Fact]
    public async Task Declare_NestedAndShadowed_IsFoundFromTheInside()
    {
        using var fixture = new GraphFixture("""
            declare "name" {
                export "is" { value = "outer" }
            }
            declare "uses_outer" {
                name "n" { }
                export "is" { value = name.n.is }
            }
            declare "uses_inner" {
                declare "name" {
                    export "is" { value = "inner" }
                }
                name "n" { }
                uses_outer "o" { }
                export "is" { value = name.n.is + uses_outer.o.is }
            }
            uses_inner "x" { }
            test.note "a" { text = uses_inner.x.is }
            """);

        await LoadAsync(fixture);

        Assert.Equal("innerouter", TextOf(fixture, "test.note.a"));
    }

    [Theory]
    [InlineData("pair \"a\" { }", "11:1", "missing required argument \"first\", which stands at")]
    [InlineData("pair \"a\" { frist = \"x\" }", "11:12", "has no argument \"frist\"; did you mean \"first\"? (it has: first, second)")]
    [InlineData("pair \"a\" { rule { } }", "11:12", "takes only attributes, not the block \"rule\"")]
    [InlineData("pair { first = 1 }", "11:1", "component \"pair\" needs a label")]
    [InlineData("pair \"a\" { first = test.note.z.text }", "11:20", "\"test.note.z.text\" does not exist or is out of scope")]
    [InlineData("pair \"a\" { first = [1] }", "7:30", "should be string, got array (in pair.a)")]
    [InlineData("pair \"a\" { first = \"1\" }\npair \"a\" { first = \"2\" }", "12:1", "component \"pair.a\" stands already at")]
    [InlineData("pair \"a\" { first = pair.a.both }", "11:1", "\"pair.a\" refers to itself")]
    [InlineData("declare \"pair\" { }", "11:1", "declare \"pair\" stands already at")]
    [InlineData("declare { }", "11:1", "declare needs a label")]
    [InlineData("declare \"a\" { a \"x\" { } }", "11:1", "declare \"a\" uses itself")]
    [InlineData("declare \"a\" { b \"x\" { } }\ndeclare \"b\" { declare \"c\" { a \"x\" { } } }", "11:1", "declarations use each other in a cycle: a -> b -> a")]
    [InlineData("declare \"a\" { settings { text = \"x\" } }", "11:15", "belongs to the configuration itself")]
    [InlineData("declare \"a\" { x = 1 }", "11:15", "in a module stand only blocks")]
    [InlineData("argument \"a\" { }", "11:1", "argument stands only inside a declare")]
    [InlineData("export \"a\" { value = 1 }", "11:1", "export stands only inside a declare")]
    [InlineData("declare \"a\" { argument { } }", "11:15", "argument needs a label")]
    [InlineData("declare \"a\" { export \"b\" { } }", "11:15", "missing required attribute \"value\"")]
    [InlineData("declare \"a\" { test.note \"b\" { text = argument.b.value } }", "11:38", "this module has no argument \"b\"")]
    [InlineData("test.note \"z\" { text = \"\" }\ndeclare \"a\" { test.note \"b\" { text = test.note.z.text } }", "12:38", "a declare sees only its own components")]
    [InlineData("declare \"a\" { test.note \"b\" { limit = 1 } }", "11:15", "missing required attribute \"text\"")]
    [InlineData("foreach \"a\" { }", "11:1", "missing required block \"template\"")]
    [InlineData("foreach \"a\" {\n collection = 1\n var = \"b\"\n template { } }", "12:15", "should be list(any), got number")]
    [InlineData("foreach \"a\" {\n collection = []\n var = \"1b\"\n template { } }", "13:8", "must be written out as the name of a variable")]
    [InlineData("foreach \"a\" {\n collection = []\n template { } }", "11:1", "missing required attribute \"var\"")]
    [InlineData("foreach \"a\" {\n collection = [\"x\", [1], \"y\"]\n var = \"i\"\n template {\n test.note \"n\" { text = i } } }", "15:25", "got array (in foreach.a/foreach_")]
    [InlineData("foreach \"a\" {\n collection = []\n var = \"i\"\n template {\n test.note \"n\" { txt = i } } }", "15:2", "missing required attribute \"text\"")]
    [InlineData("import.text \"m\" { text = \"declare \\\"a\\\" { }\" }\nm.b \"x\" { }", "12:1", "the import \"m\" declares no \"b\" (it has: a)")]
    [InlineData("import.text \"m\" { text = \"test.note \\\"a\\\" { }\" }", "import.text.m:1:1", "holds only declare and import blocks")]
    [InlineData("import.text \"m\" { text = \"a = \" }", "import.text.m:1:5", "expression")]
    [InlineData("import.text \"m\" { text = \"nowhere\" }", "11:1", "/nowhere: no such file")]
    [InlineData("import.text \"m\" { text = \"\" }\nimport.text \"m\" { text = \"\" }", "12:1", "the namespace \"m\" belongs to the import at")]
    [InlineData("import.text { text = \"\" }", "11:1", "needs a label")]
    [InlineData("import.server \"m\" { text = \"import.disk \\\"d\\\" { text = \\\"\\\" }\" }", "import.server.m:1:1", "may not import files of this machine")]
    [InlineData("import.server \"m\" { text = \"declare \\\"x\\\" {\\n import.text \\\"t\\\" { text = `import.disk \\\"d\\\" { text = \\\"\\\" }` }\\n }\" }\nm.x \"a\" { }", "import.text.t:1:1", "may not import files of this machine")]
    public async Task Load_MistakeInAModule_IsReportedOnceAtItsPlace(string configuration, string place, string message)
    {
        using var fixture = new GraphFixture(Pair + configuration, isInspection: !message.Contains("no such file", StringComparison.Ordinal));

        ReloadResult result = await fixture.ReloadAsync();

        Assert.False(result.Applied);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Message.Contains(message, StringComparison.Ordinal)
            && diagnostic.Span.ToString() == (place.StartsWith("import", StringComparison.Ordinal) ? place : $"{fixture.ConfigurationPath}:{place}"));
        Assert.True(result.Diagnostics.Count <= 2, string.Join("\n", result.Diagnostics));
    }

    [Fact]
    public async Task Load_SameMistakeInSeveralInstances_IsOneDiagnostic()
    {
        using var fixture = new GraphFixture("""
            declare "bad" { test.note "n" { text = 1 + "a" } }
            bad "a" { }
            bad "b" { }
            bad "c" { }
            """);

        ReloadResult result = await fixture.ReloadAsync();

        Assert.EndsWith("(in bad.a and 2 more)", Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_MistakeInAnUnusedDeclare_IsAWarningWhereItRunsAndAnErrorWhereItIsChecked()
    {
        const string Unused = """declare "unused" { prometheus.scrape "a" { text = nothing.at.all } }""";
        using var running = new GraphFixture(Unused);
        using var inspected = new GraphFixture(Unused, isInspection: true);

        ReloadResult result = await running.ReloadAsync();

        Assert.True(result.Applied);
        Assert.Equal(2, result.Diagnostics.Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Warning));
        Assert.False((await inspected.ReloadAsync()).Applied);
    }

    [Fact]
    public async Task Import_Declaration_IsUsedUnderItsNamespace()
    {
        using var fixture = new GraphFixture("""
            import.text "lib" {
                text = `
                    import.text "inner" { text = "declare \"deep\" { export \"x\" { value = \"deep\" } }" }
                    declare "helper" { export "x" { value = module_path } }
                    declare "unused" { test.note "n" { txt = 1 } }
                    declare "greeting" {
                        argument "who" { }
                        helper "h" { }
                        inner.deep "d" { }
                        test.note "n" { text = argument.who.value + helper.h.x + inner.deep.d.x }
                        export "text" { value = test.note.n.text }
                    }
                `
            }
            declare "wrapper" {
                lib.greeting "g" { who = "wrapped" }
                export "text" { value = lib.greeting.g.text }
            }
            lib.greeting "a" { who = "you" }
            wrapper "w" { }
            test.note "t" { text = lib.greeting.a.text + wrapper.w.text }
            """, isInspection: true);

        ReloadResult result = await LoadAsync(fixture);

        Assert.Equal("you/modulesdeepwrapped/modulesdeep", TextOf(fixture, "test.note.t"));
        Assert.Contains("nothing uses this part", Assert.Single(result.Diagnostics.DistinctBy(diagnostic => diagnostic.Severity)).Message, StringComparison.Ordinal);
        Assert.Contains("import.text.lib/import.text.inner", fixture.Graph.GetComponents().Select(component => component.Id));
    }

    [Fact]
    public async Task Import_OfItself_EndsWithAMistake()
    {
        using var fixture = new GraphFixture("import.text \"m\" { text = \"itself\" }");

        ReloadResult result = await fixture.ReloadAsync();

        Assert.Contains("does one import itself?", Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_DeclaresThatUseEachOtherWithoutEnd_IsAMistakeAndNoMore()
    {
        string chain = string.Concat(Enumerable.Range(0, 8000).Select(i => $"declare \"d{i}\" {{ d{i + 1} \"x\" {{ }} }}\n"));
        using var fixture = new GraphFixture(chain + "declare \"d8000\" { }\nd0 \"x\" { }");

        ReloadResult result = await fixture.ReloadAsync();

        Assert.False(result.Applied);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Message.Contains("more than 64 deep", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Foreach_Items_AreModulesNamedAfterThem()
    {
        using var fixture = new GraphFixture("""
            foreach "each" {
                collection = [{"id" = "a-1", "t" = "x"}, {"id" = "b", "t" = "y"}, {"id" = "b", "t" = "z"}, {"id" = -7, "t" = "n"}]
                var        = "item"
                id         = "id"
                template {
                    foreach "inner" {
                        collection = [1, 2]
                        var        = "n"
                        template {
                            test.note "leaf" { text = item.t + string.format("%d", n) + test.note.outside.text }
                        }
                    }
                }
            }
            test.note "outside" { text = "!" }
            """);

        await LoadAsync(fixture);

        Assert.Equal(
            ["foreach.each/foreach__7_1", "foreach.each/foreach_a_1_1", "foreach.each/foreach_b_1", "foreach.each/foreach_b_2"],
            fixture.Component("foreach.each").ModuleIds.Order(StringComparer.Ordinal));
        Assert.Equal("z2!", TextOf(fixture, "foreach.each/foreach_b_2/foreach.inner/foreach_2_1/test.note.leaf"));
        Assert.Equal(8, fixture.Graph.GetComponents().Count(component => component.Name == "test.note") - 1);
    }

    [Fact]
    public async Task Foreach_WithoutTheStabilityLevel_IsRefusedWithTheRemedy()
    {
        using var fixture = new GraphFixture("foreach \"a\" {\n collection = []\n var = \"b\"\n template { } }", stability: StabilityLevel.GenerallyAvailable);

        ReloadResult result = await fixture.ReloadAsync();

        Assert.Contains("foreach is experimental; --stability.level=experimental allows its use", Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
    }

    private static async Task<ReloadResult> LoadAsync(GraphFixture fixture)
    {
        ReloadResult result = await fixture.ReloadAsync();
        Assert.True(result.Applied, string.Join("\n", result.Diagnostics));
        return result;
    }

    private static string TextOf(GraphFixture fixture, string id) => ((StringValue)fixture.Component(id).Exports.Fields["text"]).Content;
}
