using Stoker.Syntax.Values;

namespace Stoker.Syntax.Tests;

/// <summary>The functions that read JSON and YAML, and those of lists of objects.</summary>
public sealed class DataFunctionTests
{
    [Theory]
    [InlineData("", "null")]
    [InlineData("a: 1\nb: [x, -2, 1.5, 1e3, 0x1F, 0o17, 017, 18446744073709551615]", "{a = 1, b = [\"x\", -2, float 1.5, float 1000, 31, 15, 15, 18446744073709551615]}")]
    [InlineData("[yes, no, on, true, False, ~, null, '', \"1\", '1']", "[\"yes\", \"no\", \"on\", true, false, null, null, \"\", \"1\", \"1\"]")]
    [InlineData("[2020-01-02, 2020-01-02T03:04:05Z, 2020-01-02 03:04:05.5]", "[\"2020-01-02T00:00:00Z\", \"2020-01-02T03:04:05Z\", \"2020-01-02T03:04:05.5Z\"]")]
    [InlineData("[!!str 1, !!float 1, !own 1]", "[\"1\", float 1, \"1\"]")]
    [InlineData("1: a\ntrue: b", "{1 = \"a\", true = \"b\"}")]
    [InlineData("a: 1\n---\nb: 2", "{a = 1}")]
    [InlineData("a: &x {k: 1, l: 2}\nb: {<<: *x, l: 3}\nc: *x", "{a = {k = 1, l = 2}, b = {l = 3, k = 1}, c = {k = 1, l = 2}}")]
    [InlineData("a: |\n  b\n  c\n", "{a = \"b\nc\n\"}")]
    public void FromYaml_Document_GivesItsValue(string yaml, string expected) => Assert.Equal(expected, Text.Show("encoding.from_yaml(s)", ("s", new StringValue(yaml))));

    [Theory]
    [InlineData("a: [", "is no YAML")]
    [InlineData("a: *x", "anchor")]
    [InlineData("[a]: 1", "keys are strings")]
    [InlineData("a: &a [*a]", "anchor")]
    public void FromYaml_Broken_SaysWhere(string yaml, string part) => Assert.Contains(part, Message("encoding.from_yaml(s)", yaml), StringComparison.Ordinal);

