using Stoker.Syntax.Values;

namespace Stoker.Syntax.Tests;

public sealed class StandardLibraryTests
{
    [Theory]
    [InlineData("sys.env(\"HOME\")", "\"/home/ann\"")]
    [InlineData("sys.env(\"NOT_SET\")", "\"\"")]
    [InlineData("coalesce()", "null")]
    [InlineData("coalesce(null, 0, false, \"\", [], {}, 5, 6)", "5")]
    [InlineData("coalesce(null, \"\")", "\"\"")]
    [InlineData("coalesce(0.0, 0)", "0")]
    [InlineData("array.concat()", "[]")]
    [InlineData("array.concat([1], [], [[2], {a = 3}])", "[1, [2], {a = 3}]")]
    [InlineData("convert.nonsensitive(\"a\")", "\"a\"")]
    [InlineData("convert.nonsensitive(null)", "\"\"")]
    [InlineData("file.path_join()", "\"\"")]
    [InlineData("file.path_join(\"\", \"\")", "\"\"")]
    [InlineData("file.path_join(\"/a/\", \"b\", \"../c\", \"./d//e\")", "\"/a/c/d/e\"")]
    [InlineData("file.path_join(\"a\", \"..\")", "\".\"")]
    [InlineData("file.path_join(\"../a\", \"../../b\")", "\"../../b\"")]
    [InlineData("file.path_join(\"/\", \"..\", \"a\")", "\"/a\"")]
    [InlineData("string.join([\"a\", 1, null], \"-\")", "\"a-1-\"")]
    [InlineData("string.replace(\"a.b.c\", \".\", \"::\")", "\"a::b::c\"")]
    [InlineData("string.replace(\"ab\", \"\", \"-\")", "\"-a-b-\"")]
    [InlineData("string.split(\"a,b,,c\", \",\")", "[\"a\", \"b\", \"\", \"c\"]")]
    [InlineData("string.split(\"aé😀\", \"\")", "[\"a\", \"é\", \"😀\"]")]
    [InlineData("string.split(\"\", \",\")", "[\"\"]")]
    [InlineData("string.to_lower(\"ÄbC\") + string.to_upper(\"ÄbC\")", "\"äbcÄBC\"")]
    [InlineData("string.trim(\"-=a-=b=-\", \"-=\")", "\"a-=b\"")]
    [InlineData("string.trim(\" a \", \"\")", "\" a \"")]
    [InlineData("string.trim_prefix(\"abc\", \"ab\") + string.trim_suffix(\"abc\", \"bc\") + string.trim_prefix(\"abc\", \"b\")", "\"caabc\"")]
    [InlineData("string.trim_space(\" \\t\\na b\\r \")", "\"a b\"")]
    [InlineData("encoding.to_json({b = 1, a = [true, null, 1.5, \"<\\\"\\n>\"], c = 1e21, d = 1e-7})", "\"{\"a\":[true,null,1.5,\"\\u003c\\\"\\n\\u003e\"],\"b\":1,\"c\":1e+21,\"d\":1e-7}\"")]
    [InlineData("encoding.from_json(\"{\\\"a\\\": [1, \\\"x\\\", null, true], \\\"a\\\": 2}\")", "{a = float 2}")]
    [InlineData("encoding.from_json(`[1, {\"b\": \"é\"}]`)[1].b", "\"é\"")]
    [InlineData("encoding.to_base64(\"aé>?\")", "\"YcOpPj8=\"")]
    [InlineData("encoding.from_base64(\"YcOp\\nPj8=\")", "\"aé>?\"")]
    [InlineData("encoding.to_URLbase64(\"aaa>>>???\")", "\"YWFhPj4-Pz8_\"")]
    [InlineData("encoding.from_URLbase64(\"YWFhPj4-Pz8_\")", "\"aaa>>>???\"")]
    [InlineData("encoding.url_encode(\"a b&c/é-_.~\")", "\"a+b%26c%2F%C3%A9-_.~\"")]
    [InlineData("encoding.url_decode(\"a+b%26c%2F%C3%A9\")", "\"a b&c/é\"")]
    [InlineData("string.to_upper(5)", "\"5\"")]
    public void Call_Valid_GivesTheResult(string expression, string expected) => Assert.Equal(expected, Text.Show(expression));

