using Stoker.Components;
using Stoker.Labels;

namespace Stoker.Discovery.Kubernetes;

/// <summary>What the targets of all roles have in common.</summary>
internal static class TargetLabels
{
    public const string Address = "__address__";

    private const string Pod = MetaLabels.Prefix + "pod_";

    public static LabelSetBuilder AddAll(this LabelSetBuilder builder, LabelSet labels)
    {
        foreach (Label label in labels)
        {
            builder.Set(label.Name, label.Value);
        }

        return builder;
    }

    /// <summary>The labels of a container, without those of a port.</summary>
    public static LabelSetBuilder AddContainer(this LabelSetBuilder builder, KubeContainer container) => builder
        .Set(Pod + "container_name", container.Name)
        .Set(Pod + "container_image", container.Image)
        .Set(Pod + "container_init", container.IsInit ? "true" : "false");

    public static LabelSetBuilder AddContainerPort(this LabelSetBuilder builder, KubePort port) => builder
        .Set(Pod + "container_port_name", port.Name)
        .Set(Pod + "container_port_number", port.Number.ToString())
        .Set(Pod + "container_port_protocol", port.Protocol);

    public static LabelSetBuilder AddContainerId(this LabelSetBuilder builder, KubeContainer container) =>
        builder.Set(Pod + "container_id", container.Id);

    public static Target ToTarget(this LabelSetBuilder builder) => new(builder.ToLabelSet());
}
