using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Stoker.Discovery.Api;

namespace Stoker.Discovery.Docker;

/// <summary>A list of the engine, with the entries that could not be read.</summary>
internal sealed record EngineList<T>(IReadOnlyList<T> Entries, IReadOnlyList<SkippedEntry> Skipped);

/// <summary>
/// The requests to the Docker engine. It is asked in the version of its API that it names itself, so that no engine is too old or too new for it: an engine
/// refuses versions before its oldest (1.44 for Docker 29), and paths without a version are deprecated. Not safe from several threads.
/// </summary>
internal sealed partial class DockerApi(ApiClient client, DockerArguments arguments)
{
    private readonly string _filters = FiltersOf(arguments.Filters);

    // Null until the engine has been asked: an engine may be replaced while Stoker runs, so a failure asks it again.
    private string? _prefix;

    /// <summary>The containers that run, or those that the filters choose.</summary>
    public Task<ApiResult<EngineList<Container>>> GetContainersAsync(Deadline deadline, CancellationToken cancellationToken) =>
        GetListAsync("containers/json" + _filters, DockerJson.Default.Container, "container", deadline, cancellationToken);

    public Task<ApiResult<EngineList<Network>>> GetNetworksAsync(Deadline deadline, CancellationToken cancellationToken) =>
        GetListAsync("networks", DockerJson.Default.Network, "network", deadline, cancellationToken);

    private async Task<ApiResult<EngineList<T>>> GetListAsync<T>(
        string path, JsonTypeInfo<T> type, string noun, Deadline deadline, CancellationToken cancellationToken)
        where T : class
    {
        if (_prefix is null)
        {
            ApiResult<string> version = await GetVersionAsync(deadline, cancellationToken);
            if (version.Status is null)
            {
                // Not even a status: another request would fail in the same way.
                return new ApiResult<EngineList<T>>(null, version.Failure, null);
            }

            _prefix = version.Value is { Length: > 0 } known ? $"v{known}/" : "";
        }

        ApiResult<EngineList<T>> result = await client.GetAsync(
            _prefix + path, deadline, (_, body, cancelled) => ReadAsync(body, type, noun, cancelled), cancellationToken);
        if (result.Failure is not null)
        {
            _prefix = null;
        }

        return result;
    }

    /// <summary>
    /// The version of the engine's API; no value where something between, such as a proxy that allows few paths, does not let it be asked, and an empty one
    /// where the answer does not say: then the paths are asked without a version, which every engine takes for its own.
    /// </summary>
    private Task<ApiResult<string>> GetVersionAsync(Deadline deadline, CancellationToken cancellationToken) =>
        client.GetHeadersAsync("_ping", deadline, static response =>
            response.Headers.TryGetValues("Api-Version", out IEnumerable<string>? values) && Version().IsMatch(values.First()) ? values.First() : "", cancellationToken);

    private static async Task<EngineList<T>> ReadAsync<T>(Stream body, JsonTypeInfo<T> type, string noun, CancellationToken cancellationToken)
        where T : class
    {
        var entries = new List<T>();
        var skipped = new List<SkippedEntry>();
        await foreach ((T? entry, SkippedEntry? broken) in JsonEntries.ReadAsync(body, type, noun, cancellationToken))
        {
            if (entry is not null)
            {
                entries.Add(entry);
            }
            else if (broken is not null)
            {
                skipped.Add(broken);
            }
        }

        return new EngineList<T>(entries, skipped);
    }

    /// <summary>The query with the filters: an object whose keys are names of filters and whose values are lists.</summary>
    private static string FiltersOf(IReadOnlyList<DockerFilterArguments> filters)
    {
        var values = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (DockerFilterArguments filter in filters.Where(filter => filter.Values.Count > 0))
        {
            if (!values.TryGetValue(filter.Name, out List<string>? known))
            {
                values.Add(filter.Name, known = []);
            }

            known.AddRange(filter.Values.Except(known));
        }

        return values.Count == 0
            ? ""
            : "?filters=" + Uri.EscapeDataString(JsonSerializer.Serialize(values, DockerJson.Default.SortedDictionaryStringListString));
    }

    [GeneratedRegex(@"^[0-9]{1,3}\.[0-9]{1,4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
