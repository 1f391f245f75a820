using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Tests;

/// <summary>The rules of modules, as <c>docs/reference/language-checklist.md</c> lists them.</summary>
public sealed class ModuleRulesTests
{
    [Theory]
    [InlineData("first = \"x\"", "x-none")]
    [InlineData("first = \"x\"\n second = \"y\"", "x-y")]
    [InlineData("first = \"x\"\n second = null", "x-")]
    [InlineData("first = 5\n second = 1.50", "5-1.5")]
    public async Task Argument_PassedLeftOutAndNull_IsItsValue(string attributes, string expected)
    {
        using var fixture = new GraphFixture($$"""
            declare "pair" {
                argument "first" { }
                argument "second" {
                    optional = true
                    default  = "none"
                }
                test.note "n" { text = string.join([argument.first.value, argument.second.value], "-") }
            }
            pair "a" {
             {{attributes}}
            }
            """);
        await LoadAsync(fixture);
        Assert.Equal(expected, TextOf(fixture, "pair.a/test.note.n"));
    }

    [Fact]
    public async Task Argument_OptionalWithoutADefault_IsNull()
    {
        using var fixture = new GraphFixture("""
            declare "d" {
                argument "x" { optional = true }
                test.note "n" { text = coalesce(argument.x.value, "nothing") }
            }
            d "a" { }
            """);
        await LoadAsync(fixture);
        Assert.Equal("nothing", TextOf(fixture, "d.a/test.note.n"));
    }

    [Fact]
    public async Task Argument_OfAnyType_PassesThroughAndComesOut()
    {
        using var fixture = new GraphFixture("""
            declare "echo" {
                argument "x" { }
                export "y" { value = argument.x.value }
            }
            echo "list" { x = [{a = "deep"}] }
            echo "function" { x = string.to_upper }
            test.note "n" { text = echo.function.y(echo.list.y[0].a) }
            """);
        await LoadAsync(fixture);
        Assert.Equal("DEEP", TextOf(fixture, "test.note.n"));
    }

    [Fact]
    public async Task Declare_NamedLikeAComponent_ShadowsIt()
    {
        using var fixture = new GraphFixture("""
            declare "outer" {
                declare "settings" {
                    export "x" { value = "inner" }
                }
                settings "s" { }
                export "x" { value = settings.s.x }
            }
            outer "o" { }
            test.note "n" { text = outer.o.x }
            """);
        await LoadAsync(fixture);
        Assert.Equal("inner", TextOf(fixture, "test.note.n"));
    }

    [Fact]
    public async Task Declare_NamedLikeTheFirstPartOfComponents_HidesTheirExports()
    {
        using var fixture = new GraphFixture("""
            declare "test" {
                export "x" { value = "mine" }
            }
            test "note" { }
            test.note "n" { text = "theirs" }
            test.note "both" { text = test.note.x }
            """);
        ReloadResult result = await fixture.ReloadAsync();
        Assert.True(result.Applied, string.Join("\n", result.Diagnostics));
        Assert.Equal("mine", TextOf(fixture, "test.note.both"));
    }

