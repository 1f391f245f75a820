using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Stoker.Syntax.Tests;

/// <summary>
/// The folders below <c>tests/corpora/diagnostics</c>: the places in the files of a folder (places.txt) must print as expected.txt says, byte for byte.
/// </summary>
public sealed partial class DiagnosticLayoutTests
{
    private const string StandardInput = "<stdin>";

    public static TheoryData<string> Cases => [.. Directory.EnumerateDirectories(Corpus.Diagnostics).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Print_PlacesOfAFolder_LooksAsExpected(string name)
    {
        string folder = Path.Combine(Corpus.Diagnostics, name);
        var diagnostics = new DiagnosticBag();
        bool color = false;
        foreach (string line in File.ReadAllText(Path.Combine(folder, "places.txt")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Match match = Place().Match(line);
            color |= line == "color";
            if (match.Success)
            {
                diagnostics.Add(Read(folder, match));
            }
            else
            {
                Assert.Equal("color", line);
            }
        }

        var output = new StringWriter();
        DiagnosticPrinter.Print(diagnostics.ToSortedList(), output, color);

        Assert.Equal(Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, "expected.txt"))), output.ToString());
    }

    [Fact]
    public void Print_OverAThousand_SaysHowManyAreLeftOut()
    {
        SourceFile file = SourceFile.FromText("many.alloy", string.Concat(Enumerable.Repeat("a\n", 1234)));
        var diagnostics = new DiagnosticBag();
        for (int i = 0; i < 1234; i++)
        {
            diagnostics.Error(new SourceSpan(file, 2 * i, (2 * i) + 1), "m");
        }

        var output = new StringWriter();
        DiagnosticPrinter.Print(diagnostics.ToSortedList(), output, color: false);

        Assert.EndsWith(
            "\n\nError: many.alloy:1000:1: m\n\n 999 | a\n1000 | a\n     | ^\n1001 | a\n\nError: there are 234 more; correct these first\n",
            output.ToString(), StringComparison.Ordinal);
    }

    private static Diagnostic Read(string folder, Match match)
    {
        DiagnosticSeverity severity = match.Groups["severity"].Value == "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
        string message = match.Groups["message"].Value.Replace("\\n", "\n", StringComparison.Ordinal);
        string path = match.Groups["file"].Value;
        if (path == "-")
        {
            return new Diagnostic(severity, null, message);
        }

        // Not a name that every file system has.
        var file = new SourceFile(path, File.ReadAllBytes(Path.Combine(folder, path == StandardInput ? "stdin" : path)));
        int start = Offset(match.Groups["line"], match.Groups["column"]);
        int end = match.Groups["endLine"].Success ? Offset(match.Groups["endLine"], match.Groups["endColumn"]) + 1 : start;
        return new Diagnostic(severity, new SourceSpan(file, start, end), message);

        int Offset(Group line, Group column) => file.GetLineStart(Number(line)) + Number(column) - 1;
    }

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<severity>error|warning) (?<file>\S+)(?: (?<line>\d+):(?<column>\d+)(?:-(?<endLine>\d+):(?<endColumn>\d+))?)? (?<message>.+)$")]
    private static partial Regex Place();
}
