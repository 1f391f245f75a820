using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Components.Tests.Arguments;

public sealed class ValueTextTests
{
    [Theory]
    [InlineData("[1, -2, 18446744073709551615, 1.5, 1e300, true, null]")]
    [InlineData("{a = \"b\", \"c d\" = {e = []}}")]
    [InlineData("\"quote \\\" backslash \\\\ line \\n tab \\t bell \\a é 😀 < > &\"")]
    public void Format_Value_ReadsBackAsTheSame(string expression)
    {
        Value value = Evaluate(expression);
        Assert.Equal(value, Evaluate(ValueText.Format(value)));
    }

    [Fact]
    public void Format_Secrets_DoNotShow() =>
        Assert.Equal("[(secret), (secret)]", ValueText.Format(new ArrayValue([new SecretValue("x"), new OptionalSecretValue("x", isSecret: true)])));

    private static Value Evaluate(string expression)
    {
        var diagnostics = new DiagnosticBag();
        Body? body = Parser.Parse(SourceFile.FromText("t", "x = " + expression), diagnostics);
        Assert.True(body is not null, expression + "\n" + string.Join('\n', diagnostics.ToSortedList()));
        var scope = new Scope(new Dictionary<string, Value>(), new Dictionary<string, Value>());
        Assert.True(Evaluator.TryEvaluate(((AttributeStatement)body.Statements[0]).Value, scope, diagnostics, out Value value));
        return value;
    }
}
