using System.Globalization;
using Stoker.Components;
using Stoker.Discovery.Api;
using Stoker.Labels;

namespace Stoker.Discovery.Docker;

/// <summary>
/// Makes targets of containers: one for each network and TCP port, the private one, or one for each network with the port of the arguments where a
/// container has no TCP port. The order of what the engine lists makes no difference. Used for one answer.
/// </summary>
internal sealed class DockerTargets
{
    /// <summary>How many targets one answer gives at most: a container of many networks and many ports gives their product.</summary>
    public const int MaxTargets = 250_000;

    private const string Prefix = "__meta_docker_";
    private const string SharedNetwork = "container:";

    private readonly DockerArguments _arguments;
    private readonly Dictionary<string, Container> _byIdOrName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Network> _networks = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, IReadOnlyList<Target>> _groups = new(StringComparer.Ordinal);
    private readonly List<SkippedEntry> _skipped = [];
    private int _count;

    private DockerTargets(DockerArguments arguments, IReadOnlyList<Network> networks)
    {
        _arguments = arguments;
        foreach (Network network in networks.Where(network => network.Id is { Length: > 0 }))
        {
            _networks[network.Id!] = network;
        }
    }

    /// <summary>The targets by the id of their container, and what gives none.</summary>
    public static (IReadOnlyDictionary<string, IReadOnlyList<Target>> Groups, IReadOnlyList<SkippedEntry> Skipped) Make(
        IReadOnlyList<Container> containers, IReadOnlyList<Network> networks, DockerArguments arguments)
    {
        var targets = new DockerTargets(arguments, networks);
        targets.Index(containers);
        foreach (Container container in containers)
        {
            targets.Add(container);
        }

        return (targets._groups, targets._skipped);
    }

    private void Index(IReadOnlyList<Container> containers)
    {
        foreach (Container container in containers)
        {
            foreach (string? name in container.Names ?? [])
            {
                _byIdOrName.TryAdd((name ?? "").TrimStart('/'), container);
            }
        }

        // After the names: an id that is another container's name means the id.
        foreach (Container container in containers.Where(container => container.Id is { Length: > 0 }))
        {
            _byIdOrName[container.Id!] = container;
        }
    }

    private void Add(Container container)
    {
        if (container.Id is not { Length: > 0 } id)
        {
            Skip(container, "it has no id");
            return;
        }

        if (container.Names?.FirstOrDefault(name => name is { Length: > 0 }) is not { } name)
        {
            Skip(container, "it has no name");
            return;
        }

        if (!TryFindNetworks(container, out Container owner, out string reason))
        {
            Skip(container, reason);
            return;
        }

        bool isHost = owner.HostConfig?.NetworkMode == "host";
        (string Name, ContainerNetwork Network, string Address)[] all =
        [
            .. owner.NetworkSettings!.Networks!
                .Where(network => network.Value is not null)
                .OrderBy(network => network.Key, StringComparer.Ordinal)
                .Select(network => (network.Key, network.Value!, AddressIn(network.Value!))),
        ];

        // A network that the container is just entering has no address yet: it is not the first one of those that it can be reached in.
        (string Name, ContainerNetwork Network, string Address)[] networks =
            [.. all.Where(network => isHost || network.Address.Length > 0).Take(_arguments.MatchFirstNetwork ? 1 : int.MaxValue)];
        if (networks.Length == 0)
        {
            Skip(container, $"it has no address in the network {PlainText.OneLine(all[0].Name, 64)}{OthersOf(all.Length)}{StateOf(container)}");
            return;
        }

        ContainerPort[] ports =
        [
            .. (container.Ports ?? []).OfType<ContainerPort>()
                .Where(port => port is { Type: "tcp", PrivatePort: > 0 })
                .OrderBy(port => (port.PrivatePort, port.PublicPort))
                .ThenBy(port => port.Ip, StringComparer.Ordinal),
        ];
        if ((long)networks.Length * Math.Max(ports.Length, 1) > MaxTargets - _count)
        {
            Skip(container, $"its {networks.Length} networks and {ports.Length} ports would make more than {MaxTargets} targets in all; match_first_network or a filter makes them fewer");
            return;
        }

        LabelSet common = CommonLabels(container, id, name);
        var targets = new List<Target>(networks.Length * Math.Max(ports.Length, 1));
        foreach ((_, ContainerNetwork network, string address) in networks)
        {
            LabelSetBuilder labels = common.ToBuilder().Set(Prefix + "network_ip", address);
            AddNetworkLabels(labels, network);
            LabelSet ofNetwork = labels.ToLabelSet();
            targets.AddRange(ports.Length > 0
                ? ports.Select(port => TargetOf(ofNetwork, isHost ? _arguments.HostNetworkingHost : address, port))
                : [TargetOf(ofNetwork, isHost ? _arguments.HostNetworkingHost : Join(address, _arguments.Port))]);
        }

        _count += targets.Count;
        _groups[id] = targets;
    }

