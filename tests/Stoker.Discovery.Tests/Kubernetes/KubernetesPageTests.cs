using System.Text;
using System.Text.RegularExpressions;
using Stoker.Components.Arguments;
using Stoker.Discovery.Kubernetes;
using Stoker.Http;

namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>
/// The reference page shows the arguments as they are declared but for those of the HTTP client, every metric, and every label that
/// targets can have.
/// </summary>
public sealed partial class KubernetesPageTests
{
    private static readonly string Page = Read("docs/reference/components/discovery.kubernetes.md");

    [Theory]
    [InlineData("## Arguments", "")]
    [InlineData("### `namespaces`", "namespaces")]
    [InlineData("### `selectors`", "selectors")]
    [InlineData("### `attach_metadata`", "attach_metadata")]
    public void Page_Table_IsWhatTheSchemaDeclares(string heading, string block)
    {
        BlockSchema schema = block.Length == 0 ? KubernetesArguments.Schema : KubernetesArguments.Schema.Fields.Single(field => field.Name == block).Nested!;
        var table = new StringBuilder("| Name | Type | Description | Default | Required |\n| --- | --- | --- | --- | --- |\n");
        foreach (FieldDescription field in schema.Fields.Where(field => HttpClientArguments.Schema.Fields.All(shared => shared.Name != field.Name)))
        {
            string text = field.Default.Length > 0 ? $"`{field.Default}`" : "";
            table.Append($"| `{field.Name}` | {field.Type} | {field.Summary} | {text} | {(field.Required ? "yes" : "no")} |\n");
        }

        int start = Page.IndexOf(heading + "\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"The page has no heading: {heading}\n{table}");
        int next = Page.IndexOf("\n#", start + heading.Length, StringComparison.Ordinal);
        string section = Page[start..(next < 0 ? Page.Length : next + 1)];
        Assert.True(section.Contains(table.ToString(), StringComparison.Ordinal), $"The table of \"{block}\" should be:\n{table}");
    }

    [Fact]
    public async Task Page_Metrics_AreAllThere()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        await using var watching = Watching.Start(server, "role = \"pod\"");
        await watching.WaitForRoundAsync();

        string[] names = [.. (await watching.ExportMetricsAsync()).Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains($"| `{name}` |", Page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_Labels_AreThoseThatTargetsHave()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.WebPod);
        server.Cluster.Put("nodes", Manifests.Node("worker-1", "a"));
        server.Cluster.Put("services", Manifests.Service("shop", "web"));
        server.Cluster.Put("namespaces", Manifests.Namespace("shop", "red"));
        server.Cluster.Put("endpoints", EndpointRolesTests.Endpoints);
        server.Cluster.Put("endpointslices", EndpointRolesTests.Slice);
        server.Cluster.Put("ingresses", """
            { "metadata": { "name": "front", "namespace": "shop" }, "spec": { "ingressClassName": "nginx", "rules": [ { "host": "shop.example" } ] } }
            """);
        HashSet<string> written = [.. Label().Matches(Page).Select(match => match.Groups["name"].Value)];
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string role in KubernetesRoles.All)
        {
            await using var watching = Watching.Start(server, role == "node" ? "role = \"node\"" : $"role = \"{role}\"\nattach_metadata {{\n namespace = true\n}}");
            await watching.WaitForAsync(() => watching.Targets.Count > 0);
            foreach (string name in watching.Targets.SelectMany(target => target.Labels).Select(label => label.Name).Where(name => name.StartsWith("__meta_", StringComparison.Ordinal)))
            {
                string general = Varying().Replace(name["__meta_kubernetes_".Length..], "${head}_*");
                if (!written.Contains(general))
                {
                    missing.Add(general);
                }
            }
        }

        Assert.Empty(missing);
    }

    [GeneratedRegex("`(?<name>[a-z_]+\\*?)`")]
    private static partial Regex Label();

    [GeneratedRegex("^(?<head>[a-z]+_(label|labelpresent|annotation|annotationpresent|address|endpoint_topology_present|endpoint_topology))_(?!target|type).+$")]
    private static partial Regex Varying();

    private static string Read(string path)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Stoker.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return File.Exists(Path.Combine(folder!, path)) ? File.ReadAllText(Path.Combine(folder!, path)) : "";
    }
}
