using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stoker.Discovery.Consul;

// What is read of Consul's HTTP API, https://developer.hashicorp.com/consul/api-docs/health#list-service-instances-for-service; everything may be missing.

/// <summary>An entry of <c>GET /v1/health/service/NAME</c>: an instance of the service.</summary>
internal sealed record ServiceEntry
{
    public ServiceNode? Node { get; init; }

    public ServiceInstance? Service { get; init; }

    public IReadOnlyList<ServiceCheck?>? Checks { get; init; }
}

internal sealed record ServiceNode
{
    public string? Node { get; init; }

    public string? Address { get; init; }

    public string? Datacenter { get; init; }

    public string? Partition { get; init; }

    public IReadOnlyDictionary<string, string?>? TaggedAddresses { get; init; }

    public IReadOnlyDictionary<string, string?>? Meta { get; init; }
}

internal sealed record ServiceInstance
{
    [JsonPropertyName("ID")]
    public string? Id { get; init; }

    public IReadOnlyList<string?>? Tags { get; init; }

    /// <summary>Empty where the service is reached at the address of its node.</summary>
    public string? Address { get; init; }

    public int Port { get; init; }

    public IReadOnlyDictionary<string, string?>? Meta { get; init; }

    public string? Namespace { get; init; }

    public string? Partition { get; init; }
}

internal sealed record ServiceCheck
{
    [JsonPropertyName("CheckID")]
    public string? CheckId { get; init; }

    public string? Status { get; init; }
}

[JsonSerializable(typeof(ServiceEntry))]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
[JsonSerializable(typeof(List<string>))]
internal sealed partial class ConsulJson : JsonSerializerContext;