    [Theory]
    [InlineData("%s|%v|%s|%s", "\"a\", 1, 1.5, true", "a|1|1.5|true")]
    [InlineData("%d%%|%5d|%-5d|%05d|%+d|% d", "1, 2, 3, 4, 5, 6", "1%|    2|3    |00004|+5| 6")]
    [InlineData("%d", "3.0", "3")]
    [InlineData("%05d|%x|%X|%#x|%o|%b|%c|%U|%#o|%O", "-42, 255, 255, 255, 8, 5, 65, 65, 8, 8", "-0042|ff|FF|0xff|10|101|A|U+0041|010|0o10")]
    [InlineData("%f|%.2f|%8.3f|%-8.1f|%08.2f", "1, 2.345, 3.14159, 1.25, -1.5", "1.000000|2.35|   3.142|1.2     |-0001.50")]
    [InlineData("%e|%.1E|%g|%g|%.3g|%g", "123456.789, 0.00015, 1e21, 0.00001, 1234.5, 100000", "1.234568e+05|1.5E-04|1e+21|1e-05|1.23e+03|100000")]
    [InlineData("%t|%q|%10s|%-6s|%.2s", "true, \"a\\\"b\", \"é\", \"é\", \"abc\"", "true|\"a\\\"b\"|         é|é     |ab")]
    [InlineData("%x", "\"hi\"", "6869")]
    [InlineData("% x|%#x|%# x|%.1x|% X|%x", "\"hi\", \"hi\", \"hi\", \"hi\", \"hi\", \"\"", "68 69|0x6869|0x68 0x69|68|68 69|")]
    [InlineData("%q", "\"\\a\\v\\b\\f\\x01\u00e9\"", "\"\\a\\v\\b\\f\\x01\u00e9\"")]
    [InlineData("%+q|%q", "\"\u00e9\U0001f600\u200b\", \"\u200b\u00a0 x\"", "\"\\u00e9\\U0001f600\\u200b\"|\"\\u200b\\u00a0 x\"")]
    [InlineData("%q %q %+q", "65, 39, 233", "'A' '\\'' '\\u00e9'")]
    [InlineData("%#q %#q", "\"a\\\"b\", \"a`b\"", "`a\"b` \"a`b\"")]
    [InlineData("%.0d|%+.0d|%5.0d|%.0x|%.0d", "0, 0, 0, 0, 7", "||     ||7")]
    [InlineData("%[2]s %[1]s", "\"a\", \"b\"", "b a")]
    [InlineData("%[2]*[1]d", "5, 4", "   5")]
    [InlineData("%*d|%.*f", "4, 5, 1, 2.5", "   5|2.5")]
    [InlineData("%v %v %v %v %s", "[1, \"a\"], {b = 2, a = null}, null, 1e21, [1.5]", "[1 a] map[a:<nil> b:2] <nil> 1e+21 [1.5]")]
    [InlineData("%05v|%+v|%6.2v", "7, 7, 3.14159", "00007|+7|   3.1")]
    [InlineData("plain", "", "plain")]
    public void Format_Verbs_GiveWhatGoGives(string format, string arguments, string expected) =>
        Assert.Equal($"\"{expected}\"", Text.Show($"string.format(\"{format}\"{(arguments.Length > 0 ? ", " : "")}{arguments})"));

