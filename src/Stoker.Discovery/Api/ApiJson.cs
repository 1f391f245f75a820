using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stoker.Discovery.Api;

/// <summary>How the Docker engine reports an error.</summary>
internal sealed record ErrorBody
{
    [JsonPropertyName("message")]
    public string? Message { get; init; }
}

[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ApiJson : JsonSerializerContext;
