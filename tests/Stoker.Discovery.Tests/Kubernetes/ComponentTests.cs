using System.Threading.Channels;
using Prometheus;
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
        var published = Channel.CreateUnbounded<string[]>();
        var time = new ImpatientTimeProvider(TimeSpan.FromSeconds(35));
        ComponentContext context = Watching.ContextOf(
            time, Metrics.WithCustomRegistry(Metrics.NewCustomRegistry()),
            exports => published.Writer.TryWrite([.. ((ArrayValue)exports.Fields["targets"]).Items.Cast<Target>().Select(target => target.Labels["__address__"])]));
        IComponent component = KubernetesSource.Define(Watching.Nowhere).Create(context);
        component.Apply(Arguments(server, "shop"));
        using var stopping = new CancellationTokenSource();
        Task run = component.RunAsync(stopping.Token);
        Assert.Equal(["10.0.0.1:8080"], await NextAsync());

        // The new answer fails at first, and then takes its time: meanwhile the old targets stay.
        var list = new TaskCompletionSource();
        server.Prepare(_ => true, new PreparedAnswer(500));
        server.BeforeList = _ => list.Task;
        component.Apply(Arguments(server, "bank"));
        await server.WaitForRequestAsync(request => !request.IsWatch && request.Path.Contains("/bank/", StringComparison.Ordinal), 2);
        list.SetResult();

        Assert.Equal(["10.0.0.2:8080"], await NextAsync());
        await stopping.CancelAsync();
        await run.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Task<string[]> NextAsync() => published.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
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

    /// <summary>10,000 pods of a usual size, each 6 KB of JSON: what is kept of one is what its target needs.</summary>
    [Fact]
    public async Task TenThousandPods_AreListedInBoundedMemory()
    {
        const int count = 10_000;
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        string filling = new('x', 4500);
        for (int i = 0; i < count; i++)
        {
            server.Cluster.Put("pods", $$"""
                {
                  "kind": "Pod", "apiVersion": "v1",
                  "metadata": {
                    "name": "web-6d4cf56db6-{{i}}", "namespace": "ns-{{i % 50}}", "uid": "5c1c1a9e-0b7e-4f5d-9d67-{{i:D12}}",
                    "labels": {
                      "app.kubernetes.io/name": "web-{{i % 200}}", "app.kubernetes.io/instance": "web-{{i % 200}}", "app.kubernetes.io/version": "1.{{i % 20}}",
                      "app.kubernetes.io/component": "api", "app.kubernetes.io/part-of": "shop", "pod-template-hash": "6d4cf{{i % 300}}", "team": "team-{{i % 30}}"
                    },
                    "annotations": { "profiles.grafana.com/cpu.scrape": "true", "profiles.grafana.com/cpu.port_name": "pprof", "checksum/config": "sha-{{i % 200}}" },
                    "ownerReferences": [ { "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-6d4cf{{i % 300}}", "controller": true } ],
                    "managedFields": [ { "manager": "kubelet", "fieldsV1": { "f:x": "{{filling}}" } } ]
                  },
                  "spec": { "nodeName": "worker-{{i % 400}}", "containers": [ { "name": "web", "image": "registry.example/web:1.{{i % 20}}", "ports": [ { "name": "pprof", "containerPort": 6060, "protocol": "TCP" } ] } ] },
                  "status": {
                    "phase": "Running", "hostIP": "192.168.{{i % 400 / 250}}.{{i % 250}}", "podIP": "10.{{i / 62500}}.{{i / 250 % 250}}.{{i % 250}}",
                    "conditions": [ { "type": "Ready", "status": "True" } ], "containerStatuses": [ { "name": "web", "containerID": "containerd://{{i:D64}}" } ]
                  }
                }
                """);
        }

        long before = Settled();
        await using var watching = Watching.Start(server, "role = \"pod\"");
        await watching.WaitForTargetsAsync(count);
        await server.WaitForRequestAsync(request => request.IsWatch);
        long bytesAPod = (Settled() - before) / count;

        TestContext.Current.TestOutputHelper?.WriteLine($"{bytesAPod} bytes retained for each pod");
        Assert.InRange(bytesAPod, 500, 3000);

        // One change among them costs no new list.
        server.Cluster.Delete("pods", "ns-1/web-6d4cf56db6-1");
        await watching.WaitForTargetsAsync(count - 1);
        Assert.Equal(20, server.Requests.Count(request => !request.IsWatch));
    }

    // What the test process holds after everything that nobody needs is gone.
    private static long Settled()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static KubernetesArguments Arguments(ApiStandIn server, string ns) => new()
    {
        Role = "pod",
        ApiServer = server.Url,
        Namespaces = new NamespacesArguments { Names = [ns] },
    };
}
