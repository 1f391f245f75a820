namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>Objects as a cluster returns them, shortened only where nothing of it matters to a reader.</summary>
internal static class Manifests
{
    public const string WebPod = """
        {
          "kind": "Pod", "apiVersion": "v1",
          "metadata": {
            "name": "web-6d4cf56db6-x7k2p", "generateName": "web-6d4cf56db6-", "namespace": "shop",
            "uid": "5c1c1a9e-0b7e-4f5d-9d67-3a6f3a3e2b11", "creationTimestamp": "2026-11-20T08:00:00Z",
            "labels": { "app.kubernetes.io/name": "web", "pod-template-hash": "6d4cf56db6" },
            "annotations": { "profiles.grafana.com/cpu.scrape": "true" },
            "ownerReferences": [
              { "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-6d4cf56db6", "uid": "77a0", "controller": true, "blockOwnerDeletion": true }
            ],
            "managedFields": [ { "manager": "kubelet", "operation": "Update", "fieldsV1": { "f:status": {} } } ]
          },
          "spec": {
            "nodeName": "worker-1", "restartPolicy": "Always", "serviceAccountName": "web",
            "volumes": [ { "name": "kube-api-access", "projected": { "sources": [ { "serviceAccountToken": { "expirationSeconds": 3607, "path": "token" } } ] } } ],
            "initContainers": [ { "name": "migrate", "image": "registry.example/migrate:7" } ],
            "containers": [
              {
                "name": "web", "image": "registry.example/web:1.4.2",
                "ports": [
                  { "name": "http", "containerPort": 8080, "protocol": "TCP" },
                  { "name": "pprof", "containerPort": 6060, "protocol": "TCP" }
                ],
                "resources": { "requests": { "cpu": "100m" } }
              },
              { "name": "sidecar", "image": "registry.example/proxy:3" }
            ]
          },
          "status": {
            "phase": "Running", "hostIP": "192.168.1.11", "podIP": "10.244.1.7", "podIPs": [ { "ip": "10.244.1.7" } ],
            "conditions": [
              { "type": "PodScheduled", "status": "True" },
              { "type": "Ready", "status": "True", "lastTransitionTime": "2026-11-20T08:00:09Z" }
            ],
            "containerStatuses": [
              { "name": "sidecar", "ready": true, "containerID": "containerd://bbbb" },
              { "name": "web", "ready": true, "containerID": "containerd://aaaa" }
            ],
            "initContainerStatuses": [ { "name": "migrate", "containerID": "containerd://cccc" } ]
          }
        }
        """;

    /// <summary>A plain pod with one port.</summary>
    public static string Pod(string ns, string name, string ip, string node = "worker-1", string app = "web", int port = 8080) => $$"""
        {
          "kind": "Pod", "apiVersion": "v1",
          "metadata": { "name": "{{name}}", "namespace": "{{ns}}", "uid": "uid-{{name}}", "labels": { "app": "{{app}}" } },
          "spec": { "nodeName": "{{node}}", "containers": [ { "name": "main", "image": "i:1", "ports": [ { "containerPort": {{port}}, "protocol": "TCP" } ] } ] },
          "status": { "phase": "Running", "hostIP": "192.168.1.11", "podIP": "{{ip}}", "conditions": [ { "type": "Ready", "status": "True" } ] }
        }
        """;

    public static string Node(string name, string zone, string ip = "192.168.1.11") => $$"""
        {
          "kind": "Node", "apiVersion": "v1",
          "metadata": {
            "name": "{{name}}",
            "labels": { "topology.kubernetes.io/zone": "{{zone}}" },
            "annotations": { "node.alpha.kubernetes.io/ttl": "0" }
          },
          "spec": { "podCIDR": "10.244.1.0/24", "providerID": "aws:///eu-central-1a/i-0abc" },
          "status": {
            "addresses": [
              { "type": "Hostname", "address": "{{name}}.internal" },
              { "type": "InternalIP", "address": "{{ip}}" },
              { "type": "InternalIP", "address": "fd00::11" },
              { "type": "ExternalIP", "address": "203.0.113.7" }
            ],
            "daemonEndpoints": { "kubeletEndpoint": { "Port": 10250 } }
          }
        }
        """;

    public static string Service(string ns, string name, string label = "front") => $$"""
        {
          "kind": "Service", "apiVersion": "v1",
          "metadata": { "name": "{{name}}", "namespace": "{{ns}}", "labels": { "tier": "{{label}}" }, "annotations": { "team": "shop" } },
          "spec": {
            "type": "ClusterIP", "clusterIP": "10.96.12.34", "selector": { "app": "web" },
            "ports": [
              { "name": "http", "port": 80, "targetPort": "http", "protocol": "TCP" },
              { "name": "admin", "port": 9000, "targetPort": 9000, "protocol": "TCP" }
            ]
          }
        }
        """;

    public static string Namespace(string name, string team) => $$"""
        { "kind": "Namespace", "apiVersion": "v1", "metadata": { "name": "{{name}}", "labels": { "team": "{{team}}" }, "annotations": { "cost/center": "7" } } }
        """;
}
