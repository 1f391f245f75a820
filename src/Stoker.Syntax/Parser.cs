using Stoker.Syntax.Ast;

namespace Stoker.Syntax;

/// <summary>Turns a file into its syntax tree.</summary>
public static class Parser
{
    /// <summary>The file's statements, or null when <paramref name="diagnostics"/> got at least one error from it.</summary>
    public static Body? Parse(SourceFile file, DiagnosticBag diagnostics) => throw new NotImplementedException();
}
