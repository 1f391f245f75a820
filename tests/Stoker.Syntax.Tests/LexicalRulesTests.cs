using System.Text;
using Stoker.Syntax.Ast;

namespace Stoker.Syntax.Tests;

/// <summary>The lexical rules of the language, as <c>docs/reference/language-checklist.md</c> lists them.</summary>
public sealed class LexicalRulesTests
{
    [Fact]
    public void Column_CountsBytesAndATabAsOne()
    {
        Assert.StartsWith("1:12: ", Assert.Single(Text.Errors("\tä = \"é\" )")), StringComparison.Ordinal);
        Assert.StartsWith("2:4: ", Assert.Single(Text.Errors("a = 1\r\nb =)\r\n")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a =\t1 \r\n\tb = 2\n")]
    [InlineData("a = 1\r\r\n")]
    [InlineData("a\r=\r1")]
    public void WhiteSpace_IsSpaceTabAndBothHalvesOfALineEnd(string text) => Assert.Empty(Text.Errors(text));

    [Theory]
    [InlineData("a = \v1", "1:5: ")]
    [InlineData("a = \f1", "1:5: ")]
    [InlineData("a = \u00A01", "1:5: character U+00A0")]
    [InlineData("a = \u20281", "1:5: ")]
    [InlineData("a = \u30001", "1:5: ")]
    public void OtherWhiteSpace_IsNoCharacterOfTheLanguage(string text, string expected) =>
        Assert.StartsWith(expected, Text.Errors(text)[0], StringComparison.Ordinal);

    [Theory]
    [InlineData("a = 1 /* one\ntwo */\nb = 2", "a b")]
    [InlineData("a = 1 // b = 2\nc = 3", "a c")]
    [InlineData("a = 1 /* /* */\nb = 2", "a b")]
    [InlineData("a /* c */ = /* d */ 1", "a")]
    [InlineData("a = 1 /* line end\ninside */ b = 2", "a b")]
    [InlineData("// c\r\na = 1 // d\r\n", "a")]
    [InlineData("a = [1, /* x\n y */ 2]", "a")]
    public void Comment_CountsAsWhiteSpaceAndKeepsTheLineEnd(string text, string names) => Assert.Equal(names, Names(text));

    [Theory]
    [InlineData("a = 1 /* */ b = 2")]
    [InlineData("a = /* /* */ */ 1")]
    [InlineData("a /* one\ntwo */ = 1")]
    public void Comment_ThatEndsInMidLineOrNests_IsAMistake(string text) => Assert.NotEmpty(Text.Errors(text));

    [Theory]
    [InlineData("_ = 1")]
    [InlineData("_1 = 1")]
    [InlineData("schlüssel = 1")]
    [InlineData("ключ = 1")]
    [InlineData("名前 = 1")]
    [InlineData("𝒳 = 1")]
    [InlineData("x٣ = 1")]
    [InlineData("True = 1")]
    [InlineData("NULL = 1")]
    [InlineData("declare = 1\nlogging = 2\nenv = 3")]
    [InlineData("a.declare.foreach { }")]
    public void Identifier_OfLettersDigitsAndUnderscores_IsValid(string text) => Assert.Empty(Text.Errors(text));

    [Theory]
    [InlineData("1a = 1")]
    [InlineData("٣x = 1")]
    [InlineData("a-b = 1")]
    [InlineData("x² = 1")]
    [InlineData("Ⅷ = 1")]
    [InlineData("€ = 1")]
    [InlineData("e\u0301 = 1")]
    public void Identifier_OfAnythingElse_IsNot(string text) => Assert.NotEmpty(Text.Errors(text));

    [Fact]
    public void Identifier_InTwoNormalForms_IsTwoNames()
    {
        // The composed form of the letter is a name, the same letter as another code point is another name.
        Assert.Equal("error 1:5: identifier \"\u212B\" does not exist", Text.Show("\u212B", ("\u00C5", Values.BoolValue.True)));
        Assert.Equal("true", Text.Show("\u00C5", ("\u00C5", Values.BoolValue.True)));
        Assert.StartsWith("error 1:5: identifier \"A\" does not exist", Text.Show("A", ("a", Values.BoolValue.True)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true = 1")]
    [InlineData("null = 1")]
    [InlineData("true { }")]
    [InlineData("a.null { }")]
    [InlineData("a \"false\" { }")]
    [InlineData("a = {true = 1}")]
    [InlineData("a = {null = 1}")]
    [InlineData("a = x.false")]
    public void Keyword_AsAName_IsAMistake(string text) => Assert.NotEmpty(Text.Errors(text));

    [Theory]
    [InlineData("{\"true\" = 1, `null` = 2}", "{true = 1, null = 2}")]
    [InlineData("{\"true\" = 1}[\"true\"]", "1")]
    public void Keyword_InQuotes_IsAKeyLikeOthers(string expression, string expected) => Assert.Equal(expected, Text.Show(expression));

    [Theory]
    [InlineData("00", "0")]
    [InlineData("007", "7")]
    [InlineData("0777777777777777777777", "9223372036854775807")]
    [InlineData("01777777777777777777777", "18446744073709551615")]
    [InlineData("02000000000000000000000", "float 2000000000000000000000")]
    [InlineData("09", "float 9")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("08.5", "float 8.5")]
    [InlineData("1e3", "float 1000")]
    [InlineData("2.e-1", "float 0.2")]
    [InlineData("1e-999", "float 0")]
    public void Number_HasTheKindThatHoldsIt(string expression, string expected) => Assert.Equal(expected, Text.Show(expression));

    [Theory]
    [InlineData("1e999")]
    [InlineData("-1e999")]
    [InlineData("[1e999]")]
    [InlineData("1.8e308")]
    public void Number_BeyondAFloat_IsAMistakeAtItsPlace(string expression)
    {
        Assert.Empty(Text.Errors("a = " + expression));
        Assert.Contains("the number is too large", Text.Show(expression), StringComparison.Ordinal);
        Assert.StartsWith("error 1:", Text.Show(expression), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0x1F")]
    [InlineData("0b1")]
    [InlineData("1_000")]
    [InlineData("1.2.3")]
    [InlineData("a.1")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("+1")]
    [InlineData(".e1")]
    public void Number_InAnotherForm_IsAMistake(string expression) => Assert.NotEmpty(Text.Errors("a = " + expression));

    [Theory]
    [InlineData("\"\\a\\b\\f\\n\\r\\t\\v\"", "7 8 12 10 13 9 11")]
    [InlineData("\"\\\\\\\"\"", "92 34")]
    [InlineData("\"\\000\\377\"", "0 65533")]
    [InlineData("\"\\303\\251\"", "233")]
    [InlineData("\"\\x41\\x7f\"", "65 127")]
    [InlineData("\"\\u00e9\\uFFFF\"", "233 65535")]
    [InlineData("\"\\U0010FFFF\"", "56319 57343")]
    [InlineData("\"a\tb\"", "97 9 98")]
    [InlineData("`a\\n\"\r\nb`", "97 92 110 34 10 98")]
    [InlineData("`\r`", "")]
    public void String_Escapes_AreTheirCharacters(string expression, string codes)
    {
        var text = (Values.StringValue?)Text.Evaluate(expression, out _);
        Assert.Equal(codes, string.Join(' ', text!.Content.Select(c => (int)c)));
    }

    [Theory]
    [InlineData("\"\\'\"", 7)]
    [InlineData("\"\\d\"", 7)]
    [InlineData("\"\\x4\"", 7)]
    [InlineData("\"\\08\"", 7)]
    [InlineData("\"\\400\"", 7)]
    [InlineData("\"\\uD800\"", 7)]
    [InlineData("\"\\UDFFF0000\"", 7)]
    [InlineData("\"ok \\/\"", 10)]
    public void String_BadEscape_IsReportedBehindTheBackslash(string expression, int column) =>
        Assert.StartsWith($"1:{column}: ", Assert.Single(Text.Errors("a = " + expression)), StringComparison.Ordinal);

    [Theory]
    [InlineData("a = \"x", "1:5: the string is not closed")]
    [InlineData("a = \"x\ny\"", "1:5: the string is not closed")]
    [InlineData("a = `x", "1:5: the raw string is not closed")]
    [InlineData("a = 1 /* x", "1:7: the comment is not closed")]
    public void Open_StringOrComment_IsReportedAtItsStart(string text, string expected) =>
        Assert.StartsWith(expected, Text.Errors(text)[0], StringComparison.Ordinal);

    [Fact]
    public void RawString_AsALabel_IsAMistakeAndAsAKeyIsNone()
    {
        Assert.Contains("double quotes, not in backticks", Assert.Single(Text.Errors("a `x` { }")), StringComparison.Ordinal);
        Assert.Equal("{x y = 1}", Text.Show("{`x y` = 1}"));
    }

    [Theory]
    [InlineData("a = 1 +\n2\nb = x.\ny\nc = [\n1,\n]\nd = (\n1)\ne = f(\n)\nf = {\na = 1,\n}\ng = x[\n0]\nh =\n1\ni = !\ntrue")]
    [InlineData("a {\n}\nb { c = 1 }\n")]
    [InlineData("a = {\n}\nb = [\n]")]
    public void LineEnd_AfterAnOperatorCommaOrOpenBracket_IsFree(string text) => Assert.Empty(Text.Errors(text));

    [Theory]
    [InlineData("a = 1\n+ 2")]
    [InlineData("a = x\n.y")]
    [InlineData("a = f\n(1)")]
    [InlineData("a = x\n[0]")]
    [InlineData("a = [\n1\n]")]
    [InlineData("a = {\nb = 1\n}")]
    [InlineData("a = f(\n1\n)")]
    [InlineData("a = (1\n)")]
    [InlineData("a = x[0\n]")]
    [InlineData("a = x[0,]")]
    [InlineData("a = (1,)")]
    [InlineData("a\n= 1")]
    [InlineData("a\n{ }")]
    [InlineData("a \"b\"\n{ }")]
    public void LineEnd_AfterAValue_EndsTheStatement(string text) => Assert.NotEmpty(Text.Errors(text));

    [Theory]
    [InlineData("a = 1 | 2", "`||`")]
    [InlineData("a = 1 & 2", "`&&`")]
    public void Operator_Halved_IsOneMistakeAndReadAsTheWhole(string text, string remedy) =>
        Assert.Contains(remedy, Assert.Single(Text.Errors(text)), StringComparison.Ordinal);

    [Fact]
    public void EveryOperator_IsRead()
    {
        string[] operators = ["||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "^"];
        Body? body = Text.Parse(string.Join('\n', operators.Select(symbol => $"a = b{symbol}c")), out DiagnosticBag diagnostics);
        Assert.False(diagnostics.HasErrors);
        Assert.Equal(operators, body!.Statements.Select(statement => ((BinaryExpression)((AttributeStatement)statement).Value).OperatorSpan.Text));
    }

    [Fact]
    public void LexicalMistakes_AreAllReported()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("a = \"x\\q\"\nb = #\nc = 1;\nd = '"), 0xFF, (byte)'\'', (byte)'\n'];
        var diagnostics = new DiagnosticBag();
        Assert.Null(Parser.Parse(new SourceFile("t.alloy", bytes), diagnostics));
        Assert.Equal([1, 2, 3, 4], diagnostics.ToSortedList().Select(d => d.Span!.Value.File.GetLineAndColumn(d.Span.Value.Start).Line).Distinct());
    }

    private static string Names(string text)
    {
        Body? body = Text.Parse(text, out DiagnosticBag diagnostics);
        Assert.True(body is not null, string.Join('\n', Text.Messages(diagnostics)));
        return string.Join(' ', body.Statements.Select(statement => ((AttributeStatement)statement).Name));
    }
}