    [Theory]
    [InlineData("declare \"declare\" { }", "cannot have the name \"declare\"")]
    [InlineData("declare \"a\" { settings { text = \"x\" } }", "belongs to the configuration itself")]
    [InlineData("argument \"a\" { }", "only inside a declare")]
    [InlineData("export \"a\" { value = 1 }", "only inside a declare")]
    [InlineData("foreach \"a\" {\n collection = []\n var = \"x\"\n template {\n settings { text = \"x\" } } }", "belongs to the configuration itself")]
    [InlineData("foreach \"a\" {\n collection = []\n var = \"x\"\n template {\n export \"y\" { value = 1 } } }", "only inside a declare")]
    [InlineData("import.text \"m\" { text = \"settings { text = 1 }\" }", "holds only declare and import blocks")]
    [InlineData("import.text \"m\" { text = \"x = 1\" }", "unrecognized attribute")]
    [InlineData("import.text \"m\" { text = \"declare \\\"a\\\" { }\" }\nm.a.b \"x\" { }", "declares no \"a.b\"")]
    [InlineData("import.text \"m\" { text = \"declare \\\"a\\\" { outside \\\"x\\\" { } }\" }\ndeclare \"outside\" { }\nm.a \"x\" { }", "no component or block \"outside\"")]
    [InlineData("import.text \"m\" { text = \"import.text \\\"n\\\" { text = \\\"declare `x` { }\\\" }\" }\nn.x \"y\" { }", "no component or block \"n.x\"")]
    [InlineData("import.text \"m\" { text = \"declare \\\"a\\\" { }\\ndeclare \\\"a\\\" { }\" }\nm.a \"x\" { }", "declare \"a\" stands already at")]
    public async Task Block_WhereItMayNotStand_IsAMistake(string configuration, string message)
    {
        using var fixture = new GraphFixture(configuration, isInspection: true);
        ReloadResult result = await fixture.ReloadAsync();
        Assert.False(result.Applied);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Message.Contains(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[\"app-1\"]", "", "foreach_app_1_1")]
    [InlineData("[\"a.b/c\"]", "", "foreach_a_b_c_1")]
    [InlineData("[7]", "", "foreach_7_1")]
    [InlineData("[1.5]", "", "foreach_1_500000_1")]
    [InlineData("[true]", "", "foreach_true_1")]
    [InlineData("[-7]", "", "foreach__7_1")]
    [InlineData("[\"x\", \"x\"]", "", "foreach_x_1 foreach_x_2")]
    [InlineData("[{n = \"a-1\"}, {n = 2}]", "id = \"n\"", "foreach_2_1 foreach_a_1_1")]
    [InlineData("[\"a\"]", "hash_string_id = true", "foreach_ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb_1")]
    [InlineData("[]", "", "")]
    public async Task Foreach_Item_HasItsIdentifier(string collection, string attribute, string expected)
    {
        using var fixture = new GraphFixture($$"""
            foreach "l" {
                collection = {{collection}}
                var        = "item"
                {{attribute}}
                template {
                    test.note "n" { text = "x" }
                }
            }
            """);
        await LoadAsync(fixture);
        Assert.Equal(expected, string.Join(' ', fixture.Component("foreach.l").ModuleIds.Select(id => id["foreach.l/".Length..]).Order(StringComparer.Ordinal)));
        Assert.All(fixture.Component("foreach.l").ModuleIds, id => fixture.Component($"{id}/test.note.n"));
    }

    [Fact]
    public async Task Foreach_OfAnObjectWithoutAnIdField_IsKnownByItsWholeContent()
    {
        using var fixture = new GraphFixture("""
            foreach "l" {
                collection = [{a = 1}, {a = 2}, {a = 1}]
                var        = "item"
                template {
                    test.note "n" { text = item.a }
                }
            }
            """);
        await LoadAsync(fixture);
        string[] keys = [.. fixture.Component("foreach.l").ModuleIds.Select(id => id["foreach.l/foreach_".Length..])];
        Assert.All(keys, key => Assert.Matches("^[0-9a-f]{64}_[12]$", key));
        Assert.Equal(2, keys.Select(key => key[..64]).Distinct().Count());
        Assert.Empty(fixture.Component("foreach.l").Exports.Fields);
    }

    [Fact]
    public async Task Instance_OfAnImport_IsReferredToThroughItsNamespace()
    {
        using var fixture = new GraphFixture("""
            import.text "lib" {
                text = "declare \"thing\" {\n argument \"x\" { }\n export \"y\" { value = argument.x.value + module_path }\n }"
            }
            lib.thing "a" { x = "in " }
            test.note "n" { text = lib.thing.a.y }
            """);
        await LoadAsync(fixture);
        Assert.Equal("in /modules", TextOf(fixture, "test.note.n"));
        Assert.Contains("lib.thing.a", fixture.Graph.GetComponents().Select(component => component.Id));
    }

    [Fact]
    public async Task Body_OfAnImportThatIsUsed_IsReportedAtItsOwnText()
    {
        using var fixture = new GraphFixture("""
            import.text "lib" {
                text = "declare \"thing\" {\n test.note \"n\" { text = 1 / 0 }\n }"
            }
            lib.thing "a" { }
            """);
        Diagnostic diagnostic = Assert.Single((await fixture.ReloadAsync()).Diagnostics);
        Assert.Equal("import.text.lib:2:29", diagnostic.Span.ToString());
        Assert.EndsWith("(in lib.thing.a)", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Identifier_OfAModulesComponent_HasTheWayToIt()
    {
        using var fixture = new GraphFixture("""
            declare "outer" {
                declare "inner" {
                    test.note "n" { text = "x" }
                }
                inner "i" { }
            }
            outer "o" { }
            """);
        await LoadAsync(fixture);
        Assert.Equal(["outer.o", "outer.o/inner.i", "outer.o/inner.i/test.note.n"], fixture.Graph.GetComponents().Select(component => component.Id));
    }

    private static async Task LoadAsync(GraphFixture fixture)
    {
        ReloadResult result = await fixture.ReloadAsync();
        Assert.True(result.Applied, string.Join("\n", result.Diagnostics));
    }

    private static string TextOf(GraphFixture fixture, string id) => ((StringValue)fixture.Component(id).Exports.Fields["text"]).Content;
}
