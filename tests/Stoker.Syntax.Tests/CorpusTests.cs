using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Stoker.Syntax.Tests;

public sealed partial class CorpusTests
{
    public static TheoryData<string> InvalidFiles => [.. Corpus.Files("invalid").Select(file => file.Path)];

    public static TheoryData<string> ValidFiles => [.. Corpus.Files("valid").Select(file => file.Path)];

    [Theory]
    [MemberData(nameof(ValidFiles))]
    public void Parse_ValidFile_HasNoDiagnostics(string name)
    {
        var diagnostics = new DiagnosticBag();
        Assert.NotNull(Parser.Parse(Corpus.Files("valid").Single(file => file.Path == name), diagnostics));
        Assert.Empty(Text.Messages(diagnostics));
    }

    [Theory]
    [MemberData(nameof(InvalidFiles))]
    public void Parse_InvalidFile_HasExactlyTheDiagnosticsNamedInIt(string name)
    {
        SourceFile file = Corpus.Files("invalid").Single(file => file.Path == name);
        var diagnostics = new DiagnosticBag();
        Parser.Parse(file, diagnostics);

        var unexpected = new List<string>();
        List<(int Line, int Column, string Severity, string Text)> expected = Expected(file);
        foreach (Diagnostic diagnostic in diagnostics.ToSortedList())
        {
            (int line, int column) = file.GetLineAndColumn(diagnostic.Span!.Value.Start);
            int found = expected.FindIndex(e => e.Line == line && e.Column == column
                && e.Severity.Equals(diagnostic.Severity.ToString(), StringComparison.OrdinalIgnoreCase)
                && diagnostic.Message.Contains(e.Text, StringComparison.Ordinal));
            if (found >= 0)
            {
                expected.RemoveAt(found);
            }
            else
            {
                unexpected.Add(diagnostic.ToString());
            }
        }

        Assert.True(
            unexpected.Count + expected.Count == 0,
            $"unexpected:\n{string.Join('\n', unexpected)}\nmissing:\n{string.Join('\n', expected)}");
    }

    private static List<(int Line, int Column, string Severity, string Text)> Expected(SourceFile file)
    {
        var expected = new List<(int, int, string, string)>();
        for (int line = 1; line <= file.LineCount; line++)
        {
            Match match = Marker().Match(Encoding.UTF8.GetString(file.GetLine(line)));
            if (match.Success)
            {
                int place = match.Groups["line"].Success ? int.Parse(match.Groups["line"].Value, CultureInfo.InvariantCulture) : line;
                expected.Add((place, int.Parse(match.Groups["column"].Value, CultureInfo.InvariantCulture), match.Groups["severity"].Value, match.Groups["text"].Value));
            }
        }

        return expected;
    }

    [GeneratedRegex(@"\b(?<severity>ERROR|WARNING) (?:(?<line>\d+):)?(?<column>\d+): (?<text>.+)$")]
    private static partial Regex Marker();
}
