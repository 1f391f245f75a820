using System.Buffers;
using Stoker.Syntax.Ast;

namespace Stoker.Syntax.Formatting;

/// <summary>Writes expressions. Lists break where they break in the source; everything else comes on one line.</summary>
internal sealed class ExpressionPrinter(SourceFile file, CommentIndex comments, TokenWriter writer, Care care)
{
    private static readonly SearchValues<byte> NotInQuotes = SearchValues.Create("\"\\\t\v\f\r\n"u8);

    public void Print(Expression expression)
    {
        switch (expression)
        {
            case LiteralExpression literal:
                writer.WriteAt(literal.Span.Start, TextOf(literal.Span), isInteger: literal.Kind == LiteralKind.Number);
                break;
            case IdentifierExpression identifier:
                writer.WriteAt(identifier.Span.Start, TextOf(identifier.Span));
                break;
            case UnaryExpression unary:
                writer.WriteAt(unary.Span.Start, file.Utf8.Slice(unary.Span.Start, 1));
                Print(unary.Operand);
                break;
            case BinaryExpression binary:
                Print(binary.Left);
                writer.Write(Space.Blank);
                writer.WriteAt(binary.OperatorSpan.Start, TextOf(binary.OperatorSpan));
                writer.Write(Space.Blank);
                Print(binary.Right);
                break;
            case ParenExpression paren:
                writer.WriteAt(paren.Span.Start, "("u8);
                Print(paren.Inner);
                writer.WriteAt(paren.Span.End - 1, ")"u8);
                break;
            case AccessExpression access:
                PrintAccess(access);
                break;
            case IndexExpression index:
                Print(index.Value);
                writer.WriteAt(comments.TokenFrom(index.Value.Span.End), "["u8);
                Print(index.Index);
                writer.WriteAt(index.Span.End - 1, "]"u8);
                break;
            case ArrayExpression array:
                writer.WriteAt(array.Span.Start, "["u8);
                PrintItems(array.Elements, array.Span.Start, array.Span.End - 1);
                writer.WriteAt(array.Span.End - 1, "]"u8);
                break;
            case ObjectExpression fields:
                PrintObject(fields);
                break;
            case CallExpression call:
                PrintCall(call);
                break;
        }
    }

    private void PrintAccess(AccessExpression access)
    {
        Print(access.Value);
        writer.WriteNext("."u8);
        if (care >= Care.Comments
            && (comments.AnyIn(access.Value.Span.End, access.NameSpan.Start) || comments.AnyOnRestOfLine(access.NameSpan.End)))
        {
            writer.WriteAt(access.NameSpan.Start, TextOf(access.NameSpan));
        }
        else
        {
            writer.WriteNext(TextOf(access.NameSpan));
        }
    }

    /// <summary>Elements of an array, or arguments of a call that are laid out like these.</summary>
    private void PrintItems(IReadOnlyList<Expression> items, int open, int close)
    {
        int line = comments.LineOf(open);
        for (int i = 0; i < items.Count; i++)
        {
            bool isOnNewLine = comments.LineOf(items[i].Span.Start) != line;
            if (isOnNewLine)
            {
                writer.Write(Space.Indent, Space.Break);
            }
            else if (i > 0)
            {
                writer.Write(Space.Blank);
            }

            Print(items[i]);
            line = comments.LineOf(items[i].Span.End - 1);
            if (i + 1 < items.Count)
            {
                writer.WriteNext(","u8);
            }

            if (isOnNewLine)
            {
                writer.Write(Space.Unindent);
            }
        }

        if (items.Count > 0 && comments.LineOf(close) != line)
        {
            writer.WriteNext(","u8);

            // Indented for the comments behind the last element.
            writer.Write(Space.Indent, Space.Break, Space.Unindent);
        }
    }

    private void PrintObject(ObjectExpression expression)
    {
        writer.WriteAt(expression.Span.Start, "{"u8);
        writer.Write(Space.Indent);
        int line = comments.LineOf(expression.Span.Start);
        for (int i = 0; i < expression.Fields.Count; i++)
        {
            ObjectField field = expression.Fields[i];
            if (comments.LineOf(field.KeySpan.Start) != line)
            {
                writer.Write(i > 0 && IsOnOneLine(expression.Fields[i - 1].Value.Span) ? Space.Line : Space.Break);
            }
            else if (i > 0)
            {
                writer.Write(Space.Blank);
            }

            // The name, not the value: a value of several lines therefore takes what follows it to a line of its own.
            line = comments.LineOf(field.KeySpan.End - 1);
            PrintKey(field);
            writer.Write(Space.Column);
            writer.WriteNext("="u8);
            writer.Write(Space.Blank);
            Print(field.Value);
            if (i + 1 < expression.Fields.Count)
            {
                writer.WriteNext(","u8);
            }
        }

        if (expression.Fields.Count > 0 && comments.LineOf(expression.Span.End - 1) != line)
        {
            writer.WriteNext(","u8);
            writer.Write(Space.Break);
        }

        writer.Write(Space.Unindent);
        writer.WriteAt(expression.Span.End - 1, "}"u8);
    }

    /// <summary>A key in backticks gets double quotes where these leave its text as it is.</summary>
    private void PrintKey(ObjectField field)
    {
        ReadOnlySpan<byte> text = TextOf(field.KeySpan);
        if (text[0] == '`' && text.Length > 2 && !text.ContainsAny(NotInQuotes))
        {
            writer.WriteAt(field.KeySpan.Start, [(byte)'"', .. text[1..^1], (byte)'"']);
        }
        else
        {
            writer.WriteAt(field.KeySpan.Start, text);
        }
    }

    private void PrintCall(CallExpression call)
    {
        int close = call.Span.End - 1;
        int open = call.Function.Span.End;
        Print(call.Function);
        writer.WriteNext("("u8);
        if (care >= Care.Comments && (comments.AnyIn(open, close) || comments.AnyOnRestOfLine(close)))
        {
            // Where the bracket stands must be known, else comments before it move behind it.
            PrintCommentedArguments(call, open, close);
            return;
        }

        int line = comments.LineOf(open);
        for (int i = 0; i < call.Arguments.Count; i++)
        {
            Expression argument = call.Arguments[i];
            bool isOnNewLine = comments.LineOf(argument.Span.Start) != line;
            if (isOnNewLine)
            {
                writer.Write(Space.Break, Space.Indent);
            }

            Print(argument);
            line = comments.LineOf(argument.Span.End - 1);
            if (i + 1 < call.Arguments.Count)
            {
                writer.WriteNext(","u8);
                writer.Write(Space.Blank);
            }

            if (isOnNewLine)
            {
                writer.Write(Space.Unindent);
            }
        }

        if (call.Arguments.Count > 0 && comments.LineOf(close) != line)
        {
            writer.WriteNext(","u8);
            writer.Write(Space.Break);
        }

        writer.WriteNext(")"u8);
    }

    private void PrintCommentedArguments(CallExpression call, int open, int close)
    {
        PrintItems(call.Arguments, open, close);
        if (call.Arguments.Count == 0 && comments.LineOf(close) != comments.LineOf(open) && comments.AnyIn(open, close))
        {
            writer.Write(Space.Indent, Space.Break, Space.Unindent);
        }

        writer.WriteAt(close, ")"u8);
    }

    private bool IsOnOneLine(SourceSpan span) => comments.LineOf(span.Start) == comments.LineOf(span.End - 1);

    private ReadOnlySpan<byte> TextOf(SourceSpan span) => file.Utf8[span.Start..span.End];
}
