using Stoker.Syntax.Ast;

namespace Stoker.Syntax.Tests;

/// <summary>The grammar of the language, as <c>docs/reference/language-checklist.md</c> lists it.</summary>
public sealed class GrammarRulesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("a = 1")]
    [InlineData("a = 1\n\n\nb { }\n")]
    [InlineData("a { b = 1 }")]
    [InlineData("a { b { c = 1 } }")]
    [InlineData("a {\n\tb = 1\n\tc = 2 }")]
    [InlineData("a.b.c \"d\" { }")]
    [InlineData("a . b \"d\" { }")]
    [InlineData("a = [1, 2,]")]
    [InlineData("a = f(1, 2,)")]
    [InlineData("a = {b = 1, \"c\" = 2, `d` = 3,}")]
    [InlineData("a = f()[0].b(1)")]
    [InlineData("a = !-!x")]
    public void Statement_OfTheGrammar_IsRead(string text) => Assert.Empty(Text.Errors(text));

    [Theory]
    [InlineData("a = x b = 1", "1:7")]
    [InlineData("a {} b {}", "1:6")]
    [InlineData("a { x = 1 y = 2 }", "1:11")]
    [InlineData("a = f(,)", "1:7")]
    [InlineData("a = [,]", "1:6")]
    [InlineData("a = {b: 1}", "1:7")]
    [InlineData("a = {1 = 2}", "1:6")]
    [InlineData("1 = a", "1:1")]
    [InlineData("a.b = 1", "1:1")]
    [InlineData("a \"x\" = 1", "1:3")]
    [InlineData("a =", "1:4")]
    [InlineData("a = foo \"x\" { }", "1:5")]
    [InlineData("a = foo { }", "1:5")]
    [InlineData("a = x.true", "1:7")]
    [InlineData("a b { }", "1:3")]
    [InlineData("a 1 { }", "1:3")]
    [InlineData("a \"x\" \"y\" { }", "1:7")]
    [InlineData("a `x` { }", "1:3")]
    [InlineData("a \"x y\" { }", "1:3")]
    [InlineData("a \"1b\" { }", "1:3")]
    [InlineData("a \"\\x41\" { }", "1:3")]
    [InlineData("a = [1 2]", "1:8")]
    [InlineData("a = ()", "1:6")]
    [InlineData("a {", "1:4")]
    public void Statement_OutsideTheGrammar_IsOneMistakeAtItsPlace(string text, string place) =>
        Assert.StartsWith(place + ": ", Assert.Single(Text.Errors(text)), StringComparison.Ordinal);

    [Fact]
    public void BlockAsExpression_IsUnderlinedToItsBrace()
    {
        Text.Parse("a = foo \"x\" { b = 1 }", out DiagnosticBag diagnostics);
        Assert.Equal("foo \"x\" { b = 1 }", Assert.Single(diagnostics.ToSortedList()).Span!.Value.Text);
        Text.Parse("a.b = 1", out diagnostics);
        Assert.Equal("a.b", Assert.Single(diagnostics.ToSortedList()).Span!.Value.Text);
        Text.Parse("a \"x\" = 1", out diagnostics);
        Assert.Equal("\"x\"", Assert.Single(diagnostics.ToSortedList()).Span!.Value.Text);
    }

    [Fact]
    public void Mistakes_OneALineAtMost_AndReadingGoesOn() =>
        Assert.Equal(
            ["1:5", "3:6", "4:3"],
            Text.Errors("a = ) ] } (\nb = 1\nc = [,, ,]\nd 1 2 3 { }\ne = 2").Select(message => message[..3]));

    [Fact]
    public void Mistake_Anywhere_LeavesNoTree() => Assert.Null(Text.Parse("a = 1\nb = )\nc = 2", out _));

    [Theory]
    [InlineData("a \"\" { }", null)]
    [InlineData("a \"_x1\" { }", "_x1")]
    [InlineData("a \"ключ\" { }", "ключ")]
    [InlineData("a \"declare\" { }", "declare")]
    public void Label_IsAnIdentifierOrEmpty(string text, string? label)
    {
        Body? body = Text.Parse(text, out _);
        Assert.Equal(label, ((BlockStatement)body!.Statements[0]).BlockLabel);
    }

    [Theory]
    [InlineData("{\"\\x41\" = 1}", "{\\x41 = 1}")]
    [InlineData("{\"a\\\"b\" = 1}", "{a\\\"b = 1}")]
    [InlineData("{\"\" = 1}[\"\"]", "1")]
    [InlineData("{\"a b\" = 1, \"ü-1\" = 2}", "{a b = 1, ü-1 = 2}")]
    [InlineData("{a = 1, \"a\" = 2, `a` = 3}", "{a = 3}")]
    public void Key_IsTheTextBetweenTheQuotes(string expression, string expected) => Assert.Equal(expected, Text.Show(expression));

    [Theory]
    [InlineData("2 ^ 3 ^ 2", "512")]
    [InlineData("-2 ^ 2", "4")]
    [InlineData("2 * -3 ^ 2", "18")]
    [InlineData("10 - 4 - 3", "3")]
    [InlineData("100 / 10 / 2", "5")]
    [InlineData("7 % 4 * 2", "6")]
    [InlineData("1 + 2 < 4 && true", "true")]
    [InlineData("1 == 1 == true", "true")]
    [InlineData("true || false && false", "true")]
    [InlineData("!false && false", "false")]
    [InlineData("-[1, 2][1]", "-2")]
    [InlineData("!{a = true}.a", "false")]
    public void Precedence_DecidesTheValue(string expression, string expected) => Assert.Equal(expected, Text.Show(expression));
}
