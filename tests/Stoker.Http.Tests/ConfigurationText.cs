using Stoker.Syntax;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Http.Tests;

/// <summary>Reads the arguments from text, as the body of a component would be.</summary>
internal static class ConfigurationText
{
    /// <summary>The arguments and the diagnostics, each as <c>line: text of the place: message</c>.</summary>
    public static (HttpClientArguments? Arguments, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings) Read(string text)
    {
        var diagnostics = new DiagnosticBag();
        var file = SourceFile.FromText("test.alloy", text);
        Body? body = Parser.Parse(file, diagnostics);
        HttpClientArguments? arguments = null;
        if (body is not null)
        {
            var scope = new Scope(new Dictionary<string, Value>(), new Dictionary<string, Value>());
            arguments = (HttpClientArguments?)HttpClientArguments.Schema.DecodeObject(body, new SourceSpan(file, 0, 0), scope, diagnostics);
        }

        IReadOnlyList<Diagnostic> all = diagnostics.ToSortedList();
        return (arguments, Show(DiagnosticSeverity.Error), Show(DiagnosticSeverity.Warning));

        IReadOnlyList<string> Show(DiagnosticSeverity severity) =>
            [.. all.Where(diagnostic => diagnostic.Severity == severity).Select(diagnostic =>
                $"{diagnostic.Span!.Value.Text.Split('\n')[0].TrimEnd(' ', '{')}: {diagnostic.Message}")];
    }
}
