using System.Text;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Tests;

/// <summary>What a load does, as <c>docs/reference/language-checklist.md</c> lists it.</summary>
public sealed class LoadRulesTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("stoker-load-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("FF FE 61 00", "UTF-16 (little endian)")]
    [InlineData("FE FF 00 61", "UTF-16 (big endian)")]
    [InlineData("FF FE 00 00 61 00 00 00", "UTF-32 (little endian)")]
    [InlineData("00 00 FE FF 00 00 00 61", "UTF-32 (big endian)")]
    [InlineData("61 3D 22 C3 22", "not valid UTF-8")]
    [InlineData("61 3D 31 00", "NUL byte")]
    public async Task File_InAnotherEncoding_IsRefusedByName(string hex, string message)
    {
        using var fixture = new GraphFixture("");
        await File.WriteAllBytesAsync(fixture.ConfigurationPath, Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), TestContext.Current.CancellationToken);

        ReloadResult result = await fixture.ReloadAsync();

        Assert.False(result.Applied);
        Assert.Contains(message, result.Diagnostics[0].Message, StringComparison.Ordinal);
        Assert.StartsWith(fixture.ConfigurationPath, result.Diagnostics[0].Span.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_WithAByteOrderMark_Loads()
    {
        using var fixture = new GraphFixture("");
        await File.WriteAllTextAsync(fixture.ConfigurationPath, "test.note \"a\" { text = \"x\" }", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), TestContext.Current.CancellationToken);

        Assert.True((await fixture.ReloadAsync()).Applied);
    }

    [Fact]
    public async Task File_OfAnyExtension_IsAConfiguration()
    {
        using var fixture = new GraphFixture("test.note \"a\" { text = module_path }");
        string other = Path.Combine(Path.GetDirectoryName(fixture.ConfigurationPath)!, "stoker.conf");
        File.Copy(fixture.ConfigurationPath, other);
        Assert.Equal([other], ConfigurationSource.Read(other, new DiagnosticBag())!.Files.Select(file => file.Path));
    }

    [Fact]
    public async Task ModulePath_OfAFile_IsItsDirectoryAndOfADirectoryItself()
    {
        using var fixture = new GraphFixture("test.note \"a\" { text = module_path }");
        await fixture.ReloadAsync();
        string directory = Path.GetDirectoryName(fixture.ConfigurationPath)!;
        Assert.Equal(new StringValue(directory), fixture.Component("test.note.a").Exports.Fields["text"]);
        Assert.Equal(directory, ConfigurationSource.Read(directory, new DiagnosticBag())!.Directory);
    }

    [Fact]
    public void Directory_OfSeveralFiles_IsReadInOrderAndNotBelow()
    {
        foreach (string name in (string[])["b.alloy", "a.alloy", "B.alloy", "c.txt", "d.alloy.bak", "README"])
        {
            File.WriteAllText(Path.Combine(_directory.FullName, name), "");
        }

        Directory.CreateDirectory(Path.Combine(_directory.FullName, "below"));
        File.WriteAllText(Path.Combine(_directory.FullName, "below", "e.alloy"), "");

        ConfigurationFiles? files = ConfigurationSource.Read(_directory.FullName, new DiagnosticBag());

        Assert.Equal(["B.alloy", "a.alloy", "b.alloy"], files!.Files.Select(file => Path.GetFileName(file.Path)));
        Assert.All(files.Files, file => Assert.Equal(_directory.FullName, Path.GetDirectoryName(file.Path)));
    }

    [Fact]
    public async Task Directory_WithoutAFile_IsAnEmptyConfigurationAndAWarning()
    {
        using var fixture = new GraphFixture("", path: _directory.FullName);

        ReloadResult result = await fixture.ReloadAsync();

        Assert.True(result.Applied);
        Assert.Equal(DiagnosticSeverity.Warning, Assert.Single(result.Diagnostics).Severity);
        Assert.Empty(fixture.Graph.GetComponents());
    }

    [Fact]
    public async Task Directory_IsOneConfiguration()
    {
        Write("a.alloy", "test.note \"a\" { text = test.note.b.text }");
        Write("b.alloy", "test.note \"b\" { text = \"far\" }");
        using var fixture = new GraphFixture("", path: _directory.FullName);

        Assert.True((await fixture.ReloadAsync()).Applied);
        Assert.Equal(new StringValue("far"), fixture.Component("test.note.a").Exports.Fields["text"]);

        Write("c.alloy", "test.note \"b\" { text = \"again\" }");
        Diagnostic twice = Assert.Single((await fixture.ReloadAsync()).Diagnostics);
        Assert.EndsWith("c.alloy:1:1", twice.Span.ToString(), StringComparison.Ordinal);
        Assert.Contains("b.alloy:1:1", twice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SyntaxErrors_OfAllFiles_AreReportedTogetherAndNothingElse()
    {
        Write("a.alloy", "test.note \"a\" { text = ) }");
        Write("b.alloy", "test.note \"b\" { text = nowhere }");
        Write("c.alloy", "test.note { = }\n");
        using var fixture = new GraphFixture("", path: _directory.FullName);

        ReloadResult result = await fixture.ReloadAsync();

        Assert.False(result.Applied);
        Assert.Equal(["a.alloy", "c.alloy"], result.Diagnostics.Select(d => Path.GetFileName(d.Span!.Value.File.Path)).Distinct());
    }

    [Theory]
    [InlineData("test.note \"a\" { text = 1e999 }", "1:24", "too large")]
    [InlineData("test.note \"a\" { text = -1e999 }", "1:25", "too large")]
    [InlineData("test.note \"a\" { text = string.nothing(\"x\") }", "1:31", "\"nothing\" does not exist")]
    [InlineData("test.note \"a\" { text = nothing.at[0].all }", "1:24", "component \"nothing.at\" does not exist")]
    [InlineData("test.note \"a\" { text = a.b.c.d.e }", "1:24", "component \"a.b.c.d.e\" does not exist")]
    [InlineData("test.note \"b\" { text = \"x\" }\ntest.note \"a\" { text = test.note.b.nothing }", "2:36", "\"nothing\" does not exist")]
    [InlineData("test.note \"a\" { text = [test.note.a.text][0] }", "1:1", "refers to itself")]
    [InlineData("test.note \"a\" { text = test.note[\"a\"].text }", "1:24", "component \"test.note\" does not exist")]
    [InlineData("test.note \"\" { text = \"x\" }", "1:1", "needs a label")]
    [InlineData("x = 1\ny = 2", "1:1", "unrecognized attribute \"x\"")]
    [InlineData("settings \"x\" { text = \"a\" }", "1:10", "takes no label")]
    [InlineData("no.such.thing \"a\" { }", "1:1", "no component or block \"no.such.thing\"")]
    public async Task Mistake_InTheGraph_HasItsPlace(string configuration, string place, string message)
    {
        using var fixture = new GraphFixture(configuration);

        ReloadResult result = await fixture.ReloadAsync();

        Assert.False(result.Applied);
        Assert.Equal($"{fixture.ConfigurationPath}:{place}", result.Diagnostics[0].Span.ToString());
        Assert.Contains(message, result.Diagnostics[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reference_RangeOfTheMistake_IsTheWholeChain()
    {
        using var fixture = new GraphFixture("test.note \"a\" { text = (a.b.c.d)[0] }");
        Assert.Equal("a.b.c.d", Assert.Single((await fixture.ReloadAsync()).Diagnostics).Span!.Value.Text);
    }

    [Fact]
    public async Task Reference_ShortestPrefix_NamesTheNode()
    {
        // The longer identifier is a node too, and still the chain leads to the shorter one.
        using var fixture = new GraphFixture("""
            declare "test" {
                export "n" { value = {text = "short"} }
            }
            test "note" { }
            test.note "n" { text = "long" }
            test.finder "f" { text = test.note.n.text }
            """);
        await fixture.ReloadAsync();
        Assert.Equal(["test.note"], fixture.Component("test.finder.f").ReferencesTo);
        Assert.Equal(new StringValue("short"), fixture.Component("test.finder.f").Exports.Fields["text"]);
    }

    [Fact]
    public async Task Cycle_IsOneMistakeAtItsFirstMemberWithTheWholeWay()
    {
        using var fixture = new GraphFixture("""
            test.note "z" { text = "free" }
            test.note "b" { text = test.note.a.text }
            test.note "a" { text = test.note.b.text }
            """);

        Diagnostic cycle = Assert.Single((await fixture.ReloadAsync()).Diagnostics);

        Assert.Equal($"{fixture.ConfigurationPath}:2:1", cycle.Span.ToString());
        Assert.Equal("test.note \"b\" {", cycle.Span!.Value.Text);
        Assert.Contains("test.note.b -> test.note.a -> test.note.b", cycle.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""
        declare "a" {
            argument "x" { }
            export "y" { value = argument.x.value }
        }
        a "one" { x = a.two.y }
        a "two" { x = a.one.y }
        """, "a.one -> a.two -> a.one")]
    [InlineData("""
        declare "a" {
            b "x" { }
        }
        declare "b" {
            a "x" { }
        }
        """, "a -> b -> a")]
    [InlineData("""
        declare "a" {
            test.note "one" { text = test.note.two.text }
            test.note "two" { text = test.note.one.text }
        }
        a "x" { }
        """, "test.note.one -> test.note.two -> test.note.one")]
    [InlineData("""
        test.note "list" { text = test.note.user.text }
        foreach "each" {
            collection = [test.note.list.text]
            var = "item"
            template { test.note "n" { text = test.note.user.text } }
        }
        test.note "user" { text = test.note.list.text }
        """, "test.note.list -> test.note.user -> test.note.list")]
    public async Task Cycle_AcrossModules_IsFound(string configuration, string way)
    {
        using var fixture = new GraphFixture(configuration, isInspection: true);
        Assert.Contains((await fixture.ReloadAsync()).Diagnostics, diagnostic => diagnostic.Message.Contains(way, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stability_OfWhatIsLessSettled_IsRefusedAtItsName()
    {
        const string Preview = "test.preview \"a\" { text = \"x\" }";
        using var refused = new GraphFixture(Preview, stability: StabilityLevel.GenerallyAvailable);
        using var allowed = new GraphFixture(Preview, stability: StabilityLevel.PublicPreview);
        using var more = new GraphFixture(Preview, stability: StabilityLevel.Experimental);

        Diagnostic diagnostic = Assert.Single((await refused.ReloadAsync()).Diagnostics);

        Assert.Equal("test.preview", diagnostic.Span!.Value.Text);
        Assert.Contains("--stability.level=public-preview", diagnostic.Message, StringComparison.Ordinal);
        Assert.True((await allowed.ReloadAsync()).Applied);
        Assert.True((await more.ReloadAsync()).Applied);
    }

    [Fact]
    public async Task Exports_AreThereBeforeAnythingRuns()
    {
        using var fixture = new GraphFixture("test.note \"a\" { text = test.note.b.text }\ntest.note \"b\" { text = \"x\" }");
        await fixture.ReloadAsync();
        Assert.Equal(new StringValue("x"), fixture.Component("test.note.a").Exports.Fields["text"]);
        Assert.Equal(HealthState.Unknown, fixture.Component("test.note.a").Health.State);
        Assert.DoesNotContain(fixture.Journal.Lines, line => line.StartsWith("start", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FirstLoad_WithAMistake_StartsNothing()
    {
        using var fixture = new GraphFixture("test.note \"good\" { text = \"x\" }\ntest.note \"bad\" { text = [] }");
        ReloadResult result = await fixture.ReloadAsync();
        Assert.False(result.Applied);
        fixture.Start();
        await fixture.StopAsync();
        Assert.Empty(fixture.Journal.Lines);
        Assert.Empty(fixture.Graph.GetComponents());
    }

    [Theory]
    [InlineData("declare \"string\" { }", "string")]
    [InlineData("import.text \"array\" { text = \"\" }", "array")]
    [InlineData("foreach \"x\" {\n collection = []\n var = \"coalesce\"\n template { } }", "coalesce")]
    public async Task Shadowing_OfTheStandardLibrary_IsAWarning(string configuration, string name)
    {
        using var fixture = new GraphFixture(configuration);
        ReloadResult result = await fixture.ReloadAsync();
        Assert.True(result.Applied);
        Diagnostic warning = Assert.Single(result.Diagnostics);
        Assert.Equal(DiagnosticSeverity.Warning, warning.Severity);
        Assert.Contains($"\"{name}\"", warning.Message, StringComparison.Ordinal);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_directory.FullName, name), text);
}
