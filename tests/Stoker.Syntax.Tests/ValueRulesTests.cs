using Stoker.Syntax.Values;

namespace Stoker.Syntax.Tests;

/// <summary>The rules of values, operators and access, as <c>docs/reference/language-checklist.md</c> lists them.</summary>
public sealed class ValueRulesTests
{
    private static readonly (string, Value)[] Names =
    [
        ("unsigned", new NumberValue(3UL)),
        ("signed", new NumberValue(3L)),
        ("real", new NumberValue(3.0)),
        ("handle", new Handle("a")),
        ("same", new Handle("a")),
        ("other", new Handle("b")),
        ("secret", new SecretValue("a")),
        ("plain", new OptionalSecretValue("a", isSecret: false)),
        ("hidden", new OptionalSecretValue("a", isSecret: true)),
    ];

    [Theory]
    [InlineData("-x", "null")]
    [InlineData("-x", "\"\"")]
    [InlineData("-x", "true")]
    [InlineData("-x", "[]")]
    [InlineData("-x", "{}")]
    [InlineData("-x", "string.join")]
    [InlineData("-x", "handle")]
    [InlineData("!x", "1")]
    public void TypeName_InMessages_IsTheWordOfTheLanguage(string form, string operand)
    {
        Text.Evaluate(form.Replace("x", operand, StringComparison.Ordinal), out IReadOnlyList<string> messages, Names);
        string word = operand switch { "null" => "null", "\"\"" => "string", "true" => "bool", "[]" => "array", "{}" => "object", "handle" => "capsule(\"handle\")", "1" => "number", _ => "function" };
        Assert.EndsWith($"got {word}", Assert.Single(messages), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unsigned == signed && signed == real && unsigned == real", "true")]
    [InlineData("unsigned + signed", "6")]
    [InlineData("unsigned + real", "float 6")]
    [InlineData("signed / 2", "1")]
    [InlineData("real / 2", "float 1.5")]
    [InlineData("1 / 2.0", "float 0.5")]
    [InlineData("7 % -3", "1")]
    [InlineData("-7.5 % 2.0", "float -1.5")]
    [InlineData("4 ^ 0.5", "float 2")]
    [InlineData("-9223372036854775807 - 1", "-9223372036854775808")]
    [InlineData("-1.5", "float -1.5")]
    [InlineData("-unsigned", "-3")]
    [InlineData("2 ^ -1", "float 0.5")]
    public void Number_KindOfTheResult_IsTheHigherOfTheTwo(string expression, string expected) => Assert.Equal(expected, Text.Show(expression, Names));

    [Theory]
    [InlineData("9223372036854775807 * 3")]
    [InlineData("-9223372036854775807 - 2")]
    [InlineData("18446744073709551615 + 1")]
    [InlineData("10 ^ 30")]
    public void Number_OverflowOfIntegers_IsAMistake(string expression) =>
        Assert.Contains("does not fit into an integer of 64 bits", Text.Show(expression), StringComparison.Ordinal);

    [Theory]
    [InlineData("1 / 0", 9)]
    [InlineData("1 % 0", 9)]
    [InlineData("1.0 / 0", 11)]
    [InlineData("1 / 0.0", 9)]
    [InlineData("1 / (2 - 2)", 9)]
    public void Division_ByZero_PointsAtTheDivisor(string expression, int column) =>
        Assert.Equal($"error 1:{column}: division by zero", Text.Show(expression));

    [Theory]
    [InlineData("\"3\" == 3", "false")]
    [InlineData("null == false", "false")]
    [InlineData("null == 0", "false")]
    [InlineData("0 == false", "false")]
    [InlineData("[] == {}", "false")]
    [InlineData("[1, 2] == [2, 1]", "false")]
    [InlineData("{a = 1, b = 2} == {b = 2, a = 1}", "true")]
    [InlineData("{a = null} == {}", "false")]
    [InlineData("[[1.0]] == [[1]]", "true")]
    [InlineData("string.join == string.join", "false")]
    [InlineData("string.join != string.join", "true")]
    [InlineData("[string.join] == [string.join]", "false")]
    [InlineData("handle == same", "true")]
    [InlineData("handle == other", "false")]
    [InlineData("handle == {}", "false")]
    [InlineData("[1] == 1 == false", "true")]
    public void Equality_OfAnyTwoValues_HasAnAnswer(string expression, string expected) => Assert.Equal(expected, Text.Show(expression, Names));

    [Theory]
    [InlineData("\"B\" < \"a\"", "true")]
    [InlineData("\"\" < \"a\"", "true")]
    [InlineData("\"é\" > \"z\"", "true")]
    [InlineData("\"10\" < \"9\"", "true")]
    [InlineData("1 <= 1.0 && 1.0 >= 1", "true")]
    public void Order_IsThatOfNumbersAndBytes(string expression, string expected) => Assert.Equal(expected, Text.Show(expression));

    [Theory]
    [InlineData("true + true", "1:5")]
    [InlineData("1 + true", "1:9")]
    [InlineData("\"a\" + 1", "1:11")]
    [InlineData("[1] + [2]", "1:5")]
    [InlineData("{} + {}", "1:5")]
    [InlineData("null + 1", "1:5")]
    [InlineData("handle + \"a\"", "1:5")]
    [InlineData("\"a\" - \"b\"", "1:5")]
    [InlineData("1 < \"a\"", "1:9")]
    [InlineData("true < false", "1:5")]
    [InlineData("[1] < [2]", "1:5")]
    [InlineData("\"a\" && true", "1:5")]
    [InlineData("false || 0", "1:14")]
    [InlineData("secret - \"a\"", "1:5")]
    public void Operator_OnAnotherType_PointsAtTheOperand(string expression, string place) =>
        Assert.StartsWith($"error {place}: ", Text.Show(expression, Names), StringComparison.Ordinal);

    [Theory]
    [InlineData("{a = null}.a", "null")]
    [InlineData("{a = 1}[\"z\"]", "null")]
    [InlineData("{\"a b\" = 1}[\"a b\"]", "1")]
    [InlineData("[10, 20][1.99]", "20")]
    [InlineData("[10, 20][-0.5]", "10")]
    [InlineData("string[\"join\"]([\"a\", \"b\"], \"-\")", "\"a-b\"")]
    [InlineData("[string.join][0]([\"a\"], \"\")", "\"a\"")]
    [InlineData("{f = {g = string.to_upper}}.f.g(\"a\")", "\"A\"")]
    public void Access_OfWhatIsThere_GivesIt(string expression, string expected) => Assert.Equal(expected, Text.Show(expression));

    [Theory]
    [InlineData("{a = 1}.b", "1:13")]
    [InlineData("null.a", "1:5")]
    [InlineData("[1].a", "1:5")]
    [InlineData("\"a\".b", "1:5")]
    [InlineData("{a = 1}[0]", "1:13")]
    [InlineData("{a = 1}[null]", "1:13")]
    [InlineData("[1][\"0\"]", "1:9")]
    [InlineData("[1][-1]", "1:9")]
    [InlineData("[1][1]", "1:9")]
    [InlineData("[1][1e300]", "1:9")]
    [InlineData("\"abc\"[0]", "1:5")]
    [InlineData("null[0]", "1:5")]
    [InlineData("handle.a", "1:5")]
    [InlineData("{a = 1}[\"b\"].c", "1:5")]
    [InlineData("string.to_upper()", "1:5")]
    [InlineData("string.to_upper(\"a\", \"b\")", "1:5")]
    [InlineData("string.to_upper(true)", "1:21")]
    [InlineData("string.format()", "1:5")]
    [InlineData("{}()", "1:5")]
    [InlineData("nowhere", "1:5")]
    public void Access_OfWhatIsNotThere_PointsAtIt(string expression, string place) =>
        Assert.StartsWith($"error {place}: ", Text.Show(expression, Names), StringComparison.Ordinal);

    [Fact]
    public void Call_WithAnotherNumberOfArguments_NamesBothNumbers()
    {
        Assert.Contains("takes 1 argument, got 2", Text.Show("string.to_upper(\"a\", \"b\")"), StringComparison.Ordinal);
        Assert.Contains("at least 1", Text.Show("string.format()"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secret == \"a\" && \"a\" == secret && hidden == \"a\" && plain == \"a\"", "true")]
    [InlineData("secret == hidden && plain == secret", "true")]
    [InlineData("plain == hidden", "false")]
    [InlineData("secret == \"b\"", "false")]
    [InlineData("secret == 1", "false")]
    [InlineData("secret + \"b\"", "(secret)")]
    [InlineData("\"b\" + hidden", "(secret)")]
    [InlineData("\"b\" + plain", "\"ba\"")]
    [InlineData("plain + plain", "aa")]
    [InlineData("plain + hidden", "(secret)")]
    [InlineData("secret + hidden", "(secret)")]
    [InlineData("[secret, plain]", "[(secret), a]")]
    [InlineData("convert.nonsensitive(secret + \"b\")", "\"ab\"")]
    public void Secret_JoinedAndCompared_StaysWhatItIs(string expression, string expected) => Assert.Equal(expected, Text.Show(expression, Names));

    [Theory]
    [InlineData("string.format(\"%s\", hidden)")]
    [InlineData("encoding.to_json({a = [secret]})")]
    [InlineData("string.join([secret], \",\")")]
    public void Secret_InAFunctionOfText_IsRefusedWithoutItsText(string expression)
    {
        string shown = Text.Show(expression, ("secret", new SecretValue("s3cr3t")), ("hidden", new OptionalSecretValue("s3cr3t", isSecret: true)));
        Assert.StartsWith("error ", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", shown, StringComparison.Ordinal);
    }

    private sealed class Handle(string name) : CapsuleValue
    {
        public override string HostType => "handle";

        public override bool Equals(object? obj) => obj is Handle other && other.HostType == HostType && other.GetHashCode() == GetHashCode();

        public override int GetHashCode() => name.GetHashCode(StringComparison.Ordinal);
    }
}
