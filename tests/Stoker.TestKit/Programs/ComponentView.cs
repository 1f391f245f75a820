using System.Text.Json;

namespace Stoker.TestKit.Programs;

/// <summary>What <c>/api/v0/web/components/ID</c> says of one component.</summary>
public sealed class ComponentView(JsonElement json)
{
    public JsonElement Json { get; } = json;

    public string HealthState => Json.GetProperty("health").GetProperty("state").GetString()!;

    public string HealthMessage => Json.GetProperty("health").GetProperty("message").GetString()!;

    /// <summary>The <c>target</c> blocks of the debug information, each as its attributes. Objects are left as JSON text.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Targets =>
        [.. BlocksNamed(Json.GetProperty("debugInfo"), "target").Select(Attributes)];

    private static IEnumerable<JsonElement> BlocksNamed(JsonElement body, string name) =>
        body.EnumerateArray().Where(statement =>
            statement.GetProperty("type").GetString() == "block" && statement.GetProperty("name").GetString() == name);

    private static Dictionary<string, string> Attributes(JsonElement block) =>
        block.GetProperty("body").EnumerateArray()
            .Where(statement => statement.GetProperty("type").GetString() == "attr")
            .ToDictionary(statement => statement.GetProperty("name").GetString()!, statement => TextOf(statement.GetProperty("value")));

    private static string TextOf(JsonElement value) =>
        value.GetProperty("value") is { ValueKind: JsonValueKind.String } text ? text.GetString()! : value.GetProperty("value").GetRawText();
}