    [Theory]
    [InlineData("%d", "1.5", "%!d(float64=1.5)", "argument 2 of string.format does not fit the directive \"%d\" of the format: should be a whole number, got 1.5")]
    [InlineData("%d", "\"x\"", "%!d(string=x)", "argument 2 of string.format does not fit the directive \"%d\" of the format: should be a whole number, got string")]
    [InlineData("%t %d", "1, 2", "%!t(int=1) 2", "argument 2 of string.format does not fit the directive \"%t\" of the format: should be bool, got number")]
    [InlineData("%s", "null", "%!s(<nil>)", "argument 2 of string.format does not fit the directive \"%s\" of the format: should be string, got null")]
    [InlineData("%s %s", "\"a\"", "a %!s(MISSING)", "argument 1 of string.format has the directive \"%s\", which needs value 2, but 1 are given")]
    [InlineData("%s", "1, 2, true", "1%!(EXTRA int=2, bool=true)", "argument 3 of string.format is not used: the format has too few verbs")]
    [InlineData("50%", "", "50%!(NOVERB)", "argument 1 of string.format ends within the directive \"%\"; write %% for a percent sign")]
    [InlineData("%y", "1", "%!y(int=1)", "argument 2 of string.format does not fit the directive \"%y\" of the format: there is no verb `y`; verbs are v, s, q, d, t, x, X, o, O, b, c, U, e, E, f, F, g, G and %%")]
    [InlineData("%[3]d", "1", "%!d(BADINDEX)", "argument 1 of string.format has the directive \"%[3]d\", which needs value 3, but 1 are given")]
    [InlineData("%[x]d", "1", "%!d(BADINDEX)", "argument 1 of string.format has an argument index that is not of the form [1]")]
    [InlineData("%*d", "\"a\", 1", "%!(BADWIDTH)1", "argument 2 of string.format should be a whole number up to 1000, because the format takes it for a `*`")]
    [InlineData("%.*f", "\"a\", 1", "%!(BADPREC)1.000000", "argument 2 of string.format should be a whole number up to 1000, because the format takes it for a `*`")]
    public void Format_Misfit_GivesGosMarkAndWarns(string format, string arguments, string expected, string warning)
    {
        Value? value = Text.Evaluate($"string.format(\"{format}\"{(arguments.Length > 0 ? ", " : "")}{arguments})", out IReadOnlyList<string> messages);
        Assert.Equal(expected, Assert.IsType<StringValue>(value).Content);
        Assert.EndsWith(warning, Assert.Single(messages), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("string.format(\"%99999999999d\", 1)", "1:19: argument 1 of string.format has a width or precision over 1000")]
    [InlineData("array.concat([1], 2, null)", "1:23: argument 2 of array.concat should be array, got number|1:26: argument 3 of array.concat should be array, got null")]
    [InlineData("string.join([true, [1]], \",\")", "1:17: element 0 of argument 1 of string.join should be string, got bool|1:17: element 1 of argument 1 of string.join should be string, got array")]
    [InlineData("sys.env(\"A=B\")", "1:13: the name of an environment variable has no `=` and no NUL in it")]
    [InlineData("encoding.from_json(\"{\")", "1:24: argument 1 of encoding.from_json is not valid JSON: the fault is in line 1, at byte 2 of it")]
    [InlineData("encoding.from_json(`\"\\ud800\"`)", "1:24: argument 1 of encoding.from_json is not valid JSON: a \\u escape stands for half a character")]
    [InlineData("encoding.from_json(\"1e999\")", "1:24: argument 1 of encoding.from_json holds a number that is too large")]
    [InlineData("encoding.to_json(1)", "1:22: argument 1 of encoding.to_json should be object, got number")]
    [InlineData("encoding.to_json({f = coalesce})", "1:22: argument 1 of encoding.to_json holds function, which JSON cannot express")]
    [InlineData("encoding.from_base64(\"YQ\")", "1:26: argument 1 of encoding.from_base64 is not valid base64 in the standard alphabet, with padding")]
    [InlineData("encoding.from_base64(\"/w==\")", "1:26: argument 1 of encoding.from_base64 holds bytes that are not UTF-8 text")]
    [InlineData("encoding.url_decode(\"%4\")", "1:25: argument 1 of encoding.url_decode has a `%` that two hexadecimal digits do not follow")]
    [InlineData("convert.nonsensitive(1)", "1:26: argument 1 of convert.nonsensitive should be secret, got number")]
    public void Call_Invalid_NamesTheArgument(string expression, string expected)
    {
        Assert.Null(Text.Evaluate(expression, out IReadOnlyList<string> messages));
        Assert.Equal(expected, string.Join('|', messages));
    }

    [Theory]
    [InlineData("env(\"HOME\")", "\"/home/ann\"", "sys.env")]
    [InlineData("concat([1], [2])", "[1, 2]", "array.concat")]
    [InlineData("nonsensitive(\"a\")", "\"a\"", "convert.nonsensitive")]
    [InlineData("yaml_decode(\"a: 1\")", "{a = 1}", "encoding.from_yaml")]
    [InlineData("replace(\"a\", \"a\", \"b\")", "\"b\"", "string.replace")]
    [InlineData("split(\"a\", \",\")", "[\"a\"]", "string.split")]
    [InlineData("to_lower(\"A\")", "\"a\"", "string.to_lower")]
    [InlineData("to_upper(\"a\")", "\"A\"", "string.to_upper")]
    [InlineData("trim(\"-a\", \"-\")", "\"a\"", "string.trim")]
    [InlineData("trim_prefix(\"ab\", \"a\")", "\"b\"", "string.trim_prefix")]
    [InlineData("trim_suffix(\"ab\", \"b\")", "\"a\"", "string.trim_suffix")]
    [InlineData("json_decode(\"1\")", "float 1", "encoding.from_json")]
    [InlineData("base64_decode(\"YQ==\")", "\"a\"", "encoding.from_base64")]
    [InlineData("format(\"%d\", 1)", "\"1\"", "string.format")]
    [InlineData("join([\"a\"], \"\")", "\"a\"", "string.join")]
    [InlineData("trim_space(\" a\")", "\"a\"", "string.trim_space")]
    public void Call_DeprecatedName_WorksAndWarns(string expression, string expected, string instead)
    {
        Value? value = Text.Evaluate(expression, out IReadOnlyList<string> messages);
        Assert.Equal(expected, Text.Show(value!));
        Assert.EndsWith($"is deprecated; write {instead} instead", Assert.Single(messages), StringComparison.Ordinal);
    }

    [Fact]
    public void Constants_ThisProcess_AreGosNames()
    {
        Assert.Matches("^\"(linux|windows|darwin|freebsd)\"$", Text.Show("constants.os"));
        Assert.StartsWith("\"v", Text.Show("constants.version"), StringComparison.Ordinal);
        Assert.Equal($"\"{System.Net.Dns.GetHostName()}\"", Text.Show("constants.hostname"));
        Assert.DoesNotContain("X64", Text.Show("constants.arch"), StringComparison.Ordinal);
    }

    [Fact]
    public void Concat_Capsules_KeepsThem()
    {
        var capsule = new SecretValue("a");
        Value? value = Text.Evaluate("array.concat([c], [c, 1])", out _, ("c", capsule));
        Assert.Equal(2, Assert.IsType<ArrayValue>(value).Items.Count(item => ReferenceEquals(item, capsule)));
    }

    [Fact]
    public void Replace_GrowingWithoutEnd_IsBounded()
    {
        // Each round squares the length, so a few of them would fill any memory.
        string expression = "\"" + new string('x', 200) + "\"";
        for (int i = 0; i < 6; i++)
        {
            expression = $"string.replace({expression}, \"x\", \"{new string('x', 200)}\")";
        }

        Assert.Null(Text.Evaluate(expression, out IReadOnlyList<string> messages));
        Assert.Contains("a string may have at most", Assert.Single(messages), StringComparison.Ordinal);
    }

    [Fact]
    public void TryEvaluate_AsDeepAsTheParserAllows_Works()
    {
        Assert.Equal("491", Text.Show("1" + string.Concat(Enumerable.Repeat(" + 1", 490))));
        Assert.Equal("1", Text.Show(new string('(', 190) + "1" + new string(')', 190)));
    }

    [Fact]
    public void Namespace_IsAnObject()
    {
        Assert.Equal(new StringValue("a-b"), Text.Evaluate("string[\"join\"]([\"a\", \"b\"], \"-\")", out _));
        Assert.Null(Text.Evaluate("string.jion([], \"\")", out IReadOnlyList<string> messages));
        Assert.Contains("field \"jion\" does not exist; did you mean \"join\"?", Assert.Single(messages), StringComparison.Ordinal);
    }
}
