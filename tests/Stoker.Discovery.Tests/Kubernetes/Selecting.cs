using System.Text.Json.Nodes;

namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>
/// Which objects a request selects, by namespace, labels (equality, inequality, existence) and fields (equality, inequality).
/// </summary>
internal sealed record Selecting(string? Namespace, string LabelSelector, string FieldSelector)
{
    private static readonly string[] Fields = ["metadata.name", "metadata.namespace", "spec.nodeName", "status.phase"];

    /// <summary>False where the server does not know a field, which it answers with 400.</summary>
    public bool IsKnown => Terms(FieldSelector).All(term => Fields.Contains(Split(term).Name));

    public bool Selects(JsonObject found) =>
        (Namespace is null || (string?)found["metadata"]?["namespace"] == Namespace)
        && Terms(LabelSelector).All(term => Matches(term, name => (string?)found["metadata"]?["labels"]?[name]))
        && Terms(FieldSelector).All(term => Matches(term, name => FieldOf(found, name) ?? ""));

    private static string? FieldOf(JsonObject found, string path)
    {
        JsonNode? node = found;
        foreach (string name in path.Split('.'))
        {
            node = node?[name];
        }

        return (string?)node;
    }

    private static string[] Terms(string selector) =>
        selector.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool Matches(string term, Func<string, string?> read)
    {
        (string name, string? value, bool isEqual) = Split(term);
        string? found = read(name);
        return value is null ? (found is not null) == isEqual : (found == value) == isEqual;
    }

    private static (string Name, string? Value, bool IsEqual) Split(string term)
    {
        if (term.Split("!=") is [var unequal, var other])
        {
            return (unequal, other, false);
        }

        if (term.Replace("==", "=", StringComparison.Ordinal).Split('=') is [var equal, var value])
        {
            return (equal, value, true);
        }

        return term.StartsWith('!') ? (term[1..], null, false) : (term, null, true);
    }
}
