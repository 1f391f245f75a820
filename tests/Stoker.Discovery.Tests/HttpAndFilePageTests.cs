using System.Text;
using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Discovery.Files;
using Stoker.Discovery.Http;
using Stoker.Http;
using Stoker.TestKit;
using Stoker.TestKit.Programs;

namespace Stoker.Discovery.Tests;

/// <summary>The reference pages of discovery.http and discovery.file show the arguments as they are declared, and every metric.</summary>
public sealed class HttpAndFilePageTests
{
    public static TheoryData<string> Pages => ["discovery.file", "discovery.http"];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Page_Table_IsWhatTheSchemaDeclares(string name)
    {
        string page = Read(name);
        HashSet<string> shared = [.. HttpClientArguments.Schema.Fields.Select(field => field.Name)];
        var table = new StringBuilder("## Arguments\n\n| Name | Type | Description | Default | Required |\n| --- | --- | --- | --- | --- |\n");
        foreach (FieldDescription field in DefinitionOf(name).Arguments.Fields.Where(field => !shared.Contains(field.Name)))
        {
            Assert.Null(field.Nested);
            string text = field.Default.Length > 0 ? $"`{field.Default}`" : "";
            table.Append($"| `{field.Name}` | {field.Type} | {field.Summary} | {text} | {(field.Required ? "yes" : "no")} |\n");
        }

        Assert.Contains(table.Append('\n').ToString(), page, StringComparison.Ordinal);
        bool hasShared = DefinitionOf(name).Arguments.Fields.Any(field => shared.Contains(field.Name));
        Assert.Equal(hasShared, page.Contains("And all [HTTP client arguments](../http-client.md)", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Page_Metrics_AreAllThere(string name)
    {
        using var folder = new TemporaryFolder();
        string body = name == "discovery.http" ? "url = \"http://inventory/\"" : $"files = [\"{folder.Write("a.json", "[]")}\"]";
        await using LiveDiscovery discovery = LiveDiscovery.Start(
            DefinitionOf(name), body, new ScriptedHttpHandler(_ => Http.HttpDiscoveryTests.Json("[]")));
        await discovery.FirstRoundAsync();

        string[] names = [.. (await discovery.ExportMetricsAsync()).Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];
        Assert.NotEmpty(names);
        Assert.All(names, metric => Assert.Contains($"| `{metric}` |", Read(name), StringComparison.Ordinal));
    }

    private static ComponentDefinition DefinitionOf(string name) => name == "discovery.http" ? HttpSource.Definition : FileSource.Definition;

    private static string Read(string name)
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Stoker.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's root is not above the tests.");
        }

        return File.ReadAllText(Path.Combine(folder, "docs/reference/components", $"{name}.md"));
    }
}
