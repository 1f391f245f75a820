using Stoker.Labels;

namespace Stoker.Discovery.Kubernetes;

/// <summary>Keeps of an ingress, in v1 or v1beta1, what targets need.</summary>
internal static class IngressReader
{
    public static ObjectReader Create()
    {
        var meta = new MetaLabels("ingress");
        return new ObjectReader<IngressModel>(
            KubernetesJson.Default.IngressModel, isNamespaced: true, (ingress, metadata) => Convert(ingress, metadata, meta));
    }

    private static KubeIngress Convert(IngressModel ingress, MetadataModel metadata, MetaLabels meta)
    {
        string ns = meta.Pool.Share(metadata.Namespace ?? "");
        LabelSetBuilder labels = new LabelSetBuilder()
            .Set(MetaLabels.Namespace, ns)
            .Set(MetaLabels.Prefix + "ingress_class_name", meta.Pool.Share(ingress.Spec?.IngressClassName ?? ""));
        meta.Add(labels, metadata);

        string[] tlsHosts = [.. (ingress.Spec?.Tls ?? []).SelectMany(tls => tls?.Hosts ?? []).OfType<string>()];
        var paths = new List<KubeIngressPath>();
        foreach (IngressRuleModel? rule in ingress.Spec?.Rules ?? [])
        {
            if (rule is null)
            {
                continue;
            }

            string host = rule.Host ?? "";
            bool isHttps = tlsHosts.Any(pattern => Matches(pattern, host));

            // A rule without http is for all paths; one whose list is empty is for none.
            IEnumerable<string?> written = rule.Http is null ? ["/"] : (rule.Http.Paths ?? []).Select(path => path?.Path);
            paths.AddRange(written.Select(path => new KubeIngressPath(host, string.IsNullOrEmpty(path) ? "/" : path, isHttps)));
        }

        return new KubeIngress(ns, metadata.Name ?? "", labels.ToLabelSet(), [.. paths]);
    }

    /// <summary>True for the same name, and for a pattern whose first label is a star which stands for exactly one.</summary>
    private static bool Matches(string pattern, string host)
    {
        if (pattern == host)
        {
            return true;
        }

        int dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot >= 0 && pattern.StartsWith("*.", StringComparison.Ordinal) && pattern.AsSpan(1).SequenceEqual(host.AsSpan(dot));
    }
}
