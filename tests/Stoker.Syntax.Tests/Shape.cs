using System.Text;
using Stoker.Syntax.Ast;

namespace Stoker.Syntax.Tests;

/// <summary>What a file says, without how it is set: its tree and its comments as text.</summary>
internal static class Shape
{
    public static string Of(Body body) => string.Join('\n', body.Statements.Select(Of));

    /// <summary>
    /// The comments of a file that parses, in their order and without carriage returns. Written apart from the scanner, which it checks.
    /// </summary>
    public static IReadOnlyList<string> Comments(string text)
    {
        var comments = new List<string>();
        int at = 0;
        while (at < text.Length)
        {
            int start = at;
            switch (text[at])
            {
                case '"':
                    for (at++; text[at] != '"'; at++)
                    {
                        at += text[at] == '\\' ? 1 : 0;
                    }

                    at++;
                    break;
                case '`':
                    at = text.IndexOf('`', at + 1) + 1;
                    break;
                case '/' when text[at + 1] == '/':
                    at = text.IndexOf('\n', at);
                    at = at < 0 ? text.Length : at;
                    comments.Add(text[start..at].Replace("\r", "", StringComparison.Ordinal));
                    break;
                case '/' when text[at + 1] == '*':
                    at = text.IndexOf("*/", at + 2, StringComparison.Ordinal) + 2;
                    comments.Add(text[start..at].Replace("\r", "", StringComparison.Ordinal));
                    break;
                default:
                    at++;
                    break;
            }
        }

        return comments;
    }

    private static string Of(Statement statement) => statement switch
    {
        AttributeStatement attribute => $"{attribute.Name} = {Of(attribute.Value)}",
        BlockStatement block => $"{block.Name} <{block.BlockLabel}> {{\n{Of(block.Body)}\n}}",
        _ => throw new NotSupportedException(),
    };

    private static string Of(Expression expression) => expression switch
    {
        LiteralExpression literal => $"<{literal.Kind} {literal.Span.Text}>",
        IdentifierExpression identifier => identifier.Name,
        ParenExpression paren => $"paren({Of(paren.Inner)})",
        UnaryExpression unary => $"{unary.Operator}({Of(unary.Operand)})",
        BinaryExpression binary => $"{binary.Operator}({Of(binary.Left)}, {Of(binary.Right)})",
        AccessExpression access => $"access({Of(access.Value)}, {access.Name})",
        IndexExpression index => $"index({Of(index.Value)}, {Of(index.Index)})",
        CallExpression call => $"call({Of(call.Function)}; {List(call.Arguments.Select(Of))})",
        ArrayExpression array => $"[{List(array.Elements.Select(Of))}]",
        ObjectExpression fields => $"{{{List(fields.Fields.Select(field => $"{field.Key} {field.Quoted} = {Of(field.Value)}"))}}}",
        _ => throw new NotSupportedException(),
    };

    private static StringBuilder List(IEnumerable<string> items) => new StringBuilder().AppendJoin(", ", items);
}
