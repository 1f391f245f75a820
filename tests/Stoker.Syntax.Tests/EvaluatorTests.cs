using Stoker.Syntax.Values;

namespace Stoker.Syntax.Tests;

public sealed class EvaluatorTests
{
    [Theory]
    [InlineData("null", "null")]
    [InlineData("true", "true")]
    [InlineData("42", "42")]
    [InlineData("017", "15")]
    [InlineData("018", "float 18")]
    [InlineData("9223372036854775808", "9223372036854775808")]
    [InlineData("18446744073709551616", "float 18446744073709552000")]
    [InlineData(".5", "float 0.5")]
    [InlineData("5.", "float 5")]
    [InlineData("1E+3", "float 1000")]
    [InlineData("\"a\\tb\\x41\\101\\u00e9\\U0001F600\\\\\\\"\"", "\"a\tbAAé😀\\\"\"")]
    [InlineData("\"\\xc3\\xa9\"", "\"é\"")]
    [InlineData("`a\\n\r\nb`", "\"a\\n\nb\"")]
    [InlineData("[1, \"a\", [true], null,]", "[1, \"a\", [true], null]")]
    [InlineData("{a = 1, \"b c\" = 2, `d` = 3}", "{a = 1, b c = 2, d = 3}")]
    [InlineData("{\"\" = 1}", "{ = 1}")]
    [InlineData("{a = 1, a = 2}", "{a = 2}")]
    public void TryEvaluate_Literal_GivesItsValue(string expression, string expected) => Assert.Equal(expected, Text.Show(expression));

    [Theory]
    [InlineData("1 + 2 * 3", "7")]
    [InlineData("(1 + 2) * 3", "9")]
    [InlineData("10 / 4", "2")]
    [InlineData("-7 / 2", "-3")]
    [InlineData("-7 % 3", "-1")]
    [InlineData("7.5 % 2", "float 1.5")]
    [InlineData("10 - 4 - 3", "3")]
    [InlineData("2 ^ 3 ^ 2", "512")]
    [InlineData("-2 ^ 2", "4")]
    [InlineData("2 ^ 0", "1")]
    [InlineData("2 ^ -1", "float 0.5")]
    [InlineData("2 ^ 64 - 1", "error 1:5: the result does not fit into an integer of 64 bits; write one operand as a float (such as 2.0) where that is precise enough")]
    [InlineData("2 ^ 63", "9223372036854775808")]
    [InlineData("(-1) ^ 9223372036854775807", "-1")]
    [InlineData("1 ^ 9223372036854775807", "1")]
    [InlineData("0 ^ 0", "1")]
    [InlineData("2.0 ^ 64", "float 18446744073709552000")]
    [InlineData("9223372036854775807 + 1", "9223372036854775808")]
    [InlineData("9223372036854775808 + 1", "9223372036854775809")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("- - 5", "5")]
    [InlineData("!true", "false")]
    [InlineData("!!true", "true")]
    [InlineData("\"a\" + \"b\"", "\"ab\"")]
    [InlineData("1 == 1.0", "true")]
    [InlineData("1 == 1 == true", "true")]
    [InlineData("\"3\" == 3", "false")]
    [InlineData("null == false", "false")]
    [InlineData("null == null", "true")]
    [InlineData("[1, {a = 2}] == [1.0, {a = 2.0}]", "true")]
    [InlineData("[1] != [2]", "true")]
    [InlineData("coalesce == coalesce", "false")]
    [InlineData("9223372036854775808 > 9223372036854775807", "true")]
    [InlineData("1.5 <= 1", "false")]
    [InlineData("\"a\" < \"b\"", "true")]
    [InlineData("\"\uFFFD\" < \"😀\"", "true")]
    [InlineData("false || true && false", "false")]
    [InlineData("true || missing", "true")]
    [InlineData("false && missing", "false")]
    public void TryEvaluate_Operator_GivesTheResult(string expression, string expected) => Assert.Equal(expected, Text.Show(expression));

