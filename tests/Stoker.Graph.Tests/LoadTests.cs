using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Tests;

public sealed class LoadTests
{
    [Fact]
    public async Task Load_ReferenceBeforeItsTarget_EvaluatesInOrder()
    {
        using var fixture = new GraphFixture("""
            test.note "b" {
                text = test.note.a.text + "!"
            }
            test.note "a" {
                text = "hello"
            }
            """);

        ReloadResult result = await fixture.ReloadAsync();

        Assert.True(result.Applied, string.Join("\n", result.Diagnostics));
        Assert.Equal(new StringValue("hello!"), fixture.Component("test.note.b").Exports.Fields["text"]);
        Assert.Equal(["test.note.a"], fixture.Component("test.note.b").ReferencesTo);
        Assert.Equal(["test.note.b"], fixture.Component("test.note.a").ReferencedBy);
    }

    [Theory]
    [InlineData("test.nota \"a\" {}", "1:1", "no component or block \"test.nota\"; did you mean \"test.note\"?")]
    [InlineData("text = 1", "1:1", "unrecognized attribute \"text\"")]
    [InlineData("test.note { text = \"a\" }", "1:1", "needs a label")]
    [InlineData("settings \"x\" { text = \"a\" }", "1:10", "takes no label")]
    [InlineData("test.note \"a\" { text = \"a\" }\ntest.note \"a\" { text = \"a\" }", "2:1", "stands already at")]
    [InlineData("settings { text = \"a\" }\nsettings { text = \"a\" }", "2:1", "stands already at")]
    [InlineData("test.note \"a\" { text = test.note.a.text }", "1:1", "refers to itself")]
    [InlineData("test.note \"ab\" { text = \"x\" }\ntest.note \"b\" { text = test.note.bb.text }", "2:24", "did you mean \"test.note.")]
    [InlineData("test.note \"a\" { text = nowhere }", "1:24", "\"nowhere\" does not exist")]
    [InlineData("test.note \"a\" { }", "1:1", "missing required attribute \"text\"")]
    [InlineData("test.note \"a\" { text = \"unbuildable\" }", "1:1", "cannot be built as told")]
    public async Task Load_Mistake_IsReportedOnceAtItsPlace(string configuration, string place, string message)
    {
        using var fixture = new GraphFixture(configuration);

        ReloadResult result = await fixture.ReloadAsync();

        Assert.False(result.Applied);
        Diagnostic diagnostic = Assert.Single(result.Diagnostics);
        Assert.Equal($"{fixture.ConfigurationPath}:{place}", diagnostic.Span.ToString());
        Assert.Contains(message, diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_Cycle_NamesEveryMember()
    {
        using var fixture = new GraphFixture("""
            test.note "a" { text = test.note.b.text }
            test.note "b" { text = test.note.c.text }
            test.note "c" { text = test.note.a.text }
            """);

        ReloadResult result = await fixture.ReloadAsync();

        Diagnostic diagnostic = Assert.Single(result.Diagnostics);
        Assert.Contains("test.note.a -> test.note.b -> test.note.c -> test.note.a", diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_SeveralMistakes_AreAllReportedAndNoGhosts()
    {
        using var fixture = new GraphFixture("""
            test.note "broken" {
                text  = 1 + "a"
                limit = 0 - 1
            }
            test.note "victim" {
                text = test.note.broken.text + test.note.broken.text
            }
            test.note "other" {
                txet = "a"
                text = [test.nothing.here.text]
            }
            other.kind "x" { }
            test.note "last" {
                text = other.kind.x.value
            }
            """);

        ReloadResult result = await fixture.ReloadAsync();

        Assert.False(result.Applied);
        Assert.Equal([2, 3, 9, 10, 12], result.Diagnostics.Select(d => d.Span!.Value.File.GetLineAndColumn(d.Span.Value.Start).Line));
        Assert.Empty(fixture.Journal.Lines);
    }

    [Fact]
    public async Task Load_Directory_MergesItsFilesInOrder()
    {
        using var fixture = new GraphFixture("test.note \"a\" { text = test.note.b.text }");
        string directory = Path.GetDirectoryName(fixture.ConfigurationPath)!;
        await File.WriteAllTextAsync(Path.Combine(directory, "z.alloy"), "test.note \"b\" { text = \"far\" }", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, "ignored.txt"), "}", TestContext.Current.CancellationToken);

        var diagnostics = new DiagnosticBag();
        ConfigurationFiles? files = ConfigurationSource.Read(directory, diagnostics);

        Assert.NotNull(files);
        Assert.Equal(["test.alloy", "z.alloy"], files.Files.Select(file => Path.GetFileName(file.Path)));
        Assert.Equal(64, files.Sha256.Length);
    }

    [Fact]
    public void Read_MissingPath_SaysSo()
    {
        var diagnostics = new DiagnosticBag();

        Assert.Null(ConfigurationSource.Read("/nowhere/at/all.alloy", diagnostics));
        Assert.Contains("/nowhere/at/all.alloy: no such file or directory", Assert.Single(diagnostics.ToSortedList()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EndlessFile_IsRefused()
    {
        var diagnostics = new DiagnosticBag();

        Assert.Null(ConfigurationSource.Read("/dev/zero", diagnostics));
        Assert.Contains("is larger than 16 MiB", Assert.Single(diagnostics.ToSortedList()).Message, StringComparison.Ordinal);
    }
}
