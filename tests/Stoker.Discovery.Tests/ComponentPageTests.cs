using System.Text;
using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Discovery.Consul;
using Stoker.Discovery.Dns;
using Stoker.Discovery.Docker;
using Stoker.Discovery.Kubernetes;
using Stoker.Discovery.Processes;
using Stoker.Discovery.Tests.Consul;
using Stoker.Discovery.Tests.Docker;
using Stoker.Discovery.Tests.Http;
using Stoker.Discovery.Tests.Kubernetes;
using Stoker.Discovery.Tests.Processes;
using Stoker.Discovery.Tests.Relabel;
using Stoker.Http;
using Stoker.TestKit;
using Stoker.TestKit.Programs;

namespace Stoker.Discovery.Tests;

/// <summary>The reference page of every component shows the arguments as they are declared, what is exported and every metric.</summary>
public sealed class ComponentPageTests
{
    private static readonly HashSet<string> Shared = [.. HttpClientArguments.Schema.Fields.Select(field => field.Name)];

    public static TheoryData<string> Components => [.. DiscoveryComponents.Definitions.Select(definition => definition.Name)];

    [Theory]
    [MemberData(nameof(Components))]
    public void Page_Tables_AreWhatTheSchemaDeclares(string name)
    {
        ComponentPage page = ComponentPage.Of(name);
        BlockSchema schema = DefinitionOf(name).Arguments;
        AssertTables(page, "## Arguments", schema);
        Assert.Equal(schema.Fields.Any(field => Shared.Contains(field.Name)), page.Section("## Arguments").Contains("(../http-client.md)", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Components))]
    public async Task Page_ExportsAndMetrics_AreAllThere(string name)
    {
        ComponentPage page = ComponentPage.Of(name);
        await using Example example = await Example.StartAsync(name);

        IEnumerable<string> exports = example.Running.Component.Stage(example.Arguments).Fields.Select(field => field.Key);
        IEnumerable<string> rows = page.Section("## Exports").Split('\n').SkipWhile(line => line != "| Name | Type | Description |").Skip(2)
            .TakeWhile(line => line.Length > 0).Select(line => line.Split('`')[1]);
        Assert.Equal(exports.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));

        string text = await example.Running.MetricsTextAsync();
        string[] metrics = [.. text.Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2])];
        Assert.True(example.MetricCount == metrics.Length, text);
        page.AssertRows(metrics);
    }

    private static ComponentDefinition DefinitionOf(string name) => DiscoveryComponents.Definitions.Single(definition => definition.Name == name);

    /// <summary>A heading's table has the attributes and blocks of a schema, and each of its blocks has a heading of its own.</summary>
    private static void AssertTables(ComponentPage page, string heading, BlockSchema schema)
    {
        FieldDescription[] fields = [.. schema.Fields.Where(field => !Shared.Contains(field.Name))];
        string section = page.Section(heading);
        string table = TableOf(fields, "");
        Assert.True(
            section.Contains(table, StringComparison.Ordinal) || section.Contains(TableOf(fields, "`"), StringComparison.Ordinal),
            $"{heading} should have:\n{table}");
        Assert.All(fields.Where(field => field.Nested is not null), field => AssertTables(page, $"### `{field.Name}`", field.Nested!));
    }

    /// <param name="quote">Some pages show types as code.</param>
    private static string TableOf(IEnumerable<FieldDescription> fields, string quote)
    {
        var table = new StringBuilder("\n\n| Name | Type | Description | Default | Required |\n| --- | --- | --- | --- | --- |\n");
        foreach (FieldDescription field in fields)
        {
            string text = field.Default.Length > 0 ? $"`{field.Default}`" : "";
            table.Append($"| `{field.Name}` | {quote}{field.Type}{quote} | {field.Summary} | {text} | {(field.Required ? "yes" : "no")} |\n");
        }

        return table.Append('\n').ToString();
    }

    /// <summary>A component with what it asks, after it has asked everything once.</summary>
    private sealed class Example(RunningDiscovery running, object arguments, int metricCount, params object[] others) : IAsyncDisposable
    {
        public RunningDiscovery Running => running;

        public object Arguments => arguments;

        public int MetricCount => metricCount;

        public static async Task<Example> StartAsync(string name)
        {
            Example example = await CreateAsync(name);
            example.Running.Start();
            if (example.Running.Component is IOutsideSource)
            {
                await example.Running.FirstRoundAsync();
            }

            return example;
        }

        public async ValueTask DisposeAsync()
        {
            await running.DisposeAsync();
            foreach (object other in others)
            {
                await (other is IAsyncDisposable later ? later.DisposeAsync() : ValueTask.CompletedTask);
                (other as IDisposable)?.Dispose();
            }
        }

        private static async Task<Example> CreateAsync(string name)
        {
            ComponentDefinition definition = DefinitionOf(name);
            switch (name)
            {
                case "discovery.consul":
                    ConsulStandIn consul = await ConsulStandIn.StartAsync(TimeProvider.System);
                    return Of(definition, new ConsulArguments { Server = consul.Address }, 5, consul);
                case "discovery.dns":
                    ComponentDefinition dns = DiscoveryComponent<DnsArguments>.Define(
                        name, DnsArguments.Schema, (arguments, context) => new DnsSource(arguments, context.Time, new ResolverPlace("/nonexistent", 53)));
                    return Of(dns, new DnsArguments { Names = ["web."] }, 7);
                case "discovery.docker":
                    DockerStandIn engine = await DockerStandIn.StartAsync();
                    return Of(definition, new DockerArguments { Host = engine.Host }, 5, engine);
                case "discovery.file":
                    var folder = new TemporaryFolder();
                    return Of(definition, Decoded(definition, $"files = [\"{folder.Write("a.json", "[]")}\"]"), 6, folder);
                case "discovery.http":
                    object http = Decoded(definition, "url = \"http://inventory/\"");
                    return new Example(new RunningDiscovery(definition, http, new ScriptedHttpHandler(_ => HttpDiscoveryTests.Json("[]"))), http, 6);
                case "discovery.kubernetes":
                    ApiStandIn cluster = await ApiStandIn.StartAsync();
                    return Of(
                        KubernetesSource.Define(Watching.Nowhere), new KubernetesArguments { Role = "pod", ApiServer = cluster.Url }, 5, cluster);
                case "discovery.process":
                    var proc = new FakeProc();
                    proc.Add(10);
                    return Of(proc.Definition, new ProcessArguments(), 6, proc);
                case "discovery.relabel":
                    return Of(definition, RelabelText.From("targets = found.targets"), 1);
                default:
                    throw new InvalidOperationException($"Add {name} here: what it asks, and how many metrics it has then.");
            }
        }

        private static Example Of(ComponentDefinition definition, object arguments, int metricCount, params object[] others) =>
            new(new RunningDiscovery(definition, arguments), arguments, metricCount, others);

        private static object Decoded(ComponentDefinition definition, string body) => Written.Read(definition.Arguments, body).Arguments!;
    }
}
