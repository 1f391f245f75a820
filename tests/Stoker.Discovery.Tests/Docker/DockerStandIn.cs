using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Stoker.Discovery.Tests.Api;

namespace Stoker.Discovery.Tests.Docker;

/// <summary>
/// Stands in for a Docker engine of version 29: it speaks the part of its API that lists containers and networks, refuses what the real one refuses, and
/// unknown parameters too. Safe from several threads.
/// </summary>
internal sealed class DockerStandIn : IAsyncDisposable
{
    private static readonly string[] ContainerFilters =
        ["ancestor", "before", "expose", "exited", "health", "id", "isolation", "is-task", "label", "name", "network", "publish", "since", "status", "volume"];

    private readonly string? _socketPath;

    private DockerStandIn(string? socketPath)
    {
        _socketPath = socketPath;
        Server = new StandInServer((http, _) => AnswerAsync(http), socketPath);
    }

    public StandInServer Server { get; }

    public string Host => _socketPath is null ? $"tcp://127.0.0.1:{Server.Port}" : $"unix://{_socketPath}";

    /// <summary>What <c>/_ping</c> says; null for an engine that does not say, which the paths without a version then serve.</summary>
    public string? Version { get; set; } = "1.52";

    public string OldestVersion { get; set; } = "1.44";

    /// <summary>Null where anybody may ask.</summary>
    public string? Authorization { get; set; }

    /// <summary>The bodies of the lists, as text, so that a test can break them.</summary>
    public string Containers { get; set; } = "[]";

    public string Networks { get; set; } = """[{"Id":"n1","Name":"bridge","Scope":"local","Driver":"bridge","Internal":false,"Ingress":false,"Labels":{}}]""";

    public static async Task<DockerStandIn> StartAsync(string? socketPath = null)
    {
        var standIn = new DockerStandIn(socketPath);
        await standIn.Server.StartAsync();
        return standIn;
    }

    /// <summary>A container in the network n1 with TCP ports, as the engine lists it.</summary>
    public static string Container(string id, string name, string ip, params int[] ports) =>
        $$$"""
        {"Id":"{{{id}}}","Names":["/{{{name}}}"],"Image":"shop:1","ImageID":"sha256:1f","Command":"run","Created":1700000000,"State":"running","Status":"Up",
         "Ports":[{{{string.Join(',', ports.Select(port => $$"""{"PrivatePort":{{port}},"Type":"tcp"}"""))}}}],"Labels":{},"HostConfig":{"NetworkMode":"bridge"},
         "NetworkSettings":{"Networks":{"bridge":{"NetworkID":"n1","IPAddress":"{{{ip}}}","GlobalIPv6Address":""}} },"Mounts":[]}
        """;

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        http.Response.Headers.Server = "Docker/29.0.0 (linux)";
        if (http.Request.Method != "GET")
        {
            await RefuseAsync(http, 400, "the stand-in takes GET only");
            return;
        }

        if (Authorization is { } wanted && http.Request.Headers.Authorization != wanted)
        {
            await RefuseAsync(http, 401, "authorization denied");
            return;
        }

        if (Version is { } version)
        {
            http.Response.Headers["Api-Version"] = version;
        }

        string path = http.Request.Path.Value!;
        if (path == "/_ping")
        {
            await StandInServer.AnswerAsync(http, 200, "text/plain; charset=utf-8", "OK");
            return;
        }

        if (path.StartsWith("/v1.", StringComparison.Ordinal))
        {
            string asked = path.Split('/')[1][1..];
            if (Minor(asked) < Minor(OldestVersion))
            {
                await RefuseAsync(
                    http, 400, $"client version {asked} is too old. Minimum supported API version is {OldestVersion}, please upgrade your client to a newer version");
                return;
            }

            if (Minor(asked) > Minor(Version ?? OldestVersion))
            {
                await RefuseAsync(http, 400, $"client version {asked} is too new. Maximum supported API version is {Version}");
                return;
            }

            path = path[(asked.Length + 2)..];
        }

        await (path switch
        {
            "/containers/json" => AnswerListAsync(http, Containers, ["all", "limit", "size", "filters"]),
            "/networks" => AnswerListAsync(http, Networks, ["filters"]),
            _ => RefuseAsync(http, 404, "page not found"),
        });
    }

    private static int Minor(string version) => int.Parse(version.Split('.')[1], CultureInfo.InvariantCulture);

    private static Task RefuseAsync(HttpContext http, int status, string message) =>
        StandInServer.AnswerAsync(http, status, "application/json", new JsonObject { ["message"] = message }.ToJsonString());

    private static async Task AnswerListAsync(HttpContext http, string list, string[] parameters)
    {
        if (http.Request.Query.Keys.FirstOrDefault(name => !parameters.Contains(name)) is { } unknown)
        {
            await RefuseAsync(http, 400, $"unknown parameter {unknown}");
            return;
        }

        if (!TryReadFilters(http.Request.Query["filters"].ToString(), out Dictionary<string, string[]> filters))
        {
            await RefuseAsync(http, 400, "invalid filter: not a map of names to lists of values, or a name that is not known");
            return;
        }

        await StandInServer.AnswerAsync(http, 200, "application/json", filters.Count == 0 ? list : Filter(list, filters));
    }

    private static bool TryReadFilters(string text, out Dictionary<string, string[]> filters)
    {
        filters = [];
        if (text.Length == 0)
        {
            return true;
        }

        try
        {
            foreach ((string name, JsonNode? values) in JsonNode.Parse(text)!.AsObject())
            {
                filters.Add(name, [.. values!.AsArray().Select(value => value!.GetValue<string>())]);
            }

            return filters.Keys.All(ContainerFilters.Contains);
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException)
        {
            return false;
        }
    }

    /// <summary>Labels must all match; of other filters one value is enough.</summary>
    private static string Filter(string list, Dictionary<string, string[]> filters) =>
        new JsonArray([.. JsonNode.Parse(list)!.AsArray().Where(container => Matches(container!.AsObject(), filters)).Select(container => container!.DeepClone())])
            .ToJsonString();

    private static bool Matches(JsonObject container, Dictionary<string, string[]> filters) => filters.All(filter => filter.Key switch
    {
        "label" => filter.Value.All(label => label.Split('=', 2) is var parts
            && container["Labels"]!.AsObject().TryGetPropertyValue(parts[0], out JsonNode? value)
            && (parts.Length == 1 || value!.GetValue<string>() == parts[1])),
        "name" => filter.Value.Any(name => container["Names"]!.AsArray().Any(own => own!.GetValue<string>().Contains(name, StringComparison.Ordinal))),
        "status" => filter.Value.Contains(container["State"]!.GetValue<string>()),
        _ => true,
    });
}
