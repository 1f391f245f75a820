using Stoker.Labels;

namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// The other objects whose labels a target gets. It remembers what was asked for, found or not, so that a change there is known to
/// concern the target.
/// Not safe from several threads.
/// </summary>
internal sealed class Joined(AttachMetadataArguments attached, Func<Resource, string, string, KubeObject?> find)
{
    private readonly HashSet<(string Role, string Key)> _used = [];

    /// <summary>What was asked for since the last call.</summary>
    public IReadOnlyCollection<(string Role, string Key)> TakeUsed()
    {
        (string Role, string Key)[] used = [.. _used];
        _used.Clear();
        return used;
    }

    /// <param name="key">Namespace and name.</param>
    public KubePod? FindPod(string key) => Find(Resource.Pods, key[..key.IndexOf('/', StringComparison.Ordinal)], key) as KubePod;

    public KubeService? FindService(string ns, string name) => Find(Resource.Services, ns, KubeObject.KeyOf(ns, name)) as KubeService;

    /// <summary>The labels that targets on a node get; none where they are not asked for.</summary>
    public LabelSet LabelsOfNode(string name) =>
        attached.Node && name.Length > 0 && Find(Resource.Nodes, "", name) is KubeNode node ? node.Labels : LabelSet.Empty;

    /// <summary>The labels that targets in a namespace get; none where they are not asked for.</summary>
    public LabelSet LabelsOfNamespace(string name) =>
        attached.Namespace && Find(Resource.Namespaces, "", name) is KubeNamespace ns ? ns.Labels : LabelSet.Empty;

    private KubeObject? Find(Resource resource, string ns, string key)
    {
        _used.Add((resource.Role, key));
        return find(resource, ns, key);
    }
}
