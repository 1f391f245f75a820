using System.Text.Json.Serialization;

namespace Stoker.Discovery.Kubernetes;

// What is read of the API's objects (Kubernetes API reference). Every field may be missing or null, whatever the reference says: nothing
// here is trusted.

internal class ObjectModel
{
    public MetadataModel? Metadata { get; init; }
}

internal sealed class MetadataModel
{
    public string? Name { get; init; }

    public string? Namespace { get; init; }

    public string? Uid { get; init; }

    public Dictionary<string, string?>? Labels { get; init; }

    public Dictionary<string, string?>? Annotations { get; init; }

    public List<OwnerModel?>? OwnerReferences { get; init; }
}

internal sealed record OwnerModel(string? Kind, string? Name, bool? Controller);

internal sealed class PodModel : ObjectModel
{
    public PodSpecModel? Spec { get; init; }

    public PodStatusModel? Status { get; init; }
}

internal sealed record PodSpecModel(string? NodeName, List<ContainerModel?>? Containers, List<ContainerModel?>? InitContainers);

internal sealed record ContainerModel(string? Name, string? Image, List<ContainerPortModel?>? Ports);

internal sealed record ContainerPortModel(string? Name, int? ContainerPort, string? Protocol);

internal sealed record PodStatusModel(
    string? Phase,
    string? PodIP,
    string? HostIP,
    List<ConditionModel?>? Conditions,
    List<ContainerStatusModel?>? ContainerStatuses,
    List<ContainerStatusModel?>? InitContainerStatuses);

internal sealed record ConditionModel(string? Type, string? Status);

internal sealed record ContainerStatusModel(string? Name, string? ContainerID);

internal sealed class ServiceModel : ObjectModel
{
    public ServiceSpecModel? Spec { get; init; }
}

internal sealed record ServiceSpecModel(
    string? Type, string? ClusterIP, string? ExternalName, string? LoadBalancerIP, List<ServicePortModel?>? Ports);

internal sealed record ServicePortModel(string? Name, int? Port, string? Protocol);

internal sealed class EndpointsModel : ObjectModel
{
    public List<EndpointSubsetModel?>? Subsets { get; init; }
}

internal sealed record EndpointSubsetModel(
    List<EndpointAddressModel?>? Addresses, List<EndpointAddressModel?>? NotReadyAddresses, List<EndpointPortModel?>? Ports);

internal sealed record EndpointAddressModel(string? Ip, string? Hostname, string? NodeName, ReferenceModel? TargetRef);

internal sealed record EndpointPortModel(string? Name, int? Port, string? Protocol, string? AppProtocol);

internal sealed record ReferenceModel(string? Kind, string? Namespace, string? Name);

internal sealed class EndpointSliceModel : ObjectModel
{
    public string? AddressType { get; init; }

    public List<EndpointModel?>? Endpoints { get; init; }

    public List<EndpointPortModel?>? Ports { get; init; }
}

internal sealed class EndpointModel
{
    public List<string?>? Addresses { get; init; }

    public EndpointConditionsModel? Conditions { get; init; }

    public string? Hostname { get; init; }

    public string? NodeName { get; init; }

    public string? Zone { get; init; }

    public ReferenceModel? TargetRef { get; init; }

    /// <summary>The topology in v1; v1beta1 calls it <c>topology</c>.</summary>
    public Dictionary<string, string?>? DeprecatedTopology { get; init; }

    public Dictionary<string, string?>? Topology { get; init; }
}

internal sealed record EndpointConditionsModel(bool? Ready, bool? Serving, bool? Terminating);

internal sealed class IngressModel : ObjectModel
{
    public IngressSpecModel? Spec { get; init; }
}

internal sealed record IngressSpecModel(string? IngressClassName, List<IngressTlsModel?>? Tls, List<IngressRuleModel?>? Rules);

internal sealed record IngressTlsModel(List<string?>? Hosts);

internal sealed record IngressRuleModel(string? Host, IngressHttpModel? Http);

internal sealed record IngressHttpModel(List<IngressPathModel?>? Paths);

internal sealed record IngressPathModel(string? Path);

internal sealed class NodeModel : ObjectModel
{
    public NodeSpecModel? Spec { get; init; }

    public NodeStatusModel? Status { get; init; }
}

internal sealed record NodeSpecModel(string? ProviderID);

internal sealed record NodeStatusModel(List<NodeAddressModel?>? Addresses, DaemonEndpointsModel? DaemonEndpoints);

internal sealed record NodeAddressModel(string? Type, string? Address);

internal sealed record DaemonEndpointsModel(KubeletEndpointModel? KubeletEndpoint);

// The one field of the API that starts with a capital letter.
internal sealed record KubeletEndpointModel([property: JsonPropertyName("Port")] int? Port);

internal sealed record ListMetadataModel(string? ResourceVersion, string? Continue);

/// <summary>The API's answer to what went wrong.</summary>
internal sealed record StatusModel(string? Message, string? Reason, int? Code);

/// <summary>What an exec plugin prints.</summary>
internal sealed record ExecCredential(string? ApiVersion, ExecCredentialStatus? Status);

internal sealed record ExecCredentialStatus(
    string? Token, string? ClientCertificateData, string? ClientKeyData, DateTimeOffset? ExpirationTimestamp);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PodModel))]
[JsonSerializable(typeof(ServiceModel))]
[JsonSerializable(typeof(EndpointsModel))]
[JsonSerializable(typeof(EndpointSliceModel))]
[JsonSerializable(typeof(IngressModel))]
[JsonSerializable(typeof(NodeModel))]
[JsonSerializable(typeof(ObjectModel))]
[JsonSerializable(typeof(ListMetadataModel))]
[JsonSerializable(typeof(StatusModel))]
[JsonSerializable(typeof(ExecCredential))]
internal sealed partial class KubernetesJson : JsonSerializerContext;
