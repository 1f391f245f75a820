using Stoker.Syntax.Ast;

namespace Stoker.Syntax.Formatting;

/// <summary>Compares syntax trees without their places. Literals are the same when they are written the same.</summary>
internal static class SyntaxEquality
{
    public static bool AreSame(Body first, Body second) => AreSame(first.Statements, second.Statements, AreSame);

    private static bool AreSame(Statement first, Statement second) => (first, second) switch
    {
        (AttributeStatement a, AttributeStatement b) => a.Name == b.Name && AreSame(a.Value, b.Value),
        (BlockStatement a, BlockStatement b) => a.Name == b.Name && a.BlockLabel == b.BlockLabel && AreSame(a.Body, b.Body),
        _ => false,
    };

    private static bool AreSame(Expression first, Expression second) => (first, second) switch
    {
        (LiteralExpression a, LiteralExpression b) => a.Kind == b.Kind && TextOf(a.Span).SequenceEqual(TextOf(b.Span)),
        (IdentifierExpression a, IdentifierExpression b) => a.Name == b.Name,
        (ParenExpression a, ParenExpression b) => AreSame(a.Inner, b.Inner),
        (UnaryExpression a, UnaryExpression b) => a.Operator == b.Operator && AreSame(a.Operand, b.Operand),
        (BinaryExpression a, BinaryExpression b) => a.Operator == b.Operator && AreSame(a.Left, b.Left) && AreSame(a.Right, b.Right),
        (AccessExpression a, AccessExpression b) => a.Name == b.Name && AreSame(a.Value, b.Value),
        (IndexExpression a, IndexExpression b) => AreSame(a.Value, b.Value) && AreSame(a.Index, b.Index),
        (CallExpression a, CallExpression b) => AreSame(a.Function, b.Function) && AreSame(a.Arguments, b.Arguments, AreSame),
        (ArrayExpression a, ArrayExpression b) => AreSame(a.Elements, b.Elements, AreSame),
        (ObjectExpression a, ObjectExpression b) => AreSame(a.Fields, b.Fields, AreSame),
        _ => false,
    };

    private static bool AreSame(ObjectField first, ObjectField second) =>
        first.Key == second.Key && first.Quoted == second.Quoted && AreSame(first.Value, second.Value);

    private static bool AreSame<T>(IReadOnlyList<T> first, IReadOnlyList<T> second, Func<T, T, bool> areSame)
    {
        if (first.Count != second.Count)
        {
            return false;
        }

        for (int i = 0; i < first.Count; i++)
        {
            if (!areSame(first[i], second[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static ReadOnlySpan<byte> TextOf(SourceSpan span) => span.File.Utf8[span.Start..span.End];
}
