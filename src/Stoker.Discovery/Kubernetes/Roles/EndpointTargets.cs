using Stoker.Components;
using Stoker.Labels;

namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// The targets of endpoints and endpoint slices: one for each address and port with the labels of the service and of the pod behind it,
/// and one for
/// each port of these pods' containers that is none of the endpoints' ports. For one object.
/// </summary>
internal sealed class EndpointTargets
{
    private readonly Joined _joined;
    private readonly LabelSet _common;
    private readonly List<Target> _targets = [];

    // In the order in which they came, so that the targets of an object have an order.
    private readonly OrderedDictionary<string, (KubePod Pod, HashSet<int> Ports)> _pods = new(StringComparer.Ordinal);

    private EndpointTargets(KubeObject found, LabelSet labels, string service, Joined joined)
    {
        _joined = joined;
        LabelSetBuilder common = labels.ToBuilder();
        if (service.Length > 0 && joined.FindService(found.Namespace, service) is { } known)
        {
            common.AddAll(known.Labels);
        }

        _common = common.AddAll(joined.LabelsOfNamespace(found.Namespace)).ToLabelSet();
    }

    public static IReadOnlyList<Target> Of(KubeEndpoints endpoints, Joined joined)
    {
        // Endpoints have the name of their service.
        var targets = new EndpointTargets(endpoints, endpoints.Labels, endpoints.Name, joined);
        foreach (KubeEndpointSubset subset in endpoints.Subsets)
        {
            foreach (KubePort port in subset.Ports)
            {
                LabelSet labels = LabelSet.Of(
                    (MetaLabels.Prefix + "endpoint_port_name", port.Name), (MetaLabels.Prefix + "endpoint_port_protocol", port.Protocol));
                foreach (KubeEndpointAddress address in subset.Addresses)
                {
                    targets.Add(address, port.Number, labels);
                }
            }
        }

        return targets.Finish();
    }

    public static IReadOnlyList<Target> Of(KubeEndpointSlice slice, Joined joined)
    {
        var targets = new EndpointTargets(slice, slice.Labels, slice.ServiceName, joined);
        foreach (KubeEndpointAddress address in slice.Addresses)
        {
            foreach (KubeSlicePort port in slice.Ports)
            {
                targets.Add(address, port.Number, port.Labels);
            }
        }

        return targets.Finish();
    }

    private void Add(KubeEndpointAddress address, int? port, LabelSet portLabels)
    {
        LabelSetBuilder target = _common.ToBuilder()
            .AddAll(address.Labels)
            .AddAll(portLabels)
            .AddAll(_joined.LabelsOfNode(address.NodeName))
            .Set(TargetLabels.Address, port is { } number ? HostAndPort.Join(address.Address, number) : address.Address);
        if (address.PodKey is { } key && _joined.FindPod(key) is { } pod)
        {
            target.AddAll(pod.Labels);
            if (!_pods.TryGetValue(key, out (KubePod Pod, HashSet<int> Ports) seen))
            {
                _pods.Add(key, seen = (pod, []));
            }

            if (port is { } bound)
            {
                seen.Ports.Add(bound);
                AddContainerWith(bound, pod, target);
            }
        }

        _targets.Add(target.ToTarget());
    }

    private static void AddContainerWith(int port, KubePod pod, LabelSetBuilder target)
    {
        foreach (KubeContainer container in pod.Containers)
        {
            if (container.Ports.FirstOrDefault(declared => declared.Number == port) is { } found)
            {
                target.AddContainer(container).AddContainerPort(found);
                return;
            }
        }
    }

    private Target[] Finish()
    {
        foreach ((KubePod pod, HashSet<int> ports) in _pods.Values)
        {
            if (pod.Ip.Length == 0)
            {
                continue;
            }

            LabelSet common = _common.ToBuilder().AddAll(pod.Labels).AddAll(_joined.LabelsOfNode(pod.NodeName)).ToLabelSet();
            foreach (KubeContainer container in pod.Containers)
            {
                _targets.AddRange(container.Ports.Where(port => !ports.Contains(port.Number)).Select(port => common.ToBuilder()
                    .Set(TargetLabels.Address, HostAndPort.Join(pod.Ip, port.Number))
                    .AddContainer(container).AddContainerPort(port)
                    .ToTarget()));
            }
        }

        return [.. _targets];
    }
}
