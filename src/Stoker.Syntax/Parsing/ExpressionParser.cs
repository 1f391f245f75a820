using Stoker.Syntax.Ast;

namespace Stoker.Syntax.Parsing;

/// <summary>Reads expressions. A rule that returns null has reported why.</summary>
internal sealed class ExpressionParser(TokenCursor cursor)
{
    // Bounds the tree for whoever walks it: a chain such as a.b.c or 1 + 2 + 3 grows it without nesting in the text.
    private const int MaxHeight = 500;

    /// <summary>
    /// <code>
    /// Expr = Or
    /// </code>
    /// </summary>
    /// <param name="expected">What an error says should stand here.</param>
    public Expression? Parse(string expected)
    {
        if (!cursor.TryEnter())
        {
            cursor.Leave();
            return null;
        }

        Expression? expression = ParseBinary(expected, minPrecedence: 1);
        cursor.Leave();
        return expression;
    }

    /// <summary>
    /// <code>
    /// Or      = And { "||" And }
    /// And     = Compare { "&amp;&amp;" Compare }
    /// Compare = Sum { ( "==" | "!=" | "&lt;" | "&lt;=" | ">" | ">=" ) Sum }
    /// Sum     = Product { ( "+" | "-" ) Product }
    /// Product = Power { ( "*" | "/" | "%" ) Power }
    /// Power   = Unary [ "^" Power ]
    /// </code>
    /// </summary>
    private Expression? ParseBinary(string expected, int minPrecedence)
    {
        Expression? left = ParseUnary(expected);
        while (left is not null && OperatorOf(cursor.Kind) is { } found && found.Precedence >= minPrecedence)
        {
            Token symbol = cursor.Advance();
            string wanted = $"expected an expression after `{cursor.TextOf(symbol)}`";
            Expression? right = found.Operator == BinaryOperator.Power
                ? ParsePower(wanted)
                : ParseBinary(wanted, found.Precedence + 1);
            left = right is null
                ? null
                : Bounded(new BinaryExpression(
                    found.Operator, left, right, cursor.SpanOf(symbol), SourceSpan.Between(left.Span, right.Span)));
        }

        return left;
    }

    private Expression? ParsePower(string expected)
    {
        // The only operator that groups to the right, so a chain of it nests.
        Expression? right = cursor.TryEnter() ? ParseBinary(expected, minPrecedence: 6) : null;
        cursor.Leave();
        return right;
    }

    /// <summary>
    /// <code>
    /// Unary = ( "!" | "-" ) Unary | Postfix
    /// </code>
    /// </summary>
    private Expression? ParseUnary(string expected)
    {
        if (cursor.Kind is not (TokenKind.Not or TokenKind.Subtract))
        {
            return ParsePostfix(expected);
        }

        if (!cursor.TryEnter())
        {
            cursor.Leave();
            return null;
        }

        Token symbol = cursor.Advance();
        Expression? operand = ParseUnary($"expected an expression after `{cursor.TextOf(symbol)}`");
        cursor.Leave();
        return operand is null
            ? null
            : Bounded(new UnaryExpression(
                symbol.Kind == TokenKind.Not ? UnaryOperator.Not : UnaryOperator.Negate, operand, cursor.SpanSince(symbol.Start)));
    }

    /// <summary>
    /// <code>
    /// Postfix = Primary { "." Identifier | "[" Expr "]" | "(" [ Expr { "," Expr } [ "," ] ] ")" }
    /// </code>
    /// </summary>
    private Expression? ParsePostfix(string expected)
    {
        Expression? value = ParsePrimary(expected);
        while (value is not null)
        {
            switch (cursor.Kind)
            {
                case TokenKind.Dot:
                    value = ParseAccess(value);
                    break;
                case TokenKind.LeftBracket:
                    value = ParseIndex(value);
                    break;
                case TokenKind.LeftParen:
                    value = ParseCall(value);
                    break;
                default:
                    return value;
            }
        }

        return null;
    }

    private Expression? ParseAccess(Expression value)
    {
        cursor.Advance();
        if (cursor.Kind != TokenKind.Identifier)
        {
            cursor.Unexpected("expected a name after `.`");
            return null;
        }

        Token name = cursor.Advance();
        return Bounded(new AccessExpression(value, cursor.TextOf(name), cursor.SpanOf(name), cursor.SpanSince(value.Span.Start)));
    }