    [Fact]
    public void FromYaml_AliasesOfAliases_AreBounded()
    {
        string yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
            + string.Concat(Enumerable.Range(1, 9).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));
        Assert.Contains("more than 1000000 values", Message("encoding.from_yaml(s)", yaml), StringComparison.Ordinal);
        Assert.Contains("nested too deeply", Message("encoding.from_yaml(s)", new string('[', 100_000)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$.a.b", "[1]")]
    [InlineData("a.b", "[1]")]
    [InlineData("$['a']['b']", "[1]")]
    [InlineData("$.list[0].n", "[\"x\"]")]
    [InlineData("$.list[-1:].n", "[\"z\"]")]
    [InlineData("$.list[0:2].n", "[\"x\", \"y\"]")]
    [InlineData("$.list[0,2].n", "[\"x\", \"z\"]")]
    [InlineData("$.list[*].v", "[1, float 2.5, 9007199254740993]")]
    [InlineData("$..n", "[\"x\", \"y\", \"z\"]")]
    [InlineData("$.list[?(@.n == 'y')].v", "[float 2.5]")]
    [InlineData("$.list[?(@.v > 2)].n", "[\"y\", \"z\"]")]
    [InlineData("$.list[?(@.n =~ /^[xz]$/)].n", "[\"x\", \"z\"]")]
    [InlineData("$.missing", "[]")]
    [InlineData("$.t", "[[true, null]]")]
    public void JsonPath_Valid_GivesAList(string path, string expected)
    {
        const string Json = """{"a": {"b": 1}, "list": [{"n": "x", "v": 1}, {"n": "y", "v": 2.5}, {"n": "z", "v": 9007199254740993}], "t": [true, null]}""";
        Assert.Equal(expected, Text.Show("json_path(j, p)", ("j", new StringValue(Json)), ("p", new StringValue(path))));
    }

    [Theory]
    [InlineData("{", "$", "argument 1 of json_path is not valid JSON")]
    [InlineData("{}", "$.[", "argument 2 of json_path is not a valid JSONPath")]
    [InlineData("{}", "$[99999999999999999999]", "argument 2 of json_path is not a valid JSONPath")]
    [InlineData("[\"a\"]", "$[?(@ =~ /(/)]", "argument 2 of json_path is not a valid JSONPath")]
    [InlineData("[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\"]", "$[?(@ =~ /^(a+)+$/)]", "takes too long")]
    public void JsonPath_Invalid_NamesTheArgument(string json, string path, string part)
    {
        Assert.Null(Text.Evaluate("json_path(j, p)", out IReadOnlyList<string> messages, ("j", new StringValue(json)), ("p", new StringValue(path))));
        Assert.Contains(part, Assert.Single(messages), StringComparison.Ordinal);
    }

    [Fact]
    public void JsonPath_FilterThatSearchesAllAtEachElement_IsBounded()
    {
        var json = new StringValue("[" + string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"[{i}]")) + "]");
        Assert.Null(Text.Evaluate("json_path(j, \"$[?($..x == 1)]\")", out IReadOnlyList<string> messages, ("j", json)));
        Assert.Contains("too many steps", Assert.Single(messages), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("array.combine_maps([{a = 1, b = 2}, {a = 3}], [{a = 1.0, c = 4}, {a = 1, b = 5}], [\"a\"])", "[{a = float 1, b = 2, c = 4}, {a = 1, b = 5}]")]
    [InlineData("array.combine_maps([{a = 1}, {b = 2}], [{a = 2}, {a = 3}], [\"a\"], true)", "[{a = 1}, {b = 2}]")]
    [InlineData("array.combine_maps([{a = 1}], [], [\"a\"], true)", "[{a = 1}]")]
    [InlineData("array.combine_maps([{a = [1], b = {}}], [{a = [1], b = {}, c = 1}], [\"a\", \"b\"])", "[{a = [1], b = {}, c = 1}]")]
    [InlineData("array.combine_maps(null, [], [\"a\"])", "[]")]
    [InlineData("array.group_by([{k = \"a\", v = 1}, {k = \"b\"}, {k = \"a\"}, {v = 2}], \"k\", false)", "[{k = \"a\", items = [{k = \"a\", v = 1}, {k = \"a\"}]}, {k = \"b\", items = [{k = \"b\"}]}, {k = \"\", items = [{v = 2}]}]")]
    [InlineData("array.group_by([{v = 2}], \"k\", true)", "[]")]
    [InlineData("array[\"group_by\"]([], \"k\", true)", "[]")]
    [InlineData("encoding.from_json(\"[9007199254740993, 18446744073709551615, 9007199254740992, 1]\")", "[9007199254740993, 18446744073709551615, float 9007199254740992, float 1]")]
    [InlineData("string.join(null, \",\")", "\"\"")]
    [InlineData("string.to_lower(\"\u0130\u212a\") + string.to_upper(\"\u0131\u017fß\")", "\"ikISß\"")]
    [InlineData("string.trim_space(\"\u00a0\u2003\u0085a\u3000\")", "\"a\"")]
    public void Call_Valid_GivesTheResult(string expression, string expected) => Assert.Equal(expected, Text.Show(expression));

    [Theory]
    [InlineData("array.combine_maps([], [], [])", "is empty")]
    [InlineData("array.combine_maps([1], [], [\"a\"])", "element 0 of argument 1 of array.combine_maps should be object, got number")]
    [InlineData("array.combine_maps([])", "takes 3 to 4 arguments, got 1")]
    [InlineData("array.group_by([{k = 1}], \"k\", true)", "should have a string under the key, got number")]
    [InlineData("array.group_by([], \"k\", \"true\")", "should be bool, got string")]
    [InlineData("encoding.to_json({a = encoding.from_yaml(\".inf\")})", "infinite")]
    public void Call_Invalid_SaysWhy(string expression, string part)
    {
        Assert.Null(Text.Evaluate(expression, out IReadOnlyList<string> messages));
        Assert.Contains(part, Assert.Single(messages), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("combine_maps")]
    [InlineData("group_by")]
    public void Call_ExperimentalWithoutTheFlag_NamesTheFlag(string name)
    {
        var array = (ObjectValue)StandardLibrary.Create(_ => null)["array"];
        Value? value = Text.Evaluate($"own[\"{name}\"]()", out IReadOnlyList<string> messages, ("own", array));
        Assert.Null(value);
        Assert.Contains($"the function array.{name} is experimental; --stability.level=experimental allows it", Assert.Single(messages), StringComparison.Ordinal);
    }

    [Fact]
    public void Concat_GrowingWithoutEnd_IsBounded()
    {
        var many = new ArrayValue([.. Enumerable.Repeat<Value>(NullValue.Instance, 400_000)]);
        Assert.Null(Text.Evaluate("array.concat(y, y, y)", out IReadOnlyList<string> messages, ("y", many)));
        Assert.Contains("more than 1000000 elements", Assert.Single(messages), StringComparison.Ordinal);
    }

    private static string Message(string expression, string text)
    {
        Assert.Null(Text.Evaluate(expression, out IReadOnlyList<string> messages, ("s", new StringValue(text))));
        return Assert.Single(messages);
    }
}