    [Theory]
    [InlineData("{a = {b = 1}}.a.b", "1")]
    [InlineData("{a = 1}[\"a\"]", "1")]
    [InlineData("{a = 1}[\"b\"]", "null")]
    [InlineData("[1, 2, 3][1]", "2")]
    [InlineData("[1, 2, 3][1.9]", "2")]
    [InlineData("array[\"concat\"]([1], [2])", "[1, 2]")]
    [InlineData("{f = sys.env}.f(\"HOME\")", "\"/home/ann\"")]
    [InlineData("array.concat([1,\n2,\n])[\n1]", "2")]
    public void TryEvaluate_AccessIndexAndCall_GiveTheResult(string expression, string expected) => Assert.Equal(expected, Text.Show(expression));

    [Theory]
    [InlineData("1 + \"a\"", "1:9: both operands of `+` should have one type, got number and string; string.format joins different types, as in string.format(\"%s:%d\", \"localhost\", 80)")]
    [InlineData("true + 1", "1:5: the operands of `+` should be number, string or secret, got bool")]
    [InlineData("1 - null", "1:9: the operands of `-` should be number, got null")]
    [InlineData("1 / 0", "1:9: division by zero")]
    [InlineData("1.5 % 0.0", "1:11: division by zero")]
    [InlineData("3 > 2 > 1", "1:5: the operands of `>` should be number or string, got bool")]
    [InlineData("1 && true", "1:5: the operands of `&&` should be bool, got number")]
    [InlineData("true && 1", "1:13: the operands of `&&` should be bool, got number")]
    [InlineData("!1", "1:6: should be bool after `!`, got number")]
    [InlineData("-\"a\"", "1:6: should be number after `-`, got string")]
    [InlineData("-18446744073709551615", "1:5: the result does not fit into an integer of 64 bits; write one operand as a float (such as 2.0) where that is precise enough")]
    [InlineData("2 ^ 9999999999", "1:5: the result does not fit into an integer of 64 bits; write one operand as a float (such as 2.0) where that is precise enough")]
    [InlineData("0 ^ -1", "1:5: the result is too large for a number")]
    [InlineData("1e999", "1:5: the number is too large; the largest is about 1.8e308")]
    [InlineData("1e308 * 10", "1:5: the result is too large for a number")]
    [InlineData("(-8) ^ 0.5", "1:5: the result is no real number")]
    [InlineData("coalecse(1)", "1:5: identifier \"coalecse\" does not exist; did you mean \"coalesce\"?")]
    [InlineData("strng.join([], \"\")", "1:5: identifier \"strng\" does not exist; did you mean \"string\"?")]
    [InlineData("enviroment(\"X\")", "1:5: identifier \"enviroment\" does not exist; did you mean \"sys.env\"?")]
    [InlineData("path_jion(\"X\")", "1:5: identifier \"path_jion\" does not exist; did you mean \"file.path_join\"?")]
    [InlineData("string.jion([], \"\")", "1:12: field \"jion\" does not exist; did you mean \"join\"?")]
    [InlineData("{alpha = 1, beta = 2}.omega", "1:27: field \"omega\" does not exist; it has alpha, beta")]
    [InlineData("{}.a", "1:8: field \"a\" does not exist; the object is empty")]
    [InlineData("[1].a", "1:5: array has no fields, so \"a\" cannot be taken from it")]
    [InlineData("null.a", "1:5: null has no fields, so \"a\" cannot be taken from it")]
    [InlineData("[1][1]", "1:9: index 1 is out of range: the array has the indexes 0 to 0")]
    [InlineData("[][0]", "1:8: index 0 is out of range: the array is empty")]
    [InlineData("[1][-1]", "1:9: index -1 is out of range: the array has the indexes 0 to 0")]
    [InlineData("[1][\"a\"]", "1:9: the index of an array should be number, got string")]
    [InlineData("{a = 1}[1]", "1:13: the index of an object should be string, got number")]
    [InlineData("\"abc\"[0]", "1:5: only an array or an object can be indexed, not string")]
    [InlineData("5(1)", "1:5: only a function can be called, not number")]
    [InlineData("sys.env()", "1:5: sys.env takes 1 argument, got 0")]
    [InlineData("string.join([])", "1:5: string.join takes 2 arguments, got 1")]
    public void TryEvaluate_Mistake_NamesPlaceAndReason(string expression, string expected)
    {
        Assert.Null(Text.Evaluate(expression, out IReadOnlyList<string> messages));
        Assert.Equal([expected], messages);
    }