    private Expression? ParseIndex(Expression value)
    {
        cursor.Open();
        return Parse("expected an index between `[` and `]`") is { } index && TryClose(TokenKind.RightBracket, "]")
            ? Bounded(new IndexExpression(value, index, cursor.SpanSince(value.Span.Start)))
            : null;
    }

    private Expression? ParseCall(Expression function)
    {
        var arguments = new List<Expression>();
        return TryParseItems(TokenKind.RightParen, ")", "argument", arguments, () => Parse("expected an argument"))
            ? Bounded(new CallExpression(function, arguments, cursor.SpanSince(function.Span.Start)))
            : null;
    }

    /// <summary>
    /// <code>
    /// Primary = Identifier | String | RawString | Number | Float | Bool | Null | "(" Expr ")" | Array | Object
    /// </code>
    /// </summary>
    private Expression? ParsePrimary(string expected)
    {
        SourceSpan span = cursor.CurrentSpan;
        switch (cursor.Kind)
        {
            case TokenKind.Identifier when !cursor.StartsStatement():
                return new IdentifierExpression(cursor.TextOf(cursor.Advance()), span);
            case TokenKind.LeftParen:
                cursor.Open();
                return Parse("expected an expression after `(`") is { } inner && TryClose(TokenKind.RightParen, ")")
                    ? Bounded(new ParenExpression(inner, cursor.SpanSince(span.Start)))
                    : null;
            case TokenKind.LeftBracket:
                return ParseArray(span.Start);
            case TokenKind.LeftBrace:
                return ParseObject(span.Start);
            case TokenKind.Illegal:
                // Reported by the scanner. It stands for a value, so that the rest can be read.
                cursor.Advance();
                return new LiteralExpression(LiteralKind.Null, span);
        }

        LiteralKind? kind = cursor.Kind switch
        {
            TokenKind.Null => LiteralKind.Null,
            TokenKind.Bool => LiteralKind.Bool,
            TokenKind.Number => LiteralKind.Number,
            TokenKind.Float => LiteralKind.Float,
            TokenKind.String => LiteralKind.String,
            TokenKind.RawString => LiteralKind.RawString,
            _ => null,
        };
        if (kind is not { } literal)
        {
            cursor.Unexpected(expected);
            return null;
        }

        cursor.Advance();
        if (Literal.WarningFor(literal, span) is { } warning)
        {
            cursor.Warning(span, warning);
        }

        return new LiteralExpression(literal, span);
    }

    /// <summary>
    /// <code>
    /// Array = "[" [ Expr { "," Expr } [ "," ] ] "]"
    /// </code>
    /// </summary>
    private Expression? ParseArray(int start)
    {
        var elements = new List<Expression>();
        return TryParseItems(TokenKind.RightBracket, "]", "element", elements, () => Parse("expected an element"))
            ? Bounded(new ArrayExpression(elements, cursor.SpanSince(start)))
            : null;
    }

    /// <summary>
    /// <code>
    /// Object = "{" [ Field { "," Field } [ "," ] ] "}"
    /// </code>
    /// </summary>
    private Expression? ParseObject(int start)
    {
        var fields = new List<ObjectField>();
        if (!TryParseItems(TokenKind.RightBrace, "}", "field", fields, ParseField))
        {
            return null;
        }

        var first = new Dictionary<string, ObjectField>(StringComparer.Ordinal);
        foreach (ObjectField field in fields)
        {
            if (!first.TryAdd(field.Key, field))
            {
                cursor.Warning(field.KeySpan, $"the key \"{field.Key}\" stands already at {first[field.Key].KeySpan}; this later one counts");
            }
        }

        return Bounded(new ObjectExpression(fields, cursor.SpanSince(start)));
    }

    /// <summary>
    /// <code>
    /// Field = ( Identifier | String | RawString ) "=" Expr
    /// </code>
    /// </summary>
    private ObjectField? ParseField()
    {
        if (cursor.Kind is not (TokenKind.Identifier or TokenKind.String or TokenKind.RawString))
        {
            cursor.Unexpected("expected the name of a field, which is an identifier or a string");
            return null;
        }

        Token name = cursor.Advance();
        bool quoted = name.Kind != TokenKind.Identifier;
        string key = quoted ? cursor.TextOf(name)[1..^1] : cursor.TextOf(name);
        if (cursor.Kind != TokenKind.Assign)
        {
            cursor.Unexpected($"expected `=` after the field name {cursor.TextOf(name)}");
            return null;
        }

        cursor.Advance();
        return Parse("expected an expression after `=`") is { } value
            ? new ObjectField(key, quoted, cursor.SpanOf(name), value)
            : null;
    }

