using Stoker.Components.Arguments;
using Stoker.Labels;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Components.Tests.Arguments;

/// <summary>What becomes of a value in an attribute of a type, as <c>docs/reference/language-checklist.md</c> lists it.</summary>
public sealed class ConversionRulesTests
{
    private static readonly Dictionary<string, string> Values = new()
    {
        ["null"] = "null",
        ["string"] = "\"5\"",
        ["number"] = "5",
        ["bool"] = "true",
        ["array"] = "[]",
        ["object"] = "{}",
        ["secret"] = "vault.secret",
        ["plain"] = "vault.number",
        ["hidden"] = "vault.hidden",
        ["capsule"] = "write.receiver",
        ["target"] = "discovery.targets[0]",
        ["function"] = "string.join",
    };

    [Theory]
    [InlineData("name", "null string number plain")]
    [InlineData("count", "null string number plain")]
    [InlineData("ratio", "null string number plain")]
    [InlineData("enabled", "null bool")]
    [InlineData("interval", "null")]
    [InlineData("token", "null string secret plain hidden")]
    [InlineData("words", "null array")]
    [InlineData("labels", "null object target")]
    [InlineData("targets", "null array")]
    [InlineData("forward_to", "null array")]
    public void Table_OfTypes_TakesTheseAndNoOthers(string attribute, string accepted)
    {
        string prefix = attribute == "name" ? "" : "name = \"n\"\n";
        IEnumerable<string> taken = Values.Where(value => Decoded.From($"{prefix}{attribute} = {value.Value}", out _) is not null).Select(value => value.Key);
        Assert.Equal(accepted, string.Join(' ', taken));
    }

    [Theory]
    [InlineData("null", "null")]
    [InlineData("vault.secret", "(secret)")]
    [InlineData("vault.hidden", "(secret)")]
    [InlineData("write.receiver", "capsule(\"ProfilesReceiver\")")]
    [InlineData("[1, {a = true}]", "[1, {\"a\" = true}]")]
    [InlineData("string.join", "function(string.join)")]
    public void Any_TakesEveryValueAsItIs(string expression, string shown) => Assert.Equal(shown, ValueText.Format(Any(expression)));

    [Theory]
    [InlineData("1", "1")]
    [InlineData("-1", "-1")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("1.50", "1.5")]
    [InlineData("1e21", "1000000000000000000000")]
    [InlineData("1.5e300 * 0 + 1e-7", "0.0000001")]
    [InlineData("0.1 + 0.2", "0.30000000000000004")]
    public void Number_AsAString_HasNoExponent(string expression, string text) => Assert.Equal(text, Decoded.From($"name = {expression}").Name);

    [Theory]
    [InlineData("ratio = \".5\"", 0.5)]
    [InlineData("ratio = \"5.\"", 5)]
    [InlineData("ratio = \"1E+3\"", 1000)]
    [InlineData("ratio = \"-7\"", -7)]
    [InlineData("ratio = \"-1.5\"", -1.5)]
    [InlineData("ratio = 18446744073709551615", 18446744073709551615.0)]
    public void String_AsAFloat_IsRead(string body, double expected) => Assert.Equal(expected, Decoded.From("name = \"n\"\n" + body).Ratio);

    [Theory]
    [InlineData("count = \"1e3\"", 1000)]
    [InlineData("count = \"5.0\"", 5)]
    [InlineData("count = 1e3", 1000)]
    [InlineData("count = \"-9223372036854775808\"", long.MinValue)]
    public void String_AsAnInteger_IsReadWhereItIsWhole(string body, long expected) => Assert.Equal(expected, Decoded.From("name = \"n\"\n" + body).Count);

    [Theory]
    [InlineData("count = 1.9")]
    [InlineData("count = 1e300")]
    [InlineData("count = 18446744073709551615")]
    [InlineData("count = \"1.9\"")]
    [InlineData("count = \"1e300\"")]
    [InlineData("count = \"0x10\"")]
    [InlineData("count = \"1_000\"")]
    [InlineData("count = \" 5\"")]
    [InlineData("count = \"5 \"")]
    [InlineData("count = \"+1\"")]
    [InlineData("count = \"\"")]
    [InlineData("count = \"-\"")]
    [InlineData("ratio = \"\"")]
    [InlineData("ratio = \"+1.5\"")]
    [InlineData("ratio = \"1_0.5\"")]
    [InlineData("ratio = \"0x1p-2\"")]
    [InlineData("ratio = \"1.5 \"")]
    [InlineData("ratio = \"--1\"")]
    [InlineData("ratio = \"Inf\"")]
    [InlineData("ratio = \".\"")]
    [InlineData("ratio = \"1e999\"")]
    [InlineData("ratio = \"1,5\"")]
    public void Number_ThatWouldNotBeTheSame_IsAMistake(string body) => Assert.Contains("should be a", Decoded.Errors(body), StringComparison.Ordinal);

