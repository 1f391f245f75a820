using System.Text;
using Stoker.Syntax.Ast;

namespace Stoker.Syntax.Parsing;

/// <summary>Reads the statements of a file. A rule that returns null has reported why; the next statement is read all the same.</summary>
internal sealed class StatementParser(TokenCursor cursor)
{
    private readonly ExpressionParser _expressions = new(cursor);

    /// <summary>
    /// <code>
    /// File = Body EOF
    /// </code>
    /// </summary>
    public Body ParseFile() => ParseBody(TokenKind.EndOfFile);

    /// <summary>
    /// <code>
    /// Body = [ Statement { TERMINATOR Statement } [ TERMINATOR ] ]
    /// </code>
    /// </summary>
    private Body ParseBody(TokenKind end)
    {
        var statements = new List<Statement>();
        while (cursor.Kind != end && cursor.Kind != TokenKind.EndOfFile)
        {
            if (cursor.Kind == TokenKind.Terminator)
            {
                cursor.Advance();
                continue;
            }

            if (ParseStatement() is not { } statement)
            {
                cursor.SkipStatement();
                continue;
            }

            statements.Add(statement);
            if (cursor.Kind != TokenKind.Terminator && cursor.Kind != end && cursor.Kind != TokenKind.EndOfFile)
            {
                cursor.Unexpected(cursor.Kind == TokenKind.Comma
                    ? "expected the end of the line after the statement, which no comma ends"
                    : "expected the end of the line after the statement; each one stands on a line of its own");
                if (cursor.Kind is not (TokenKind.Identifier or TokenKind.RightBrace))
                {
                    cursor.SkipStatement();
                }
            }
        }

        return new Body(statements);
    }

    /// <summary>
    /// <code>
    /// Statement = Attribute | Block
    /// Attribute = Identifier "=" Expr
    /// Block     = Identifier { "." Identifier } [ String ] "{" Body "}"
    /// </code>
    /// </summary>
    private Statement? ParseStatement()
    {
        if (cursor.Kind == TokenKind.String && cursor.NextKind is TokenKind.Assign or TokenKind.LeftBrace)
        {
            cursor.Error(cursor.CurrentSpan, SyntaxHints.ForQuotedName(cursor.TextOf(cursor.Current), cursor.NextKind == TokenKind.LeftBrace));
            return null;
        }

        if (cursor.Kind != TokenKind.Identifier)
        {
            cursor.Unexpected(cursor.Kind == TokenKind.RightBrace
                ? "no block is open that `}` could close; expected an attribute or a block"
                : "expected an attribute (name = value) or a block (name { ... })");
            if (cursor.Kind is not (TokenKind.LeftBrace or TokenKind.LeftBracket or TokenKind.LeftParen))
            {
                // Not for an opening bracket, because the recovery looks for what closes it.
                cursor.Advance();
            }

            return null;
        }

        int start = cursor.Current.Start;
        var nameParts = new List<string> { cursor.TextOf(cursor.Advance()) };
        while (cursor.Kind == TokenKind.Dot)
        {
            cursor.Advance();
            if (cursor.Kind != TokenKind.Identifier)
            {
                cursor.Unexpected("expected a name after `.`");
                return null;
            }

            nameParts.Add(cursor.TextOf(cursor.Advance()));
        }

        SourceSpan nameSpan = cursor.SpanSince(start);
        if (cursor.Kind != TokenKind.Assign)
        {
            return ParseBlock(nameParts, nameSpan);
        }

        if (nameParts.Count == 1)
        {
            return ParseAttribute(nameParts[0], nameSpan);
        }

        cursor.Error(nameSpan, $"the name of an attribute is a single identifier, not `{string.Join('.', nameParts)}`");
        ParseAttribute(nameParts[^1], nameSpan);
        return null;
    }

    private AttributeStatement? ParseAttribute(string name, SourceSpan nameSpan)
    {
        cursor.Advance();
        int start = cursor.Current.Start;
        if (_expressions.Parse($"expected an expression after `{name} =`") is not { } value)
        {
            return null;
        }

        if (cursor.Kind == TokenKind.LeftBrace || (cursor.Kind == TokenKind.String && cursor.NextKind == TokenKind.LeftBrace))
        {
            RefuseBlockAsValue(start);
            return null;
        }

        return new AttributeStatement(name, nameSpan, value, cursor.SpanSince(nameSpan.Start));
    }

    private void RefuseBlockAsValue(int start)
    {
        if (cursor.Kind == TokenKind.String)
        {
            cursor.Advance();
        }

        ParseBlockBody("the block");
        cursor.Error(cursor.SpanSince(start), "a block is no expression and cannot be the value of an attribute; write it as a statement without `=`");
    }