    /// <summary>
    /// Reads a bracketed list with its brackets. An item with an error is skipped and the next one read, so that each error is found;
    /// false when there was one.
    /// </summary>
    private bool TryParseItems<T>(TokenKind closing, string closingText, string itemName, List<T> items, Func<T?> parseItem)
        where T : class
    {
        cursor.Open();
        int level = cursor.OpenBrackets;
        bool complete = true;
        while (cursor.Kind != closing)
        {
            if (parseItem() is { } item)
            {
                items.Add(item);
                if (!TryEndItem(closing, closingText, itemName))
                {
                    complete = false;
                }
                else
                {
                    continue;
                }
            }

            complete = false;
            if (!cursor.SkipItem(level))
            {
                return false;
            }

            if (cursor.Kind == TokenKind.Comma)
            {
                cursor.Advance();
            }
        }

        cursor.Close();
        return complete;
    }

    /// <summary>Reads what follows an item; false with an error where it is neither a comma nor the end of the list.</summary>
    private bool TryEndItem(TokenKind closing, string closingText, string itemName)
    {
        if (cursor.Kind == TokenKind.Comma)
        {
            cursor.Advance();
            return true;
        }

        if (cursor.Kind == closing)
        {
            return true;
        }

        bool inObject = closing == TokenKind.RightBrace;
        if (cursor.Kind == TokenKind.Terminator && cursor.NextKind == closing)
        {
            cursor.Error(
                cursor.CurrentSpan,
                $"expected `,` after the {itemName}: where `{closingText}` stands on a line of its own, the last {itemName} needs a comma too");
            cursor.Advance();
            return true;
        }

        if (cursor.Kind == TokenKind.Terminator && StartsItem(cursor.NextKind, inObject) && !cursor.LooksLikeStatement(1, inObject))
        {
            cursor.Error(cursor.CurrentSpan, $"expected `,` after the {itemName}");
            cursor.Advance();
            return true;
        }

        cursor.Unexpected($"expected `,` or `{closingText}` after the {itemName}");
        return false;
    }

    private static bool StartsItem(TokenKind kind, bool inObject) => inObject
        ? kind is TokenKind.Identifier or TokenKind.String or TokenKind.RawString
        : kind is TokenKind.Identifier or TokenKind.String or TokenKind.RawString or TokenKind.Number or TokenKind.Float or TokenKind.Bool
            or TokenKind.Null or TokenKind.LeftBrace;

    private bool TryClose(TokenKind closing, string closingText)
    {
        if (cursor.Kind == closing)
        {
            cursor.Close();
            return true;
        }

        if (cursor.Kind == TokenKind.Terminator && cursor.NextKind == closing)
        {
            cursor.Error(cursor.CurrentSpan, $"expected `{closingText}` on this line; only lists, objects and calls may be closed on a line of their own");
            cursor.Advance();
            cursor.Close();
            return true;
        }

        cursor.Unexpected($"expected `{closingText}`");
        return false;
    }

    private Expression? Bounded(Expression expression)
    {
        if (expression.Height <= MaxHeight)
        {
            return expression;
        }

        cursor.Error(expression.Span, $"the expression has more than {MaxHeight} steps; take it apart");
        return null;
    }

    private static (BinaryOperator Operator, int Precedence)? OperatorOf(TokenKind kind) => kind switch
    {
        TokenKind.Or => (BinaryOperator.Or, 1),
        TokenKind.And => (BinaryOperator.And, 2),
        TokenKind.Equal => (BinaryOperator.Equal, 3),
        TokenKind.NotEqual => (BinaryOperator.NotEqual, 3),
        TokenKind.Less => (BinaryOperator.Less, 3),
        TokenKind.LessOrEqual => (BinaryOperator.LessOrEqual, 3),
        TokenKind.Greater => (BinaryOperator.Greater, 3),
        TokenKind.GreaterOrEqual => (BinaryOperator.GreaterOrEqual, 3),
        TokenKind.Add => (BinaryOperator.Add, 4),
        TokenKind.Subtract => (BinaryOperator.Subtract, 4),
        TokenKind.Multiply => (BinaryOperator.Multiply, 5),
        TokenKind.Divide => (BinaryOperator.Divide, 5),
        TokenKind.Modulo => (BinaryOperator.Modulo, 5),
        TokenKind.Power => (BinaryOperator.Power, 6),
        _ => null,
    };
}
