using Stoker.Components;
using Stoker.Labels;
using Stoker.Syntax;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Arguments;

/// <summary>The arguments of a component from text, and every diagnostic as <c>line: text of the place: message</c>.</summary>
internal sealed record ConfigurationText(ScrapeArguments? Arguments, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings)
{
    /// <summary>Reads the body of a component; <c>receiver</c> and <c>discovered</c> are names that it may use.</summary>
    public static ConfigurationText Read(string text)
    {
        var diagnostics = new DiagnosticBag();
        var file = SourceFile.FromText("test.alloy", text);
        Body? body = Parser.Parse(file, diagnostics);
        ScrapeArguments? arguments = null;
        if (body is not null)
        {
            var scope = new Scope(
                new Dictionary<string, Value>
                {
                    ["receiver"] = new ProfileReceiverValue("pyroscope.write.local", new RecordingReceiver()),
                    ["discovered"] = new ArrayValue([new Target(LabelSet.Of(("__address__", "found:1"))), new Target(LabelSet.Of(("a", "b")))]),
                },
                StandardLibrary.Create(_ => null));
            arguments = (ScrapeArguments?)ScrapeArguments.Schema.DecodeObject(body, new SourceSpan(file, 0, 0), scope, diagnostics);
        }

        IReadOnlyList<Diagnostic> all = diagnostics.ToSortedList();
        return new ConfigurationText(arguments, Show(DiagnosticSeverity.Error), Show(DiagnosticSeverity.Warning));

        IReadOnlyList<string> Show(DiagnosticSeverity severity) =>
            [.. all.Where(diagnostic => diagnostic.Severity == severity).Select(diagnostic =>
                $"{file.GetLineAndColumn(diagnostic.Span!.Value.Start).Line}: {diagnostic.Span!.Value.Text.Split('\n')[0].TrimEnd(' ', '{')}: {diagnostic.Message}")];
    }
}
