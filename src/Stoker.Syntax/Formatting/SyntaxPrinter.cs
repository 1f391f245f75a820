using System.Text;
using Stoker.Syntax.Ast;

namespace Stoker.Syntax.Formatting;

/// <summary>
/// Writes statements: one line for each, blocks set off, an empty line kept. The lines of the source say where lines end.
/// </summary>
internal sealed class SyntaxPrinter(SourceFile file, CommentIndex comments, TokenWriter writer, Care care)
{
    private readonly ExpressionPrinter _expressions = new(file, comments, writer, care);

    public void Print(Body body)
    {
        PrintBody(body);
        writer.End();
    }

    private void PrintBody(Body body)
    {
        int previousEnd = 0;
        for (int i = 0; i < body.Statements.Count; i++)
        {
            Statement statement = body.Statements[i];
            int first = comments.LineOf(statement.Span.Start);
            if (i > 0 && (statement is BlockStatement || first - previousEnd > 1))
            {
                writer.Write(Space.Break);
            }

            PrintStatement(statement);
            previousEnd = comments.LineOf(statement.Span.End - 1);
            writer.Write(previousEnd > first ? Space.Break : Space.Line);
        }
    }

    private void PrintStatement(Statement statement)
    {
        if (statement is BlockStatement block)
        {
            PrintBlock(block);
        }
        else if (statement is AttributeStatement attribute)
        {
            writer.WriteAt(attribute.NameSpan.Start, TextOf(attribute.NameSpan));
            writer.Write(Space.Column);
            writer.WriteNext("="u8);
            writer.Write(Space.Blank);
            _expressions.Print(attribute.Value);
        }
    }

    private void PrintBlock(BlockStatement block)
    {
        int brace = block.HeaderSpan.End - 1;
        if (care >= Care.Comments && comments.AnyIn(block.NameSpan.Start, brace))
        {
            PrintNameInParts(block);
        }
        else
        {
            writer.WriteAt(block.NameSpan.Start, Encoding.UTF8.GetBytes(block.Name));
        }

        if (block is { BlockLabel: not null, LabelSpan: { } label })
        {
            writer.Write(Space.Blank);
            writer.WriteAt(label.Start, TextOf(label));
        }

        writer.Write(Space.Blank);
        writer.WriteAt(brace, "{"u8);
        writer.Write(Space.Indent);
        if (block.Body.Statements.Count == 0)
        {
            writer.Write(Space.Blank);
        }
        else
        {
            writer.Write(Space.Break);
            PrintBody(block.Body);
        }

        writer.Write(Space.Unindent);
        writer.WriteAt(block.Span.End - 1, "}"u8);
    }

    /// <summary>
    /// A comment of the line may stand inside the name; moved behind it, it would push the brace to the next line, where none may stand.
    /// </summary>
    private void PrintNameInParts(BlockStatement block)
    {
        int at = block.NameSpan.Start;
        foreach (string part in block.NameParts)
        {
            if (at > block.NameSpan.Start)
            {
                at = comments.TokenFrom(comments.TokenFrom(at) + 1);
                writer.WriteNext("."u8);
            }

            byte[] text = Encoding.UTF8.GetBytes(part);
            writer.WriteAt(at, text);
            at += text.Length;
        }
    }

    private ReadOnlySpan<byte> TextOf(SourceSpan span) => file.Utf8[span.Start..span.End];
}