    [Theory]
    [InlineData("words = [[\"a\"]]")]
    [InlineData("words = \"a\"")]
    [InlineData("labels = [{a = \"b\"}]")]
    [InlineData("targets = {a = \"b\"}")]
    [InlineData("forward_to = [[write.receiver]]")]
    public void List_IsNeitherFlattenedNorMadeOfOneValue(string body) => Assert.Contains("should be", Decoded.Errors(body), StringComparison.Ordinal);

    [Theory]
    [InlineData("name = []", "2:8: [] should be string, got array")]
    [InlineData("name = [1][0] == 1", "2:8: [1][0] == 1 should be string, got bool")]
    [InlineData("name = {a = {b = []}}.a.b", "2:8: {a = {b = []}}.a.b should be string, got array")]
    [InlineData("name = \"n\"\nwords = [true, \"a\", true]", "3:10: true should be string, got bool|3:21: true should be string, got bool")]
    [InlineData("name = \"n\"\nwords = [0, [0][0], {}]", "3:21: {} should be string, got object")]
    public void Mistake_NamesTheExpressionAndBothTypesAtItsOwnPlace(string body, string expected)
    {
        Assert.Null(Decoded.From(body, out IReadOnlyList<string> messages));
        Assert.Equal(expected, string.Join('|', messages));
    }

    [Theory]
    [InlineData("{a = \"x\", b = 1, c = true, d = vault.plain}", "{a=\"x\", b=\"1\", c=\"true\", d=\"15s\"}")]
    [InlineData("{a = 1.5, b = 100000.0, c = 1e20, d = 0.0001}", "{a=\"1.5\", b=\"100000\", c=\"100000000000000000000\", d=\"0.0001\"}")]
    [InlineData("{a = 1e21, b = 1.5e300, c = 0.00001, d = -2.5e-7}", "{a=\"1e+21\", b=\"1.5e+300\", c=\"1e-05\", d=\"-2.5e-07\"}")]
    [InlineData("{a = 18446744073709551615, b = 017, c = 0.0}", "{a=\"18446744073709551615\", b=\"15\", c=\"0\"}")]
    public void Target_FromAnObject_HasTheTextOfEachValue(string expression, string labels) =>
        Assert.Equal(labels, Assert.Single(Decoded.From($"name = \"n\"\ntargets = [{expression}]").Targets).Labels.ToString());

    [Theory]
    [InlineData("{a = vault.secret}")]
    [InlineData("{a = vault.hidden}")]
    [InlineData("{a = null}")]
    [InlineData("{a = [1]}")]
    [InlineData("{a = {b = 1}}")]
    [InlineData("{a = string.join}")]
    [InlineData("null")]
    [InlineData("1")]
    public void Target_FromAnythingElse_IsAMistake(string expression) =>
        Assert.DoesNotContain("s3cret", Decoded.Errors($"targets = [{expression}]"), StringComparison.Ordinal);

    [Theory]
    [InlineData("targets[0] == targets[0]", "true")]
    [InlineData("targets[0] == again[0]", "true")]
    [InlineData("targets[0] == targets[1]", "false")]
    [InlineData("targets[0] == {a = \"1\", b = \"2\"}", "false")]
    [InlineData("targets == again", "false")]
    [InlineData("targets[0].a + targets[0][\"b\"]", "\"12\"")]
    [InlineData("targets[0][\"missing\"]", "null")]
    [InlineData("targets[0]", "{\"a\" = \"1\", \"b\" = \"2\"}")]
    [InlineData("array.concat(targets, again)[2].b", "\"2\"")]
    public void Target_InAnExpression_IsItsLabels(string expression, string expected) => Assert.Equal(expected, ValueText.Format(Any(expression)));

    [Theory]
    [InlineData("targets[0].missing", "missing")]
    [InlineData("targets[0] + \"a\"", "capsule(\"target\")")]
    public void Target_InAnExpression_HasNothingElse(string expression, string message)
    {
        Assert.False(TryAny(expression, out _, out string messages));
        Assert.Contains(message, messages, StringComparison.Ordinal);
    }

    private static Value Any(string expression)
    {
        Assert.True(TryAny(expression, out Value value, out string messages), messages);
        return value;
    }

    private static bool TryAny(string expression, out Value value, out string messages)
    {
        var diagnostics = new DiagnosticBag();
        var body = Parser.Parse(SourceFile.FromText("t.alloy", "x = " + expression), diagnostics);
        var attribute = (Syntax.Ast.AttributeStatement)body!.Statements[0];
        var names = new Dictionary<string, Value>(Decoded.Names)
        {
            ["targets"] = new ArrayValue([new Target(LabelSet.Of(("b", "2"), ("a", "1"))), new Target(LabelSet.Of(("a", "2")))]),
            ["again"] = new ArrayValue([new Target(LabelSet.Of(("a", "1"), ("b", "2")))]),
        };
        bool converted = Evaluator.TryEvaluate(attribute.Value, new Scope(names, StandardLibrary.Create(_ => null)), diagnostics, out value)
            && ArgumentTypes.Any.TryConvert(new LocatedValue(value, attribute.Value, ""), diagnostics, out value);
        messages = string.Join('\n', diagnostics.ToSortedList());
        return converted;
    }
}
