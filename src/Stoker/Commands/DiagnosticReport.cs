using Stoker.Syntax;

namespace Stoker.Commands;

/// <summary>Prints what is wrong with a configuration the way <c>run</c>, <c>validate</c> and <c>targets</c> all do.</summary>
internal static class DiagnosticReport
{
    public static void Print(IReadOnlyList<Diagnostic> diagnostics, TextWriter output)
    {
        bool color = !Console.IsErrorRedirected
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") != "dumb";
        DiagnosticPrinter.Print(diagnostics, output, color);
    }

    /// <summary>The last line of a command that could not use its configuration.</summary>
    public static void PrintFailure(string path, IReadOnlyList<Diagnostic> diagnostics, string consequence, TextWriter output)
    {
        Print(diagnostics, output);
        if (diagnostics.All(diagnostic => diagnostic.Span is null))
        {
            // A path that cannot be read is no mistake inside it.
            return;
        }

        int errors = diagnostics.Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        output.WriteLine();
        output.WriteLine($"Error: {ConfigurationArgument.NameOf(path)} has {errors} {(errors == 1 ? "mistake" : "mistakes")}{consequence}");
    }
}
