using Stoker.Labels;

namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// Makes the meta labels of objects of one kind, as Prometheus names them: <c>__meta_kubernetes_pod_label_app</c> and its like. Not safe
/// from several
/// threads.
/// </summary>
/// <param name="kind">The word in the names, such as <c>pod</c>.</param>
internal sealed class MetaLabels(string kind)
{
    public const string Prefix = "__meta_kubernetes_";
    public const string Namespace = Prefix + "namespace";
    public const string True = "true";

    // The keys that a cluster's objects have are few; a hostile one must not fill the memory.
    private const int MaxKnown = 4096;

    private readonly Dictionary<string, (string Value, string Present)> _labels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (string Value, string Present)> _annotations = new(StringComparer.Ordinal);

    public StringPool Pool { get; } = new();

    public string NameLabel { get; } = $"{Prefix}{kind}_name";

    public void Add(LabelSetBuilder builder, MetadataModel metadata, bool withName = true)
    {
        if (withName)
        {
            builder.Set(NameLabel, metadata.Name ?? "");
        }

        Add(builder, metadata.Labels, _labels, "label");
        Add(builder, metadata.Annotations, _annotations, "annotation");
    }

    private void Add(
        LabelSetBuilder builder, Dictionary<string, string?>? entries, Dictionary<string, (string Value, string Present)> known, string word)
    {
        if (entries is null)
        {
            return;
        }

        // In the order of the keys, so that of two that become the same name it is always the first that counts.
        foreach ((string key, string? value) in entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (!known.TryGetValue(key, out (string Value, string Present) names))
            {
                string sanitized = MetaLabelName.Sanitize(key);
                names = ($"{Prefix}{kind}_{word}_{sanitized}", $"{Prefix}{kind}_{word}present_{sanitized}");
                if (known.Count < MaxKnown)
                {
                    known.Add(key, names);
                }
            }

            if (builder[names.Present].Length == 0)
            {
                builder.Set(names.Value, Pool.Share(value ?? ""));
                builder.Set(names.Present, True);
            }
        }
    }
}
