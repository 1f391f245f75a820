using Stoker.Components;
using Stoker.Discovery.Kubernetes;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>The component as the graph runs it.</summary>
public sealed class ComponentTests
{
    [Fact]
    public async Task Apply_OtherArguments_ShowsNoEmptyListInBetween()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        server.Cluster.Put("pods", Manifests.Pod("bank", "b", "10.0.0.2"));
        var time = new ImpatientTimeProvider();
        await using var discovery = new RunningDiscovery(KubernetesSource.Define(Watching.Nowhere), Arguments(server, "shop"), time: time);
        discovery.Start();
        Assert.Equal(["10.0.0.1:8080"], await NextAsync());

        // The new answer fails at first, and then takes its time: meanwhile the old targets stay.
        var list = new TaskCompletionSource();
        server.Prepare(request => request.Path.Contains("/bank/", StringComparison.Ordinal), new PreparedAnswer(500));
        server.BeforeList = _ => list.Task;
        discovery.Apply(Arguments(server, "bank"));
        await server.WaitForRequestAsync(request => !request.IsWatch && request.Path.Contains("/bank/", StringComparison.Ordinal), 2);
        list.SetResult();

        Assert.Equal(["10.0.0.2:8080"], await NextAsync());

        async Task<IEnumerable<string>> NextAsync() => (await discovery.NextAsync()).Select(target => target.Labels["__address__"]);
    }

    [Fact]
    public async Task State_OfARunningComponent_NamesEachWatchWithItsObjects()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.WebPod);
        server.Prepare(request => request.Plural == "nodes", new PreparedAnswer(403), times: 1000);
        await using var watching = Watching.Start(server, "role = \"pod\"\nattach_metadata {\n node = true\n}");
        await watching.WaitForTargetsAsync(4);
        await watching.WaitForFailureAsync("403");

        Assert.StartsWith("4 targets; failing: nodes: 403: the agent may not list nodes of the cluster: grant its account the verbs list and watch on nodes in a ClusterRole", StoreDescription.Health(watching.Store), StringComparison.Ordinal);
        string[] lines = [.. StoreDescription.Of(watching.Store).Cast<BodyBlock>().Select(block =>
            string.Join(' ', block.Body.OfType<BodyAttribute>().Where(attribute => attribute.Name is "source" or "health" or "objects").Select(attribute => $"{((attribute.Value as StringValue)?.Content ?? ((NumberValue)attribute.Value).AsFloat().ToString())}")))];
        Assert.Equal(["nodes failing", "pods in all namespaces ok 1"], lines);
    }

    private static KubernetesArguments Arguments(ApiStandIn server, string ns) => new()
    {
        Role = "pod",
        ApiServer = server.Url,
        Namespaces = new NamespacesArguments { Names = [ns] },
    };
}
