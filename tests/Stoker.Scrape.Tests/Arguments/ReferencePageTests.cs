using System.Text;
using Stoker.Components.Arguments;

namespace Stoker.Scrape.Tests.Arguments;

/// <summary>The reference page shows the arguments as they are declared, each block once.</summary>
public sealed class ReferencePageTests
{
    private static readonly string Page = File.ReadAllText(FindPage());

    public static TheoryData<string> Blocks => [.. Tables().Keys];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Page_TableOfBlock_IsWhatTheSchemaDeclares(string block)
    {
        string heading = block.Length == 0 ? "## Arguments" : $"### `{block}`";
        int start = Page.IndexOf(heading + "\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"The page has no heading: {heading}\n{Tables()[block]}");
        int next = Page.IndexOf("\n#", start + heading.Length, StringComparison.Ordinal);
        string section = Page[start..(next < 0 ? Page.Length : next + 1)];
        Assert.True(section.Contains(Tables()[block], StringComparison.Ordinal), $"The table of \"{block}\" should be:\n{Tables()[block]}");
    }

    [Fact]
    public void Page_FailureReasons_AreAllThere() => Assert.All(
        Enum.GetValues<ScrapeFailureReason>(), reason => Assert.Contains($"| `{ScrapeFailure.Text(reason)}` |", Page, StringComparison.Ordinal));

    private static Dictionary<string, string> Tables()
    {
        var tables = new Dictionary<string, string>(StringComparer.Ordinal);
        Add("", ScrapeArguments.Schema);
        return tables;

        void Add(string path, BlockSchema schema)
        {
            var table = new StringBuilder("| Name | Type | Description | Default | Required |\n| --- | --- | --- | --- | --- |\n");
            foreach (FieldDescription field in schema.Fields)
            {
                string text = field.Default.Length > 0 ? $"`{field.Default}`" : "";
                table.Append($"| `{field.Name}` | {field.Type} | {field.Summary} | {text} | {(field.Required ? "yes" : "no")} |\n");
            }

            tables[path] = table.ToString();
            foreach (FieldDescription field in schema.Fields.Where(field => field.Nested is not null))
            {
                Add(path.Length == 0 ? field.Name : $"{path} > {field.Name}", field.Nested!);
            }
        }
    }

    private static string FindPage()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Stoker.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(folder!, "docs/reference/components/pyroscope.scrape.md");
    }
}
