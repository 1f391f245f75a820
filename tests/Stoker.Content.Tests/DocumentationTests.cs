using System.Text;
using Stoker.Components.Arguments;
using Stoker.TestKit;
using Stoker.TestKit.Programs;

namespace Stoker.Content.Tests;

/// <summary>The reference page of every component shows the arguments as they are declared, what is exported and every metric.</summary>
public sealed class DocumentationTests
{
    public static TheoryData<string> Components => [.. ContentComponents.Definitions.Select(definition => definition.Name)];

    [Theory]
    [MemberData(nameof(Components))]
    public void Page_Tables_AreWhatTheSchemaDeclares(string name) => AssertTables(PageOf(name), "## Arguments", Written.Definition(name).Arguments);

    [Theory]
    [MemberData(nameof(Components))]
    public async Task Page_Metrics_AreAllThere(string name)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("a.alloy", "");
        string body = name switch
        {
            "import.string" => "content = \"\"",
            "import.git" => $"repository = \"{path}\"\npath = \"a\"",
            "import.http" or "remote.http" => "url = \"http://config/\"",
            _ => $"filename = \"{path}\"",
        };
        var server = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok([]));
        await using RunningContent running = RunningContent.Start(name, body, server, storagePath: folder.FullPath);
        await running.FirstRoundAsync();

        string page = PageOf(name);
        string text = await running.MetricsTextAsync();
        string[] metrics = [.. text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];
        Assert.Equal(name == "import.string" ? 0 : name == "local.file" ? 4 : 3, metrics.Length);
        Assert.All(metrics, metric => Assert.Contains($"| `{metric}` |", page, StringComparison.Ordinal));
        Assert.Contains("| `content` |", Section(page, "## Exports"), StringComparison.Ordinal);
        Assert.All(running.State().Keys, key => Assert.Contains($"`{key}`", page, StringComparison.Ordinal));
    }

    private static string PageOf(string component)
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Stoker.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's root is not above the tests.");
        }

        return File.ReadAllText(Path.Combine(folder, "docs/reference/components", $"{component}.md"));
    }

    private static string Section(string page, string heading)
    {
        int start = page.IndexOf($"\n{heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"The page has no heading: {heading}");
        int next = page.IndexOf("\n#", start + heading.Length, StringComparison.Ordinal);
        return page[start..(next < 0 ? page.Length : next + 1)];
    }

    /// <summary>A heading's table has the attributes and blocks of a schema, and each of its blocks has a heading of its own.</summary>
    private static void AssertTables(string page, string heading, BlockSchema schema)
    {
        var table = new StringBuilder("| Name | Type | Description | Default | Required |\n| --- | --- | --- | --- | --- |\n");
        foreach (FieldDescription field in schema.Fields)
        {
            string text = field.Default.Length > 0 ? $"`{field.Default}`" : "";
            table.Append($"| `{field.Name}` | {field.Type} | {field.Summary} | {text} | {(field.Required ? "yes" : "no")} |\n");
        }

        string section = Section(page, heading);
        Assert.True(section.Contains($"\n\n{table}\n", StringComparison.Ordinal), $"{heading} should have:\n{table}");
        foreach (FieldDescription field in schema.Fields.Where(field => field.Nested is not null))
        {
            if (field.Name == "client")
            {
                Assert.Contains("(../http-client.md)", Section(page, "### `client`"), StringComparison.Ordinal);
            }
            else
            {
                AssertTables(page, $"### `{field.Name}`", field.Nested!);
            }
        }
    }
}
