using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Stoker.Discovery.Tests.Api;
using Stoker.TestKit;

namespace Stoker.Discovery.Tests.Consul;

/// <summary>
/// Stands in for a Consul agent: the catalog's list of services and the instances of a service with their health, with blocking queries as they are: a query
/// with an index is held until the state is beyond it or its wait has passed on the stand-in's clock. It refuses unknown parameters, wrong methods and a
/// missing token. Safe from several threads.
/// </summary>
internal sealed partial class ConsulStandIn : IAsyncDisposable
{
    private static readonly string[] Parameters = ["dc", "ns", "partition", "stale", "node-meta", "index", "wait"];

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, List<JsonObject>> _services = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ulong> _serviceIndex = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private ulong _index = 100;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(int Count, TaskCompletionSource Reached)> _heldWaiters = [];
    private int _held;

    private ConsulStandIn(TimeProvider time, string? socketPath)
    {
        _time = time;
        Server = new StandInServer(AnswerAsync, socketPath);
    }

    public StandInServer Server { get; }

    public string Address => $"127.0.0.1:{Server.Port}";

    /// <summary>Null where anybody may ask.</summary>
    public string? Token { get; set; }

    /// <summary>What the header of every answer says instead of the state; 0 as some old versions of Consul had it.</summary>
    public ulong? ClaimedIndex { get; set; }

    public bool IsFilteredByAcls { get; set; }

    public static async Task<ConsulStandIn> StartAsync(TimeProvider time, string? socketPath = null)
    {
        var standIn = new ConsulStandIn(time, socketPath);
        await standIn.Server.StartAsync();
        return standIn;
    }

    /// <summary>An instance as <c>/v1/health/service</c> gives it.</summary>
    public static JsonObject Instance(string id, string address, int port, params string[] tags) => JsonNode.Parse(
        $$$"""
        {"Node":{"ID":"0f","Node":"node-1","Address":"10.0.0.1","Datacenter":"dc1","TaggedAddresses":{"lan":"10.0.0.1","wan":"192.0.2.1"},
           "Meta":{"rack-name":"r1"},"CreateIndex":5,"ModifyIndex":7},
         "Service":{"ID":"{{{id}}}","Service":"web","Tags":[{{{string.Join(',', tags.Select(tag => $"\"{tag}\""))}}}],"Address":"{{{address}}}","Port":{{{port}}},
           "Meta":{"version":"1"},"Weights":{"Passing":1,"Warning":1},"EnableTagOverride":false},
         "Checks":[{"Node":"node-1","CheckID":"serfHealth","Name":"Serf Health Status","Status":"passing","ServiceID":"","ServiceTags":[]}]}
        """)!.AsObject();

    /// <summary>Sets the instances of a service; none take it out of the catalog.</summary>
    public void Set(string service, params JsonObject[] instances)
    {
        lock (_lock)
        {
            if (instances.Length == 0)
            {
                _services.Remove(service);
            }
            else
            {
                _services[service] = [.. instances];
            }

            _serviceIndex[service] = ++_index;
            ChangedLocked();
        }
    }

    /// <summary>Loses all history, as a cluster that was made anew: the state stays, the index begins again.</summary>
    public void ResetIndex()
    {
        lock (_lock)
        {
            _index = 5;
            foreach (string service in _serviceIndex.Keys.ToList())
            {
                _serviceIndex[service] = 5;
            }

            ChangedLocked();
        }
    }

