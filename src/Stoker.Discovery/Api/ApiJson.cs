using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stoker.Discovery.Api;

/// <summary>How the Docker engine reports an error.</summary>
internal sealed record ErrorBody
{
    [JsonPropertyName("message")]
    public string? Message { get; init; }
}

/// <summary>What names an entry of a list that could not be read as what it should be.</summary>
internal sealed record EntryName
{
    public JsonElement? Id { get; init; }
}

[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(EntryName))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ApiJson : JsonSerializerContext;