    /// <summary>
    /// The container in whose networks this one is: itself, or, where it shares another's network namespace, that one. They may form a chain, and a broken
    /// answer even a ring.
    /// </summary>
    private bool TryFindNetworks(Container container, out Container owner, out string reason)
    {
        owner = container;
        for (int steps = 0; !HasNetwork(owner); steps++)
        {
            string mode = owner.HostConfig?.NetworkMode ?? "";
            if (!mode.StartsWith(SharedNetwork, StringComparison.Ordinal))
            {
                reason = $"it is in no network{StateOf(container)}";
                return false;
            }

            string other = mode[SharedNetwork.Length..];
            if (steps == _byIdOrName.Count || !_byIdOrName.TryGetValue(other, out Container? next))
            {
                reason = $"it uses the network of the container {PlainText.OneLine(other, 64)}, which is not among those that the engine gave: "
                    + (_arguments.Filters.Count > 0 ? "let the filters choose that one too" : "is that one running?");
                return false;
            }

            owner = next;
        }

        reason = "";
        return true;
    }

    private static bool HasNetwork(Container container) => container.NetworkSettings?.Networks?.Values.Any(network => network is not null) == true;

    private static LabelSet CommonLabels(Container container, string id, string name)
    {
        var labels = new LabelSetBuilder();
        foreach ((string label, string? value) in (container.Labels ?? new Dictionary<string, string?>()).OrderBy(label => label.Key, StringComparer.Ordinal))
        {
            labels.Set(MetaLabelName.Of(Prefix + "container_label_", label), value ?? "");
        }

        return labels
            .Set(Prefix + "container_id", id)
            .Set(Prefix + "container_name", name)
            .Set(Prefix + "container_image", container.Image ?? "")
            .Set(Prefix + "container_image_id", container.ImageId ?? "")
            .Set(Prefix + "container_network_mode", container.HostConfig?.NetworkMode ?? "")
            .ToLabelSet();
    }

    private void AddNetworkLabels(LabelSetBuilder labels, ContainerNetwork network)
    {
        if (!_networks.TryGetValue(network.NetworkId ?? "", out Network? known))
        {
            return;
        }

        foreach ((string label, string? value) in (known.Labels ?? new Dictionary<string, string?>()).OrderBy(label => label.Key, StringComparer.Ordinal))
        {
            labels.Set(MetaLabelName.Of(Prefix + "network_label_", label), value ?? "");
        }

        labels
            .Set(Prefix + "network_id", known.Id!)
            .Set(Prefix + "network_name", known.Name ?? "")
            .Set(Prefix + "network_scope", known.Scope ?? "")
            .Set(Prefix + "network_internal", known.Internal ? "true" : "false")
            .Set(Prefix + "network_ingress", known.Ingress ? "true" : "false");
    }

    private static Target TargetOf(LabelSet ofNetwork, string host, ContainerPort port)
    {
        LabelSetBuilder labels = ofNetwork.ToBuilder()
            .Set("__address__", Join(host, port.PrivatePort))
            .Set(Prefix + "port_private", port.PrivatePort.ToString(CultureInfo.InvariantCulture));
        if (port.PublicPort > 0)
        {
            labels
                .Set(Prefix + "port_public", port.PublicPort.ToString(CultureInfo.InvariantCulture))
                .Set(Prefix + "port_public_ip", port.Ip ?? "");
        }

        return new Target(labels.ToLabelSet());
    }

    private static Target TargetOf(LabelSet ofNetwork, string address) => new(ofNetwork.ToBuilder().Set("__address__", address).ToLabelSet());

    private static string Join(string host, long port) => HostAndPort.Join(host, port);

    private static string AddressIn(ContainerNetwork network) =>
        network.IpAddress is { Length: > 0 } ip ? ip : network.GlobalIPv6Address ?? "";

    private static string OthersOf(int networks) => networks > 1 ? $", nor in {networks - 1} more" : "";

    private static string StateOf(Container container) =>
        container.State is { Length: > 0 } state and not "running" ? $": it is {PlainText.OneLine(state, 20)}" : "";

    private void Skip(Container container, string reason) => _skipped.Add(new SkippedEntry(
        PlainText.OneLine(container.Names?.FirstOrDefault(name => name is { Length: > 0 })?.TrimStart('/') ?? container.Id ?? "container", 64), reason));
}
