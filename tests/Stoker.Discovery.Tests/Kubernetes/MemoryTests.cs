namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>Alone in the process, because what others hold cannot be told apart.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class AloneInTheProcess;

[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
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
}