    /// <summary>Completes as soon as so many queries wait for a change, no more and no less.</summary>
    public async Task WaitForHeldAsync(int count)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _heldWaiters.Add((count, reached));
            HoldLocked(0);
        }

        await ComponentHarness.Bounded(reached.Task);
    }

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();

    private void ChangedLocked()
    {
        _changed.TrySetResult();
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private void HoldLocked(int more)
    {
        _held += more;
        foreach ((_, TaskCompletionSource reached) in _heldWaiters.Where(waiter => waiter.Count == _held))
        {
            reached.TrySetResult();
        }

        _heldWaiters.RemoveAll(waiter => waiter.Count == _held);
    }

    private async Task AnswerAsync(HttpContext http, CancellationToken cancellationToken)
    {
        string path = http.Request.Path.Value!;
        bool isCatalog = path == "/v1/catalog/services";
        string? service = path.StartsWith("/v1/health/service/", StringComparison.Ordinal) ? Uri.UnescapeDataString(path["/v1/health/service/".Length..]) : null;
        if (!isCatalog && service is null)
        {
            await StandInServer.AnswerAsync(http, 404, "text/plain", "Invalid URL path: not a recognized HTTP API endpoint");
            return;
        }

        if (Check(http.Request, isCatalog) is { } mistake)
        {
            await StandInServer.AnswerAsync(http, 400, "text/plain", mistake);
            return;
        }

        if (Token is { } token && http.Request.Headers["X-Consul-Token"] != token)
        {
            await StandInServer.AnswerAsync(http, 403, "text/plain", "rpc error making call: Permission denied: anonymous token lacks permission 'service:read'");
            return;
        }

        IQueryCollection query = http.Request.Query;
        if (query.ContainsKey("index") && ulong.Parse(query["index"]!, CultureInfo.InvariantCulture) is > 0 and ulong beyond)
        {
            await HoldAsync(service, beyond, WaitOf(query["wait"].ToString()), cancellationToken);
        }

        string body;
        ulong index;
        lock (_lock)
        {
            index = IndexOfLocked(service);
            body = service is null ? CatalogLocked().ToJsonString() : InstancesLocked(service, query["tag"]).ToJsonString();
        }

        http.Response.Headers["X-Consul-Index"] = (ClaimedIndex ?? index).ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["X-Consul-KnownLeader"] = "true";
        http.Response.Headers["X-Consul-LastContact"] = "0";
        if (IsFilteredByAcls)
        {
            http.Response.Headers["X-Consul-Results-Filtered-By-ACLs"] = "true";
        }

        await StandInServer.AnswerAsync(http, 200, "application/json", body);
    }

    private async Task HoldAsync(string? service, ulong beyond, TimeSpan wait, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(wait, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        bool isHeld = false;
        try
        {
            while (true)
            {
                Task changed;
                lock (_lock)
                {
                    if (IndexOfLocked(service) > beyond)
                    {
                        return;
                    }

                    changed = _changed.Task;
                    HoldLocked(isHeld ? 0 : 1);
                    isHeld = true;
                }

                await changed.WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The wait has passed: the answer is the state as it is.
        }
        finally
        {
            lock (_lock)
            {
                HoldLocked(isHeld ? -1 : 0);
            }
        }
    }

    private ulong IndexOfLocked(string? service) => service is null ? _index : _serviceIndex.GetValueOrDefault(service, 1UL);

    private JsonObject CatalogLocked() => new(_services.Select(service => new KeyValuePair<string, JsonNode?>(
        service.Key,
        new JsonArray([.. service.Value.SelectMany(TagsOf).Distinct().Select(tag => JsonValue.Create(tag))]))));

    private JsonArray InstancesLocked(string service, IEnumerable<string?> tags) =>
        new([.. _services.GetValueOrDefault(service, []).Where(instance => tags.All(tag => TagsOf(instance).Contains(tag))).Select(instance => instance.DeepClone())]);

    private static IEnumerable<string> TagsOf(JsonObject instance) =>
        instance["Service"] is JsonObject own && own["Tags"] is JsonArray tags ? tags.Select(tag => tag!.GetValue<string>()) : [];

    private static string? Check(HttpRequest request, bool isCatalog)
    {
        IQueryCollection query = request.Query;
        return request.Method != "GET" ? "method not allowed"
            : query.Keys.FirstOrDefault(name => !Parameters.Contains(name) && (isCatalog || name != "tag")) is { } unknown ? $"unknown parameter {unknown}"
            : query.ContainsKey("index") && !ulong.TryParse(query["index"], NumberStyles.None, CultureInfo.InvariantCulture, out _) ? "Invalid index"
            : query.ContainsKey("wait") != query.ContainsKey("index") ? "wait and index belong together"
            : query.ContainsKey("wait") && !Duration().IsMatch(query["wait"].ToString()) ? "Invalid wait time"
            : query["node-meta"].Any(meta => !meta!.Contains(':')) ? "Invalid node-meta"
            : null;
    }

    private static TimeSpan WaitOf(string text) => TimeSpan.FromSeconds(int.Parse(text.TrimEnd('s'), CultureInfo.InvariantCulture));

    [GeneratedRegex("^[0-9]{1,4}s$")]
    private static partial Regex Duration();
}