    [Theory]
    [InlineData("missing1 + missing2", 2)]
    [InlineData("[missing1, 1 / 0, {a = missing2}]", 3)]
    [InlineData("coalesce(missing1, missing2)(missing3)", 3)]
    [InlineData("missing1[missing2]", 2)]
    [InlineData("missing1 && missing2", 2)]
    public void TryEvaluate_SeveralMistakes_ReportsAll(string expression, int count)
    {
        Text.Evaluate(expression, out IReadOnlyList<string> messages);
        Assert.Equal(count, messages.Count);
    }

    [Theory]
    [InlineData("broken")]
    [InlineData("broken.a.b")]
    [InlineData("[broken]")]
    [InlineData("broken + 1")]
    [InlineData("!broken")]
    [InlineData("broken[0]")]
    [InlineData("broken == null")]
    [InlineData("space.broken.receiver")]
    [InlineData("space == {}")]
    [InlineData("[[1], space][1][\"broken\"]")]
    [InlineData("coalesce(null, broken)")]
    [InlineData("array.concat([space], broken)")]
    [InlineData("encoding.to_json(space)")]
    [InlineData("string.format(\"%v\", space)")]
    [InlineData("string.join([space.broken], \",\")")]
    [InlineData("false || broken")]
    public void TryEvaluate_Poison_FailsSilently(string expression)
    {
        var space = new ObjectValue([new("broken", PoisonValue.Instance)]);
        Assert.Null(Text.Evaluate(expression, out IReadOnlyList<string> messages, ("broken", PoisonValue.Instance), ("space", space)));
        Assert.Empty(messages);
    }

    [Fact]
    public void TryEvaluate_NameInBothScopes_VariableWins() =>
        Assert.Equal("1", Text.Show("string.local", ("string", new ObjectValue([new("local", new NumberValue(1L))]))));

    [Theory]
    [InlineData("secret + \"b\"", "(secret)")]
    [InlineData("\"b\" + secret", "(secret)")]
    [InlineData("plain + \"b\"", "\"ab\"")]
    [InlineData("hidden + \"b\"", "(secret)")]
    [InlineData("plain + hidden", "(secret)")]
    [InlineData("plain + plain", "aa")]
    [InlineData("secret == \"a\"", "true")]
    [InlineData("\"b\" == secret", "false")]
    [InlineData("plain == \"a\"", "true")]
    [InlineData("secret == plain", "true")]
    [InlineData("plain == hidden", "false")]
    [InlineData("convert.nonsensitive(secret + \"b\")", "\"ab\"")]
    [InlineData("coalesce(secret, \"b\")", "(secret)")]
    public void TryEvaluate_Secret_StaysSecret(string expression, string expected) => Assert.Equal(expected, Text.Show(expression, Secrets));

    [Theory]
    [InlineData("string.format(\"%s\", secret)")]
    [InlineData("string.format(\"%v\", [hidden])")]
    [InlineData("encoding.to_json({a = secret})")]
    [InlineData("string.join([secret], \"\")")]
    [InlineData("string.to_upper(hidden)")]
    [InlineData("encoding.to_base64(secret)")]
    [InlineData("sys.env(secret)")]
    [InlineData("secret < \"b\"")]
    [InlineData("secret * 2")]
    [InlineData("{a = 1}[secret]")]
    public void TryEvaluate_SecretIntoString_IsRefused(string expression)
    {
        Assert.Null(Text.Evaluate(expression, out IReadOnlyList<string> messages, Secrets));
        Assert.Contains("secret", Assert.Single(messages), StringComparison.Ordinal);
    }

    private static (string, Value)[] Secrets =>
        [("secret", new SecretValue("a")), ("plain", new OptionalSecretValue("a", isSecret: false)), ("hidden", new OptionalSecretValue("a", isSecret: true))];
}