    /// <summary>Reads a block from behind its name. After a faulty header the body is still read, for the errors in it.</summary>
    private BlockStatement? ParseBlock(List<string> nameParts, SourceSpan nameSpan)
    {
        string name = string.Join('.', nameParts);
        bool headerComplete = TryParseLabel(name, out string? label, out SourceSpan? labelSpan);
        if (cursor.Kind == TokenKind.Assign && labelSpan is { } unwanted)
        {
            cursor.Error(unwanted, "an attribute takes no label; remove it");
            ParseAttribute(name, nameSpan);
            return null;
        }

        if (cursor.Kind != TokenKind.LeftBrace)
        {
            headerComplete = false;
            ReportNoBody(name, labelSpan is not null);
            if (!TrySkipToBrace())
            {
                return null;
            }
        }

        SourceSpan header = new(cursor.File, nameSpan.Start, cursor.Current.End);
        return ParseBlockBody($"the block `{name}`") is { } body && headerComplete
            ? new BlockStatement(nameParts, nameSpan, string.IsNullOrEmpty(label) ? null : label, labelSpan, body, header, cursor.SpanSince(nameSpan.Start))
            : null;
    }

    private bool TryParseLabel(string name, out string? label, out SourceSpan? labelSpan)
    {
        label = null;
        labelSpan = null;
        if (cursor.Kind is not (TokenKind.String or TokenKind.RawString or TokenKind.Illegal))
        {
            return true;
        }

        SourceSpan span = cursor.CurrentSpan;
        TokenKind kind = cursor.Kind;
        string written = cursor.TextOf(cursor.Current);
        cursor.Advance();
        labelSpan = span;
        if (kind == TokenKind.Illegal)
        {
            return false;
        }

        label = written[1..^1];
        if (kind == TokenKind.RawString)
        {
            cursor.Error(span, $"the label of a block stands in double quotes, not in backticks: {name} \"{label}\"");
            return false;
        }

        if (label.Length == 0 || Characters.IsIdentifier(Encoding.UTF8.GetBytes(label)))
        {
            return true;
        }

        cursor.Error(span, $"the label {written} is not valid: a label starts with a letter or `_`, goes on with letters, digits or `_`, and is no keyword");
        return false;
    }

    private void ReportNoBody(string name, bool hasLabel)
    {
        if (cursor.Kind == TokenKind.Terminator && cursor.NextKind == TokenKind.LeftBrace)
        {
            cursor.Error(cursor.CurrentSpan, $"expected `{{` on this line: the `{{` of a block stands on the line of its name");
        }
        else if (hasLabel)
        {
            cursor.Unexpected($"expected `{{` after the label of the block `{name}`");
        }
        else if (cursor.Kind == TokenKind.Identifier && cursor.NextKind is TokenKind.LeftBrace)
        {
            cursor.Error(cursor.CurrentSpan, $"the label of a block stands in double quotes: {name} \"{cursor.TextOf(cursor.Current)}\"");
        }
        else
        {
            cursor.Unexpected($"expected `=` for an attribute, or a label in double quotes or `{{` for a block, after `{name}`");
        }
    }

    /// <summary>Skips the rest of a faulty header; false when no brace follows on its line or at the start of the next.</summary>
    private bool TrySkipToBrace()
    {
        while (cursor.Kind is TokenKind.Identifier or TokenKind.String or TokenKind.RawString or TokenKind.Number or TokenKind.Float
            or TokenKind.Bool or TokenKind.Null or TokenKind.Illegal or TokenKind.Dot or TokenKind.Subtract)
        {
            cursor.Advance();
        }

        if (cursor.Kind == TokenKind.Terminator && cursor.NextKind == TokenKind.LeftBrace)
        {
            cursor.Advance();
        }

        return cursor.Kind == TokenKind.LeftBrace;
    }

    /// <summary>
    /// <code>
    /// BlockBody = "{" Body "}"
    /// </code>
    /// </summary>
    private Body? ParseBlockBody(string what)
    {
        if (!cursor.TryEnter())
        {
            cursor.Leave();
            return null;
        }

        SourceSpan open = cursor.CurrentSpan;
        cursor.Advance();
        Body body = ParseBody(TokenKind.RightBrace);
        cursor.Leave();
        if (cursor.Kind == TokenKind.RightBrace)
        {
            cursor.Advance();
            return body;
        }

        cursor.Unexpected($"expected `}}` to close {what}, which was opened at {open}");
        return null;
    }
}
