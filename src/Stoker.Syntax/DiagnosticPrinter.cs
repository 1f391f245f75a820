namespace Stoker.Syntax;

/// <summary>Prints diagnostics as an operator reads them: a header, the excerpt, and carets below the place.</summary>
public static class DiagnosticPrinter
{
    public static void Print(IReadOnlyList<Diagnostic> diagnostics, TextWriter output, bool color) => throw new NotImplementedException();
}
