using Stoker.Labels;

namespace Stoker.Discovery.Kubernetes;

/// <summary>Keeps of a pod what targets need.</summary>
internal static class PodReader
{
    private const string Prefix = MetaLabels.Prefix + "pod_";

    public static ObjectReader Create()
    {
        var meta = new MetaLabels("pod");
        return new ObjectReader<PodModel>(KubernetesJson.Default.PodModel, isNamespaced: true, (pod, metadata) => Convert(pod, metadata, meta));
    }

    private static KubePod Convert(PodModel pod, MetadataModel metadata, MetaLabels meta)
    {
        StringPool pool = meta.Pool;
        string ip = pod.Status?.PodIP ?? "";
        string node = pool.Share(pod.Spec?.NodeName ?? "");
        string ns = pool.Share(metadata.Namespace ?? "");

        // What is left of a pod without an address is its place in the list, since no target comes of it.
        if (ip.Length == 0)
        {
            return new KubePod(ns, metadata.Name ?? "", "", node, LabelSet.Empty, []);
        }

        LabelSetBuilder labels = new LabelSetBuilder()
            .Set(MetaLabels.Namespace, ns)
            .Set(Prefix + "ip", ip)
            .Set(Prefix + "ready", ReadyOf(pod.Status?.Conditions))
            .Set(Prefix + "phase", pool.Share(pod.Status?.Phase ?? ""))
            .Set(Prefix + "node_name", node)
            .Set(Prefix + "host_ip", pool.Share(pod.Status?.HostIP ?? ""))
            .Set(Prefix + "uid", metadata.Uid ?? "");
        if (metadata.OwnerReferences?.Find(owner => owner?.Controller == true) is { } owner)
        {
            labels.Set(Prefix + "controller_kind", pool.Share(owner.Kind ?? ""))
                .Set(Prefix + "controller_name", pool.Share(owner.Name ?? ""));
        }

        meta.Add(labels, metadata);
        var containers = new List<KubeContainer>();
        Add(containers, pod.Spec?.Containers, pod.Status?.ContainerStatuses, isInit: false, pool);
        Add(containers, pod.Spec?.InitContainers, pod.Status?.InitContainerStatuses, isInit: true, pool);
        return new KubePod(ns, metadata.Name ?? "", ip, node, labels.ToLabelSet(), [.. containers]);
    }

    // "True", "False" and "Unknown" in lower case; unknown too before anybody has looked.
    private static string ReadyOf(List<ConditionModel?>? conditions) =>
        conditions?.Find(condition => condition?.Type == "Ready")?.Status switch
        {
            "True" => "true",
            "False" => "false",
            _ => "unknown",
        };

    private static void Add(
        List<KubeContainer> containers, List<ContainerModel?>? models, List<ContainerStatusModel?>? statuses, bool isInit, StringPool pool)
    {
        foreach (ContainerModel? container in models ?? [])
        {
            if (container is null)
            {
                continue;
            }

            string id = statuses?.Find(status => status?.Name == container.Name)?.ContainerID ?? "";
            KubePort[] ports =
            [
                .. (container.Ports ?? []).Where(port => port is { ContainerPort: > 0 and <= 65535 })
                    .Select(port => new KubePort(port!.ContainerPort!.Value, pool.Share(port.Name ?? ""), pool.Share(port.Protocol ?? "TCP"))),
            ];
            containers.Add(new KubeContainer(pool.Share(container.Name ?? ""), pool.Share(container.Image ?? ""), id, isInit, ports));
        }
    }
}
