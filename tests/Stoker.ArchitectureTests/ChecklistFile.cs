using System.Text.RegularExpressions;

namespace Stoker.ArchitectureTests;

/// <summary>One line of the checklist: what the page says, and the tests that would fail without it.</summary>
/// <param name="Cells">Every cell of the line by the heading of its column, without backquotes around it.</param>
internal sealed record ChecklistRow(string Key, IReadOnlyList<string> Tests, IReadOnlyDictionary<string, string> Cells);

/// <summary>One argument or block of a component's reference page, and its cells in the same way.</summary>
internal sealed record PageArgument(string Key, IReadOnlyDictionary<string, string> Cells);

/// <summary>
/// A checklist in Markdown. Its rows are those of every table whose last column is headed <c>Tests</c>; a row is known by its first cell. Rows
/// that cannot have a test yet are named, in backquotes at the begin of an item, in the list below the heading <see cref="LaterHeading"/>.
/// </summary>
internal sealed partial class ChecklistFile
{
    public const string LaterHeading = "## Not there yet";

    private const string LabelsHeading = "## Labels of a target";

    private static readonly string[] Declared = ["Type", "Default", "Required"];

    private ChecklistFile(IReadOnlyList<ChecklistRow> rows, IReadOnlyList<string> later) => (Rows, Later) = (rows, later);

    public IReadOnlyList<ChecklistRow> Rows { get; }

    /// <summary>The keys of rows that wait for something that is not built.</summary>
    public IReadOnlyList<string> Later { get; }

    public static ChecklistFile Parse(string markdown)
    {
        var rows = new List<ChecklistRow>();
        string[]? header = null;
        foreach (string line in markdown.Split('\n'))
        {
            string[] cells = Cells(line);
            if (cells.Length == 0)
            {
                header = null;
            }
            else if (header is null)
            {
                header = cells;
            }
            else if (header[^1] == "Tests" && !cells[0].StartsWith("---", StringComparison.Ordinal))
            {
                rows.Add(new ChecklistRow(cells[0].Trim('`'), [.. QuotedIn(cells[^1])], ByHeading(header, cells)));
            }
        }

        return new ChecklistFile(rows, [.. SectionOf(markdown, LaterHeading).Split('\n')
            .Where(line => line.StartsWith("- ", StringComparison.Ordinal))
            .SelectMany(line => KeysOf(line))]);
    }

    /// <summary>Everything that is wrong with the list itself.</summary>
    public IEnumerable<string> FindFaults(IReadOnlySet<string> tests)
    {
        foreach (string twice in Rows.GroupBy(row => row.Key).Where(rows => rows.Count() > 1).Select(rows => rows.Key))
        {
            yield return $"{twice} stands more than once";
        }

        foreach (ChecklistRow row in Rows)
        {
            foreach (string unknown in row.Tests.Where(test => !tests.Contains(test)))
            {
                yield return $"{row.Key}: there is no test {unknown}";
            }

            bool waits = Later.Contains(row.Key);
            if (row.Tests.Count == 0 && !waits)
            {
                yield return $"{row.Key} has no test and is not among what is not there yet";
            }
        }

        foreach (string unknown in Later.Where(key => Rows.All(row => row.Key != key)))
        {
            yield return $"{unknown} is among what is not there yet, but no row";
        }
    }

    /// <summary>
    /// Where the list says something else than a component's reference page of the type, the default or the obligation of an argument. Of a
    /// block, only its obligation is compared: it has neither of the others.
    /// </summary>
    public IEnumerable<string> FindDifferences(string page)
    {
        foreach (PageArgument argument in ArgumentsOf(page))
        {
            if (Rows.FirstOrDefault(row => row.Key == argument.Key) is not { } row)
            {
                continue;
            }

            foreach (string column in argument.Cells["Type"] == "block" ? Declared[^1..] : Declared)
            {
                string own = row.Cells.GetValueOrDefault(column, "not there");
                if (own != argument.Cells[column])
                {
                    yield return $"{argument.Key}: {column} is \"{own}\", and \"{argument.Cells[column]}\" on the page";
                }
            }
        }
    }

    /// <summary>The labels of a target that a component's reference page gives a meaning to.</summary>
    public static IEnumerable<string> LabelsOf(string page) =>
        SectionOf(page, LabelsHeading).Split('\n').Select(Cells).Where(cells => cells.Length > 0).SelectMany(cells => QuotedIn(cells[0]));

    /// <summary>The arguments of a component's reference page, each as <c>block > block > name</c>: the rows of its tables of arguments.</summary>
    public static IEnumerable<PageArgument> ArgumentsOf(string page)
    {
        string block = "";
        string[]? header = null;
        foreach (string line in page.Split('\n'))
        {
            if (line.StartsWith('#'))
            {
                Match heading = BlockHeading().Match(line);
                block = heading.Success ? heading.Groups["path"].Value + " > " : "";
            }

            string[] cells = Cells(line);
            header = cells.Length == 0 ? null : cells is ["Name", .., "Required"] ? cells : header;
            if (header is not null && cells[0].StartsWith('`'))
            {
                yield return new PageArgument(block + cells[0].Trim('`'), ByHeading(header, cells));
            }
        }
    }

    private static string[] Cells(string line) =>
        line.StartsWith('|') ? [.. line.Trim().Trim('|').Split('|').Select(cell => cell.Trim())] : [];

    private static Dictionary<string, string> ByHeading(string[] header, string[] cells) =>
        header.Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second.Trim('`'), StringComparer.Ordinal);

    private static string SectionOf(string markdown, string heading)
    {
        int start = markdown.IndexOf(heading + "\n", StringComparison.Ordinal);
        if (start < 0)
        {
            return "";
        }

        int end = markdown.IndexOf("\n## ", start + heading.Length, StringComparison.Ordinal);
        return end < 0 ? markdown[start..] : markdown[start..end];
    }

    // The keys are what is quoted before the colon; the reason after it may quote anything.
    private static IEnumerable<string> KeysOf(string item) => QuotedIn(item.Split(':', 2)[0]);

    private static IEnumerable<string> QuotedIn(string text) => Quoted().Matches(text).Select(match => match.Groups["text"].Value);

    [GeneratedRegex("`(?<text>[^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex("^### `(?<path>[^`]+)`$")]
    private static partial Regex BlockHeading();
}
