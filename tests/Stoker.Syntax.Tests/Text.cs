using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Syntax.Tests;

/// <summary>Short forms for tests: text in, values or messages out.</summary>
internal static class Text
{
    // Everything that there is; what is refused by default has tests of its own.
    private const StabilityLevel Stability = StabilityLevel.Experimental;

    public static Body? Parse(string text, out DiagnosticBag diagnostics)
    {
        diagnostics = new DiagnosticBag();
        return Parser.Parse(SourceFile.FromText("t.alloy", text), diagnostics);
    }

    /// <summary>The diagnostics of a text as <c>line:column: message</c>.</summary>
    public static IReadOnlyList<string> Errors(string text)
    {
        Parse(text, out DiagnosticBag diagnostics);
        return Messages(diagnostics);
    }

    public static IReadOnlyList<string> Messages(DiagnosticBag diagnostics) =>
        [.. diagnostics.ToSortedList().Select(diagnostic => diagnostic.ToString().Replace("t.alloy:", "", StringComparison.Ordinal))];

    /// <summary>The value of an expression with the names given; null where it has none.</summary>
    public static Value? Evaluate(string expression, out IReadOnlyList<string> messages, params ReadOnlySpan<(string Name, Value Value)> names)
    {
        Body? body = Parse("x = " + expression, out DiagnosticBag diagnostics);
        Assert.True(body is not null, string.Join('\n', Messages(diagnostics)));
        var variables = new Dictionary<string, Value>();
        foreach ((string name, Value known) in names)
        {
            variables[name] = known;
        }

        var scope = new Scope(variables, StandardLibrary.Create(name => name == "HOME" ? "/home/ann" : null, Stability));
        bool evaluated = Evaluator.TryEvaluate(((AttributeStatement)body.Statements[0]).Value, scope, diagnostics, out Value value);
        messages = Messages(diagnostics);
        return evaluated ? value : null;
    }

    /// <summary>The value of an expression that has one, as text.</summary>
    public static string Show(string expression, params ReadOnlySpan<(string Name, Value Value)> names)
    {
        Value? value = Evaluate(expression, out IReadOnlyList<string> messages, names);
        return value is null ? "error " + string.Join('\n', messages) : Show(value);
    }

    public static string Show(Value value) => value switch
    {
        NumberValue { NumberKind: NumberKind.Float } number => "float " + NumberText.Format(number),
        NumberValue number => NumberText.Format(number),
        StringValue text => $"\"{text.Content}\"",
        BoolValue flag => flag.Content ? "true" : "false",
        ArrayValue array => "[" + string.Join(", ", array.Items.Select(Show)) + "]",
        ObjectValue fields => "{" + string.Join(", ", fields.Fields.Select(field => $"{field.Key} = {Show(field.Value)}")) + "}",
        CapsuleValue capsule => capsule.Display,
        FunctionValue function => $"function {function.Name}",
        _ => "null",
    };
}
