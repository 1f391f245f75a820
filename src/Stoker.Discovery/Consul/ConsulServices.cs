using System.Text.Json;
using Stoker.Discovery.Api;

namespace Stoker.Discovery.Consul;

/// <summary>The names of the services that the catalog has and the arguments want.</summary>
/// <param name="Skipped">The wanted ones that are not watched, and the entries that cannot be read.</param>
/// <param name="IsEmptyCatalog">True where the catalog has no service at all, wanted or not; a Consul has at least itself.</param>
internal sealed record ConsulServices(IReadOnlySet<string> Names, IReadOnlyList<SkippedEntry> Skipped, bool IsEmptyCatalog)
{
    /// <summary>How many services are watched at most; each has a request open all the time.</summary>
    public const int MaxServices = 10_000;

    private const int MaxNameLength = 1024;

    /// <summary>False for a name that would lead a request to another path, or that no line of a log can show.</summary>
    public static bool CanBeAsked(string name) =>
        name.Length is > 0 and <= MaxNameLength && name is not ("." or "..") && !name.Any(char.IsControl);

    /// <summary>Reads an answer of <c>GET /v1/catalog/services</c>: an object of names with their tags.</summary>
    /// <exception cref="JsonException">The stream holds something else.</exception>
    public static async Task<ConsulServices> ReadAsync(Stream stream, ConsulArguments arguments, CancellationToken cancellationToken)
    {
        Dictionary<string, JsonElement> services =
            await JsonSerializer.DeserializeAsync(stream, ConsulJson.Default.DictionaryStringJsonElement, cancellationToken)
            ?? throw new JsonException("null");
        var wanted = arguments.Services.ToHashSet(StringComparer.Ordinal);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var skipped = new List<SkippedEntry>();
        foreach ((string name, JsonElement tags) in services.OrderBy(service => service.Key, StringComparer.Ordinal))
        {
            if (wanted.Count > 0 && !wanted.Contains(name))
            {
                continue;
            }

            string? reason = null;
            bool hasTags = true;
            if (!CanBeAsked(name))
            {
                reason = "it has a name that cannot be asked for";
            }
            else if (arguments.Tags.Count > 0 && !TryHaveTags(tags, arguments.Tags, out hasTags))
            {
                reason = "its tags are no list of strings";
            }
            else if (hasTags && names.Count == MaxServices)
            {
                reason = $"it is beyond the {MaxServices} services that are watched; name those that are wanted in services";
            }

            if (reason is not null)
            {
                skipped.Add(new SkippedEntry($"service {PlainText.OneLine(name, 64)}", reason));
            }
            else if (hasTags)
            {
                names.Add(name);
            }
        }

        return new ConsulServices(names, skipped, services.Count == 0);
    }

    /// <summary>Whether a service has every wanted tag on some of its instances; false where the tags cannot be read.</summary>
    private static bool TryHaveTags(JsonElement tags, IReadOnlyList<string> wanted, out bool hasAll)
    {
        hasAll = false;
        try
        {
            // Null is what Go writes for an empty list.
            List<string> known = tags.Deserialize(ConsulJson.Default.ListString) ?? [];
            hasAll = wanted.All(known.Contains);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
