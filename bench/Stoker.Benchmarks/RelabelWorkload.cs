using Stoker.Labels;
using Stoker.Labels.Relabelling;

namespace Stoker.Benchmarks;

/// <summary>What a large Kubernetes cluster gives: 10,000 pods with 31 labels each, and the twenty rules that its annotations usually meet.</summary>
internal static class RelabelWorkload
{
    public const int TargetCount = 10_000;

    public static LabelSet[] Targets() =>
        [.. Enumerable.Range(0, TargetCount).Select(i => LabelSet.Of(Labels(i).Select(label => KeyValuePair.Create(label.Name, label.Value))))];

    public static RelabelRules Rules() => Of(
        Keep("__meta_kubernetes_pod_phase", "Pending|Running"),
        Drop("__meta_kubernetes_pod_container_init", "true"),
        Keep("__meta_kubernetes_pod_annotation_profiles_grafana_com_cpu_scrape", "true"),
        Drop("__meta_kubernetes_namespace", "kube-.*|monitoring"),
        new() { SourceLabels = ["__meta_kubernetes_pod_container_port_number"], Action = RelabelAction.KeepEqual, TargetLabel = "__meta_kubernetes_pod_annotation_profiles_grafana_com_cpu_port" },
        Replace("__scheme__", "$1", "(https?)", "__meta_kubernetes_pod_annotation_profiles_grafana_com_cpu_scheme"),
        Replace("__profile_path__", "$1", "(.+)", "__meta_kubernetes_pod_annotation_profiles_grafana_com_cpu_path"),
        Replace("__address__", "$1:$2", "(.+):(?:\\d+);(\\d+)", "__address__", "__meta_kubernetes_pod_annotation_profiles_grafana_com_cpu_port"),
        new() { Regex = "__meta_kubernetes_pod_label_(.+)", Action = RelabelAction.LabelMap },
        Replace("namespace", "$1", "(.*)", "__meta_kubernetes_namespace"),
        Replace("pod", "$1", "(.*)", "__meta_kubernetes_pod_name"),
        Replace("container", "$1", "(.*)", "__meta_kubernetes_pod_container_name"),
        Replace("service_name", "${1}/${2}", "(.*)@(.*)", "__meta_kubernetes_namespace", "__meta_kubernetes_pod_container_name") with { Separator = "@" },
        Replace("node", "$1", "(.*)", "__meta_kubernetes_pod_node_name"),
        Replace("workload", "$1", "(.+?)(?:-[0-9a-f]{8,10})?-[0-9a-z]{5}", "__meta_kubernetes_pod_name"),
        Replace("region", "$1", "(eu|us|ap)-.*", "__meta_kubernetes_node_label_zone"),
        new() { SourceLabels = ["__address__"], Modulus = 3, TargetLabel = "__tmp_shard", Action = RelabelAction.HashMod },
        Keep("__tmp_shard", "0|1|2"),
        new() { SourceLabels = ["environment"], TargetLabel = "environment", Action = RelabelAction.Lowercase },
        new() { Regex = "__meta_kubernetes_pod_annotation_.+|pod_template_hash|controller_revision_hash", Action = RelabelAction.LabelDrop });

    private static RelabelRules Of(params RelabelSettings[] settings) => new(
        [.. settings.Select(item => RelabelRule.TryCreate(item, out RelabelRule? rule, out IReadOnlyList<RelabelFault> faults)
            ? rule
            : throw new InvalidDataException(faults[0].ToString()))]);

    private static RelabelSettings Keep(string source, string regex) => new() { SourceLabels = [source], Regex = regex, Action = RelabelAction.Keep };

    private static RelabelSettings Drop(string source, string regex) => new() { SourceLabels = [source], Regex = regex, Action = RelabelAction.Drop };

    private static RelabelSettings Replace(string target, string replacement, string regex, params string[] sources) =>
        new() { SourceLabels = sources, Regex = regex, TargetLabel = target, Replacement = replacement };

    private static IEnumerable<(string Name, string Value)> Labels(int i)
    {
        string app = $"service{i % 200}";
        yield return ("__address__", $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}:8080");
        yield return ("__meta_kubernetes_namespace", $"team-{i % 40}");
        yield return ("__meta_kubernetes_node_label_zone", $"eu-west-{i % 3}");
        foreach ((string name, string value) in new[]
        {
            ("container_id", $"containerd://{i:x64}"), ("container_image", $"registry.local/{app}:1.{i % 50}"), ("container_init", "false"), ("container_name", app),
            ("container_port_name", "http"), ("container_port_number", "8080"), ("container_port_protocol", "TCP"), ("controller_kind", "ReplicaSet"),
            ("controller_name", $"{app}-7d4b9c6f5d"), ("host_ip", $"10.200.0.{i % 250}"), ("ip", $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}"),
            ("name", $"{app}-7d4b9c6f5d-{(char)('a' + (i % 26))}{i % 10}{(i / 10) % 10}{(i / 100) % 10}x"), ("node_name", $"node-{i % 250}"), ("phase", "Running"), ("ready", "true"),
            ("uid", $"{i:x8}-1111-2222-3333-444455556666"),
            ("label_app", app), ("label_environment", "Production"), ("label_team", $"team-{i % 40}"), ("label_version", $"1.{i % 50}"),
            ("label_pod_template_hash", "7d4b9c6f5d"), ("label_tier", "backend"),
            ("annotation_profiles_grafana_com_cpu_scrape", "true"), ("annotation_profiles_grafana_com_cpu_port", "8080"),
            ("annotation_profiles_grafana_com_memory_scrape", "true"), ("annotation_profiles_grafana_com_memory_port", "8080"),
            ("annotation_checksum_config", $"{i % 200:x40}"), ("annotation_kubectl_kubernetes_io_restartedAt", "2026-11-01T00:00:00Z"),
        })
        {
            yield return ("__meta_kubernetes_pod_" + name, value);
        }
    }
}
