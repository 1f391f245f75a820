using System.Reflection;
using System.Text;
using Stoker.Components.Arguments;
using Stoker.Delivery.Files;
using Stoker.Delivery.Write;
using Stoker.TestKit.Pyroscope;

namespace Stoker.Delivery.Tests;

/// <summary>The reference pages show the arguments as they are declared, every reason for a drop and every metric.</summary>
public sealed class ReferencePageTests
{
    private const string WritePage = "pyroscope.write.md";
    private const string FilesPage = "stoker.files.md";

    [Theory]
    [InlineData(WritePage, "## Arguments", "")]
    [InlineData(WritePage, "### `endpoint`", "endpoint")]
    [InlineData(WritePage, "### `endpoint > queue`", "endpoint > queue")]
    [InlineData(WritePage, "### `tracing`", "tracing")]
    [InlineData(FilesPage, "## Arguments", "")]
    public void Page_Table_IsWhatTheSchemaDeclares(string page, string heading, string block)
    {
        BlockSchema schema = page == WritePage ? WriteArguments.Schema : FilesArguments.Schema;
        foreach (string name in block.Split(" > ", StringSplitOptions.RemoveEmptyEntries))
        {
            schema = schema.Fields.Single(field => field.Name == name).Nested!;
        }

        string table = Table(schema);
        string text = Read(page);
        int start = text.IndexOf(heading + "\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"The page has no heading: {heading}\n{table}");
        int next = text.IndexOf("\n#", start + heading.Length, StringComparison.Ordinal);
        string section = text[start..(next < 0 ? text.Length : next + 1)];
        Assert.True(section.Contains(table, StringComparison.Ordinal), $"The table of \"{block}\" should be:\n{table}");
    }

    [Fact]
    public void Pages_DropReasons_AreAllThere()
    {
        string pages = Read(WritePage) + Read(FilesPage);
        Assert.All(
            typeof(DropReason).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetValue(null)!),
            reason => Assert.Contains($"| `{reason}` |", pages, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pages_Metrics_AreAllThere()
    {
        using var storage = new TemporaryFolder();
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Running.Start(
            PyroscopeWriteComponent.Definition, new WriteArguments { Endpoints = [new EndpointArguments { Url = server.Url }] });
        await using Running files = Running.Start(FilesComponent.Definition, new FilesArguments(), storage.Path);

        AssertMetrics(await write.ExportMetricsAsync(), Read(WritePage));
        AssertMetrics(await files.ExportMetricsAsync(), Read(FilesPage));
    }

    private static void AssertMetrics(string exported, string page)
    {
        List<string> names = [.. exported.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains($"| `{name}` |", page, StringComparison.Ordinal));
    }

    private static string Table(BlockSchema schema)
    {
        var table = new StringBuilder("| Name | Type | Description | Default | Required |\n| --- | --- | --- | --- | --- |\n");
        foreach (FieldDescription field in schema.Fields)
        {
            string text = field.Default.Length > 0 ? $"`{field.Default}`" : "";
            table.Append($"| `{field.Name}` | {field.Type} | {field.Summary} | {text} | {(field.Required ? "yes" : "no")} |\n");
        }

        return table.ToString();
    }

    private static string Read(string page)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Stoker.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return File.ReadAllText(Path.Combine(folder!, "docs/reference/components", page));
    }
}
