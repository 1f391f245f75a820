namespace Stoker.Syntax.Tests;

/// <summary>Which texts are the language and where those that are not go wrong, by the rows of the checklist.</summary>
public sealed class LanguageConformanceTests
{
    [Theory]
    [InlineData("a = 1\r\nb = 2\r\n")]
    [InlineData("a\t=\t1 // end")]
    [InlineData("a /* c */ = 1 /* d\n */")]
    [InlineData("größe_1 = 1")]
    [InlineData("declare = 1\nlogging = 2")]
    [InlineData("a = 1 +\n2")]
    [InlineData("a = [\n1,\n2,\n]")]
    [InlineData("x { a = 1 }")]
    [InlineData("x . y \"z\" { }")]
    [InlineData("a = f(\n1,\n)")]
    public void Parse_Accepted_HasNoMistake(string text) => Assert.Empty(Text.Errors(text));

    [Theory]
    [InlineData("a = 1\u00A0", "1:6")]
    [InlineData("# comment", "1:1")]
    [InlineData("a = 1;", "1:6")]
    [InlineData("/* open", "1:1")]
    [InlineData("true = 1", "1:1")]
    [InlineData("a = \"\\q\"", "1:7")]
    [InlineData("a = \"\\'\"", "1:7")]
    [InlineData("a = \"open", "1:5")]
    [InlineData("a = b | c", "1:7")]
    [InlineData("a = b & c", "1:7")]
    [InlineData("a 1 {}", "1:3")]
    [InlineData("a `x` {}", "1:3")]
    [InlineData("a \"x y\" {}", "1:3")]
    [InlineData("a \"true\" {}", "1:3")]
    [InlineData("a.b = 1", "1:1")]
    [InlineData("a \"x\" = 1", "1:3")]
    [InlineData("a = x.true", "1:7")]
    [InlineData("a {\n", "2:1")]
    [InlineData("a = {1 = 2}", "1:6")]
    public void Parse_Refused_StartsAtItsPlace(string text, string place) => Assert.StartsWith(place + ":", Text.Errors(text)[0], StringComparison.Ordinal);
}
