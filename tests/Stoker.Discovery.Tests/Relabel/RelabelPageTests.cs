using System.Text;
using Stoker.Components.Arguments;
using Stoker.Components.Relabelling;
using Stoker.Discovery.Relabel;
using Stoker.Labels.Relabelling;

namespace Stoker.Discovery.Tests.Relabel;

/// <summary>The reference page of <c>discovery.relabel</c> shows the arguments as they are declared, every action and every metric.</summary>
public sealed class RelabelPageTests
{
    [Fact]
    public void Page_Tables_AreWhatTheSchemasDeclare()
    {
        Assert.Contains("## Arguments\n\n" + Table(RelabelArguments.Schema), Page(), StringComparison.Ordinal);
        Assert.Contains("### `rule`\n\n" + Table(RelabelRuleArguments.Schema), Page(), StringComparison.Ordinal);
    }

    [Fact]
    public void Page_HasEveryAction() => Assert.All(
        Enum.GetValues<RelabelAction>(), action => Assert.Contains($"| `{action.ToString().ToLowerInvariant()}` |", Page(), StringComparison.Ordinal));

    [Fact]
    public async Task Page_HasEveryMetric()
    {
        await using var relabel = new RunningDiscovery(RelabelComponent.Definition, Written.From("targets = found.targets"));
        string[] families = [.. (await relabel.MetricsAsync()).Split('\n').Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];
        Assert.NotEmpty(families);
        Assert.All(families, name => Assert.Contains($"| `{name}` |", Page(), StringComparison.Ordinal));
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

    private static string Page()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Stoker.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return File.ReadAllText(Path.Combine(folder!, "docs/reference/components/discovery.relabel.md"));
    }
}
