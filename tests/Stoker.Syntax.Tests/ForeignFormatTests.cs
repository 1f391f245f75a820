namespace Stoker.Syntax.Tests;

/// <summary>A file of another format gives one message that says so, and no file of the language is taken for one.</summary>
public sealed class ForeignFormatTests
{
    [Theory]
    [InlineData("{\n  \"scrape_configs\": []\n}", "t:1:1: this file is JSON; Stoker reads Alloy's configuration language, where each entry of scrape_configs becomes a block pyroscope.scrape")]
    [InlineData("[{\"targets\": []}]", "t:1:1: this file is JSON; Stoker reads Alloy's configuration language, where its statements are attributes")]
    [InlineData("{}", "t:1:1: this file is JSON")]
    [InlineData("# a comment\n\nscrape_configs:\n- job_name: 'x'\n", "t:3:1: this file is YAML; Stoker reads Alloy's configuration language, where each entry of scrape_configs becomes")]
    [InlineData("---\nserver:\n", "t:1:1: this file is YAML")]
    [InlineData("- targets: []\n", "t:1:1: this file is YAML")]
    [InlineData("\uFEFFserver:\r\n  port: 1\r\n", "t:1:1: this file is YAML")]
    public void Parse_FileOfAnotherFormat_SaysWhichOnce(string text, string message)
    {
        var diagnostics = new DiagnosticBag();
        Assert.Null(Parser.Parse(SourceFile.FromText("t", text), diagnostics));
        Assert.StartsWith(message, Assert.Single(diagnostics.ToSortedList()).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_JsonThatIsNoText_HasAPlaceInsideTheFile()
    {
        var file = new SourceFile("t", [.. "{\""u8, .. Enumerable.Repeat((byte)0xFF, 100)]);
        var diagnostics = new DiagnosticBag();

        Parser.Parse(file, diagnostics);

        Assert.Equal(new SourceSpan(file, 0, file.Length), Assert.Single(diagnostics.ToSortedList()).Span);
    }

    [Theory]
    [InlineData("a = 1")]
    [InlineData("a { }")]
    [InlineData("a \"b\" { }")]
    [InlineData("a.b = -1")]
    [InlineData("{ a }")]
    [InlineData("[a]")]
    [InlineData("a:b")]
    [InlineData("# only a comment")]
    [InlineData("")]
    public void Parse_OtherText_IsNotTakenForAnotherFormat(string text)
    {
        var diagnostics = new DiagnosticBag();
        Parser.Parse(SourceFile.FromText("t", text), diagnostics);
        Assert.DoesNotContain(diagnostics.ToSortedList(), diagnostic => diagnostic.Message.StartsWith("this file is", StringComparison.Ordinal));
    }
}
