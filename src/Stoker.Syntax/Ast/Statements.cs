namespace Stoker.Syntax.Ast;

/// <summary>The statements of a file or of a block, in source order.</summary>
public sealed record Body(IReadOnlyList<Statement> Statements);

public abstract record Statement(SourceSpan Span);

/// <summary><c>name = value</c>.</summary>
public sealed record AttributeStatement(string Name, SourceSpan NameSpan, Expression Value, SourceSpan Span) : Statement(Span);

/// <summary><c>name.parts "label" { body }</c>.</summary>
/// <param name="NameParts">The identifiers of the dotted name.</param>
/// <param name="BlockLabel">The text of the label; null where there is none or where it is empty.</param>
/// <param name="HeaderSpan">From the name up to the opening brace, the brace included.</param>
public sealed record BlockStatement(
    IReadOnlyList<string> NameParts,
    SourceSpan NameSpan,
    string? BlockLabel,
    SourceSpan? LabelSpan,
    Body Body,
    SourceSpan HeaderSpan,
    SourceSpan Span) : Statement(Span)
{
    /// <summary>The dotted name, such as <c>profile.memory</c>.</summary>
    public string Name { get; } = string.Join('.', NameParts);
}
