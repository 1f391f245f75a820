namespace Stoker.Syntax.Ast;

/// <summary>A node that yields a value. Nodes are immutable; every span covers the whole node.</summary>
public abstract record Expression(SourceSpan Span)
{
    /// <summary>How many nodes lie on the longest way down. The parser bounds it, so walking a tree recursively is safe.</summary>
    public virtual int Height => 1;

    private protected static int HeightOver(IEnumerable<Expression> children) => 1 + children.Select(child => child.Height).DefaultIfEmpty().Max();
}

public enum LiteralKind
{
    Null,
    Bool,
    Number,
    Float,
    String,
    RawString,
}

/// <summary>A literal as it stands in the source; its value is computed when it is evaluated.</summary>
public sealed record LiteralExpression(LiteralKind Kind, SourceSpan Span) : Expression(Span);

public sealed record IdentifierExpression(string Name, SourceSpan Span) : Expression(Span);

public sealed record ParenExpression(Expression Inner, SourceSpan Span) : Expression(Span)
{
    public override int Height { get; } = 1 + Inner.Height;
}

public sealed record ArrayExpression(IReadOnlyList<Expression> Elements, SourceSpan Span) : Expression(Span)
{
    public override int Height { get; } = HeightOver(Elements);
}

/// <summary>One <c>key = value</c> of an object literal. The key of a quoted field is its raw inner text.</summary>
public sealed record ObjectField(string Key, bool Quoted, SourceSpan KeySpan, Expression Value);

public sealed record ObjectExpression(IReadOnlyList<ObjectField> Fields, SourceSpan Span) : Expression(Span)
{
    public override int Height { get; } = HeightOver(Fields.Select(field => field.Value));
}

public sealed record AccessExpression(Expression Value, string Name, SourceSpan NameSpan, SourceSpan Span) : Expression(Span)
{
    public override int Height { get; } = 1 + Value.Height;
}

public sealed record IndexExpression(Expression Value, Expression Index, SourceSpan Span) : Expression(Span)
{
    public override int Height { get; } = 1 + Math.Max(Value.Height, Index.Height);
}

public sealed record CallExpression(Expression Function, IReadOnlyList<Expression> Arguments, SourceSpan Span) : Expression(Span)
{
    public override int Height { get; } = Math.Max(1 + Function.Height, HeightOver(Arguments));
}

public enum UnaryOperator
{
    Not,
    Negate,
}

public sealed record UnaryExpression(UnaryOperator Operator, Expression Operand, SourceSpan Span) : Expression(Span)
{
    public override int Height { get; } = 1 + Operand.Height;
}

public enum BinaryOperator
{
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
}

public sealed record BinaryExpression(BinaryOperator Operator, Expression Left, Expression Right, SourceSpan OperatorSpan, SourceSpan Span)
    : Expression(Span)
{
    public override int Height { get; } = 1 + Math.Max(Left.Height, Right.Height);
}
