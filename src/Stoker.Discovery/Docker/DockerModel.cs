using System.Text.Json.Serialization;

namespace Stoker.Discovery.Docker;

// What is read of the Docker Engine API 1.24 and later, https://docs.docker.com/reference/api/engine/. The engine leaves out what it does not know, so
// everything may be missing.

/// <summary>An entry of <c>GET /containers/json</c>.</summary>
internal sealed record Container
{
    public string? Id { get; init; }

    /// <summary>Each with a slash before it; the first is the container's own.</summary>
    public IReadOnlyList<string?>? Names { get; init; }

    public string? Image { get; init; }

    [JsonPropertyName("ImageID")]
    public string? ImageId { get; init; }

    public IReadOnlyList<ContainerPort?>? Ports { get; init; }

    public IReadOnlyDictionary<string, string?>? Labels { get; init; }

    public string? State { get; init; }

    public ContainerHostConfig? HostConfig { get; init; }

    public ContainerNetworkSettings? NetworkSettings { get; init; }
}

internal sealed record ContainerPort
{
    /// <summary>The address of the host that the port is published on.</summary>
    [JsonPropertyName("IP")]
    public string? Ip { get; init; }

    public ushort PrivatePort { get; init; }

    /// <summary>0 where the port is not published.</summary>
    public ushort PublicPort { get; init; }

    /// <summary><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</summary>
    public string? Type { get; init; }
}

internal sealed record ContainerHostConfig
{
    /// <summary>The name of a network, <c>host</c>, <c>none</c>, or <c>container:</c> with the id of another container.</summary>
    public string? NetworkMode { get; init; }
}

internal sealed record ContainerNetworkSettings
{
    public IReadOnlyDictionary<string, ContainerNetwork?>? Networks { get; init; }
}

internal sealed record ContainerNetwork
{
    [JsonPropertyName("NetworkID")]
    public string? NetworkId { get; init; }

    /// <summary>Empty while the container does not run, and in a network without IPv4.</summary>
    [JsonPropertyName("IPAddress")]
    public string? IpAddress { get; init; }

    public string? GlobalIPv6Address { get; init; }
}

/// <summary>An entry of <c>GET /networks</c>.</summary>
internal sealed record Network
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Scope { get; init; }

    public bool Internal { get; init; }

    public bool Ingress { get; init; }

    public IReadOnlyDictionary<string, string?>? Labels { get; init; }
}

[JsonSerializable(typeof(Container))]
[JsonSerializable(typeof(Network))]
[JsonSerializable(typeof(SortedDictionary<string, List<string>>))]
internal sealed partial class DockerJson : JsonSerializerContext;
