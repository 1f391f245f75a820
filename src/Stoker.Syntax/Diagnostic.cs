namespace Stoker.Syntax;

public enum DiagnosticSeverity
{
    Warning,
    Error,
}

/// <summary>One mistake of the user in a configuration: what is wrong, where, and in the message what to do about it.</summary>
/// <param name="Span">The place; null only where no single place exists.</param>
public sealed record Diagnostic(DiagnosticSeverity Severity, SourceSpan? Span, string Message)
{
    /// <summary>The module that the mistake is in, such as <c>shop.main</c>, where its text is used more than once; null outside of modules.</summary>
    public string? Module { get; init; }

    /// <summary>The short form <c>file:line:column: message</c> of logs and reload answers.</summary>
    public override string ToString() => Span is { } span ? $"{span}: {Message}" : Message;
}
