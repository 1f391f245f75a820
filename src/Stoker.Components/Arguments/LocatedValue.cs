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
        Path.Length == 0 && Unwrap(Expression) is ArrayExpression array && index < array.Elements.Count
            ? new LocatedValue(item, array.Elements[index], "")
            : new LocatedValue(item, Expression, $"{Path}[{index}]");

    public LocatedValue Field(string name, Value field) =>
        Path.Length == 0 && Unwrap(Expression) is ObjectExpression literal && literal.Fields.LastOrDefault(f => f.Key == name) is { } written
            ? new LocatedValue(field, written.Value, "")
            : new LocatedValue(field, Expression, $"{Path}.{name}");

    /// <summary>Reports that this value is wrong, as <c>expression.path reason</c>.</summary>
    public void Error(DiagnosticBag diagnostics, string reason)
    {
        string text = Span.Text;
        string shown = text.Contains('\n') || text.Length > 60 ? "the value" : text;
        diagnostics.Error(Span, $"{shown}{Path} {reason}");
    }

    public void WrongType(DiagnosticBag diagnostics, string wanted) => Error(diagnostics, $"should be {wanted}, got {Value.TypeName}");

    private static Expression Unwrap(Expression expression)
    {
        while (expression is ParenExpression paren)
        {
            expression = paren.Inner;
        }

        return expression;
    }
}
