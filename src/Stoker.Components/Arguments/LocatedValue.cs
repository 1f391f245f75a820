using Stoker.Syntax;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Components.Arguments;

/// <summary>
/// A value and the deepest expression it came from. Where the value was written out, its parts have places of their own; where it came from
/// a reference or a function, the parts share the place and are named by <paramref name="Path"/>.
/// </summary>
/// <param name="Path">The way from the expression's value to this one, such as <c>[2].labels</c>; empty at the expression itself.</param>
public readonly record struct LocatedValue(Value Value, Expression Expression, string Path)
{
    public SourceSpan Span => Expression.Span;

    /// <summary>True where the value itself is written out in the file.</summary>
    public bool IsLiteral => Path.Length == 0 && Unwrap(Expression) is LiteralExpression or ArrayExpression or ObjectExpression;

    public LocatedValue Item(int index, Value item) =>
        Path.Length == 0 && ElementAt(Unwrap(Expression), index, (Value as ArrayValue)?.Items.Count ?? 0) is { } element
            ? new LocatedValue(item, element, "")
            : new LocatedValue(item, Expression, $"{Path}[{index}]");

    public LocatedValue Field(string name, Value field) =>
        Path.Length == 0 && Unwrap(Expression) is ObjectExpression literal && literal.Fields.LastOrDefault(f => f.Key == name) is { } written
            ? new LocatedValue(field, written.Value, "")
            : new LocatedValue(field, Expression, $"{Path}.{name}");

    /// <summary>Reports that this value is wrong, as <c>expression.path reason</c>.</summary>
    public void Error(DiagnosticBag diagnostics, string reason) => diagnostics.Error(Span, $"{Shown()}{Path} {reason}");

    /// <param name="remedy">What to do about it, with the punctuation before it; empty where nothing is known.</param>
    public void WrongType(DiagnosticBag diagnostics, string wanted, string remedy = "") =>
        diagnostics.Error(Span, $"{(wanted.Contains("secret", StringComparison.Ordinal) ? "the value" : Shown())}{Path} should be {wanted}, got {Value.TypeName}{remedy}");

    // What is quoted in a message ends in logs.
    private string Shown()
    {
        string text = Span.Text;
        return Span.File.IsSecret || text.Contains('\n') || text.Length > 60 || SecretMask.HasUserInformation(text) ? "the value" : text;
    }

    /// <summary>
    /// The expression that an item of a list was written as; null where that cannot be told. In <c>array.concat</c> it can for the lists
    /// written out before the first other argument and after the last.
    /// </summary>
    private static Expression? ElementAt(Expression list, int index, int count)
    {
        if (list is ArrayExpression array)
        {
            return index < array.Elements.Count ? array.Elements[index] : null;
        }

        if (list is not CallExpression call || call.Function.Span.Text is not ("array.concat" or "concat"))
        {
            return null;
        }

        int start = 0;
        foreach (Expression argument in call.Arguments)
        {
            if (Unwrap(argument) is not ArrayExpression part)
            {
                break;
            }

            if (index - start < part.Elements.Count)
            {
                return part.Elements[index - start];
            }

            start += part.Elements.Count;
        }

        int end = count;
        for (int i = call.Arguments.Count - 1; i >= 0 && Unwrap(call.Arguments[i]) is ArrayExpression part; i--)
        {
            end -= part.Elements.Count;
            if (index >= end)
            {
                return part.Elements[index - end];
            }
        }

        return null;
    }

    private static Expression Unwrap(Expression expression)
    {
        while (expression is ParenExpression paren)
        {
            expression = paren.Inner;
        }

        return expression;
    }
}
