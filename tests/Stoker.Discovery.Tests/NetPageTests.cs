using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Discovery.Dns;
using Stoker.Discovery.Processes;
using Stoker.Discovery.Tests.Processes;
using Stoker.Labels;

namespace Stoker.Discovery.Tests;

/// <summary>
/// The reference pages of discovery.dns and discovery.process show the arguments as they are declared, every label and every metric.
/// </summary>
public sealed class NetPageTests
{
    private const string DnsPage = "discovery.dns.md";
    private const string ProcessPage = "discovery.process.md";

    [Fact]
    public void Pages_Tables_AreWhatTheSchemasDeclare()
    {
        AssertSection(DnsPage, "## Arguments", ReferenceTable.Of(DnsArguments.Schema));
        AssertSection(ProcessPage, "### `discover_config`", ReferenceTable.Of(DiscoverConfig.Schema));

        // The fields of the block have a table of their own.
        string[] lines = ReferenceTable.Of(ProcessArguments.Schema).Split('\n');
        AssertSection(ProcessPage, "## Arguments", string.Join('\n', lines.Where(line => !line.Contains(" > ", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task Pages_LabelsAndMetrics_AreAllThere()
    {
        using var proc = new FakeProc();
        proc.Add(10, cgroup: "0::/docker/" + new string('a', 64));
        var everything = new ProcessArguments { DiscoverConfig = new DiscoverConfig { CgroupPath = true } };
        await using var processes = DiscoveryRun.Start(proc.Definition, everything);
        LabelSet labels = Assert.Single(await processes.TargetsAsync(targets => targets.Count > 0));
        Assert.Equal(8, labels.Count);
        string page = Read(ProcessPage);
        Assert.All(labels, label => Assert.Contains($"| `{label.Name}` |", page, StringComparison.Ordinal));
        await AssertMetricsAsync(processes, page);

        var nowhere = new ResolverPlace("/nonexistent", 53);
        ComponentDefinition dns = DiscoveryComponent<DnsArguments>.Define(
            "discovery.dns", DnsArguments.Schema, (arguments, context) => new DnsSource(arguments, context.Time, nowhere));
        await using var names = DiscoveryRun.Start(dns, new DnsArguments { Names = ["web."] });
        await names.LoggedAsync(8000);
        await AssertMetricsAsync(names, Read(DnsPage));
        Assert.All(
            ["name", "srv_record_target", "srv_record_port", "mx_record_target", "ns_record_target"],
            label => Assert.Contains($"| `__meta_dns_{label}` |", Read(DnsPage), StringComparison.Ordinal));
    }

    private static async Task AssertMetricsAsync(DiscoveryRun run, string page)
    {
        await DiscoveryRun.Bounded(run.Time.WaitForTimerDueInAsync(DiscoveryComponent<object>.PublishInterval));
        string text = (await run.MetricsAsync()).Text;
        IEnumerable<string> types = text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal));
        List<string> metrics = [.. types.Select(line => line.Split(' ')[2])];
        Assert.True(metrics.Count > 5, text);
        Assert.All(metrics, metric => Assert.Contains($"| `{metric}` |", page, StringComparison.Ordinal));
    }

    private static void AssertSection(string page, string heading, string table)
    {
        string text = Read(page);
        int start = text.IndexOf(heading + "\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"The page has no heading: {heading}\n{table}");
        int next = text.IndexOf("\n#", start + heading.Length, StringComparison.Ordinal);
        string section = text[start..(next < 0 ? text.Length : next + 1)];
        Assert.True(section.Contains(table, StringComparison.Ordinal), $"{page}, {heading} should have:\n{table}");
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
