using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Stoker.Discovery.Tests.Api;

namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>
/// An API server that speaks the protocol of lists and watches strictly: resource versions, pages, selectors, bookmarks, and 410 for what it has
/// forgotten. What it does not understand it answers with 400. Faults are what a test orders.
/// </summary>
internal sealed class ApiStandIn : IAsyncDisposable
{
    private static readonly string[] KnownParameters =
        ["watch", "resourceVersion", "limit", "continue", "labelSelector", "fieldSelector", "allowWatchBookmarks", "timeoutSeconds"];

    private readonly StandInServer _server;
    private readonly ConcurrentDictionary<int, ApiWatcher> _watchers = [];
    private readonly ConcurrentQueue<(Func<SeenApiRequest, bool> When, PreparedAnswer Answer)> _prepared = [];
    private readonly Channel<SeenApiRequest> _seen = Channel.CreateUnbounded<SeenApiRequest>();
    private readonly ConcurrentDictionary<string, (IReadOnlyList<JsonObject> Objects, long Version)> _places = [];
    private readonly ConcurrentQueue<SeenApiRequest> _requests = [];
    private int _numbers;

    private ApiStandIn(Action<ListenOptions>? listen) => _server = new StandInServer(AnswerAsync, listen: listen);

    public ClusterState Cluster { get; } = new();

    public string Url => _server.Url;

    /// <summary>The bearer token that every request must carry; null for none.</summary>
    public string? Token { get; set; }

    /// <summary>API versions other than these are answered with 404.</summary>
    public HashSet<string> Versions { get; } = ["api/v1", "apis/discovery.k8s.io/v1", "apis/networking.k8s.io/v1"];

    /// <summary>True where a forgotten version is refused by the status of a watch, false where by an event in it; both are right.</summary>
    public bool GoneAsStatus { get; set; }

    /// <summary>True for a server that answers from its cache, where a limit does not count for resourceVersion=0.</summary>
    public bool IgnoresLimitOfCachedLists { get; set; }

    /// <summary>Awaited before a list is answered.</summary>
    public Func<SeenApiRequest, Task> BeforeList { get; set; } = _ => Task.CompletedTask;

    public IReadOnlyList<SeenApiRequest> Requests => [.. _requests];

    public static async Task<ApiStandIn> StartAsync(Action<ListenOptions>? listen = null)
    {
        var server = new ApiStandIn(listen);
        server.Cluster.Changed += server.Spread;
        await server._server.StartAsync();
        return server;
    }

    /// <summary>The next request that such a condition fits is answered otherwise.</summary>
    public void Prepare(Func<SeenApiRequest, bool> when, PreparedAnswer answer, int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            _prepared.Enqueue((when, answer));
        }
    }

    /// <summary>Waits until so many requests that fit have come in all.</summary>
    public async Task WaitForRequestAsync(Func<SeenApiRequest, bool> when, int count = 1)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while (_requests.Count(when) < count)
        {
            await _seen.Reader.ReadAsync(patience.Token);
        }
    }

    /// <summary>Tells every watcher that wants bookmarks how far it is.</summary>
    public void Bookmark() => Cluster.Freeze(() => ForEachWatcher(watcher => watcher.Bookmark(Cluster.Version)));

    /// <summary>Ends every watch in the proper way.</summary>
    public void EndWatches() => Cluster.Freeze(() => ForEachWatcher(watcher => watcher.End()));

    /// <summary>Breaks every connection of a watch in the middle of an event.</summary>
    public void BreakWatches() => Cluster.Freeze(() => ForEachWatcher(watcher => watcher.Break()));

    /// <summary>Sends a line of a test's own to every watcher.</summary>
    public void SendLine(string line) => Cluster.Freeze(() => ForEachWatcher(watcher => watcher.Send(line)));

    /// <summary>Forgets all changes and ends the watches: the next one comes with a version that is too old.</summary>
    public void Forget()
    {
        Cluster.Forget();
        _places.Clear();
        EndWatches();
    }

    public async ValueTask DisposeAsync()
    {
        BreakWatches();
        await _server.DisposeAsync();
    }

    private bool ForEachWatcher(Action<ApiWatcher> act)
    {
        foreach (ApiWatcher watcher in _watchers.Values)
        {
            act(watcher);
        }

        return true;
    }

    private void Spread(StoredChange change) => ForEachWatcher(watcher => watcher.Take(change));

    private async Task AnswerAsync(HttpContext context, CancellationToken ended)
    {
        string[] path = context.Request.Path.Value!.Trim('/').Split('/');
        int head = path[0] == "api" ? 2 : 3;
        string version = string.Join('/', path.Take(head));
        string? ns = path.Length == head + 3 && path[head] == "namespaces" ? path[head + 1] : null;
        var seen = new SeenApiRequest(
            path[^1], context.Request.Path.Value!,
            context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()), context.Request.Headers.UserAgent.ToString());

        // A watch is seen once it gets what a test sends from then on.
        if (!seen.IsWatch)
        {
            See(seen);
        }

        if (TryTakePrepared(seen) is { } prepared)
        {
            if (prepared.RetryAfter is { } wait)
            {
                context.Response.Headers.RetryAfter = wait;
            }

            await RefuseAsync(prepared.Status, prepared.Body.Length > 0 ? prepared.Body : StatusJson(prepared.Status, "prepared by the test"));
            return;
        }

        if (Token is { } token && context.Request.Headers.Authorization != $"Bearer {token}")
        {
            await RefuseAsync(401, StatusJson(401, "Unauthorized"));
            return;
        }

        var selecting = new Selecting(ns, seen["labelSelector"], seen["fieldSelector"]);
        if (!Versions.Contains(version))
        {
            await RefuseAsync(404, "404 page not found\n");
        }
        else if (seen.Query.Keys.Except(KnownParameters).Any() || !selecting.IsKnown || context.Request.Headers.Accept != "application/json")
        {
            await RefuseAsync(400, StatusJson(400, "unable to parse the request"));
        }
        else if (seen.IsWatch)
        {
            await WatchAsync(context, seen, selecting, ended);
        }
        else
        {
            await BeforeList(seen);
            (int status, string body) = Cluster.Freeze(() => List(seen, selecting, version));
            await WriteAsync(context, status, body);
        }

        Task RefuseAsync(int status, string body)
        {
            if (seen.IsWatch)
            {
                See(seen);
            }

            return WriteAsync(context, status, body);
        }
    }

    private void See(SeenApiRequest request)
    {
        _requests.Enqueue(request);
        _seen.Writer.TryWrite(request);
    }

    private PreparedAnswer? TryTakePrepared(SeenApiRequest seen)
    {
        for (int i = _prepared.Count; i > 0 && _prepared.TryDequeue(out (Func<SeenApiRequest, bool> When, PreparedAnswer Answer) prepared); i--)
        {
            if (prepared.When(seen))
            {
                return prepared.Answer;
            }

            _prepared.Enqueue(prepared);
        }

        return null;
    }

    private (int Status, string Body) List(SeenApiRequest seen, Selecting selecting, string version)
    {
        string asked = seen["resourceVersion"];
        int limit = seen["limit"].Length > 0 ? int.Parse(seen["limit"], CultureInfo.InvariantCulture) : int.MaxValue;
        if ((asked is not ("" or "0") && limit != int.MaxValue) || (asked.Length > 0 && seen["continue"].Length > 0))
        {
            return (400, StatusJson(400, "resourceVersion is forbidden here"));
        }

        IReadOnlyList<JsonObject> rest;
        long listVersion;
        if (seen["continue"] is { Length: > 0 } place)
        {
            if (!_places.TryGetValue(place, out (IReadOnlyList<JsonObject> Objects, long Version) kept))
            {
                return (410, StatusJson(410, "The provided continue parameter is too old", "Expired"));
            }

            (rest, listVersion) = kept;
        }
        else
        {
            rest = [.. Cluster.List(seen.Plural, out listVersion).Where(selecting.Selects)];
            if (asked is not ("" or "0") && long.Parse(asked, CultureInfo.InvariantCulture) > listVersion)
            {
                return (504, StatusJson(504, "Too large resource version"));
            }
        }

        limit = asked == "0" && IgnoresLimitOfCachedLists ? int.MaxValue : limit;
        string next = "";
        if (rest.Count > limit)
        {
            next = $"place-{Interlocked.Increment(ref _numbers)}";
            _places[next] = ([.. rest.Skip(limit)], listVersion);
        }

        var body = new StringBuilder($$"""{"kind":"List","apiVersion":"{{version.Split('/', 2)[1]}}","metadata":{"resourceVersion":"{{listVersion}}"{{(next.Length > 0 ? $",\"continue\":\"{next}\"" : "")}}},"items":[""");
        body.AppendJoin(',', rest.Take(limit).Select(found => found.ToJsonString()));
        return (200, body.Append("]}\n").ToString());
    }

    private async Task WatchAsync(HttpContext context, SeenApiRequest seen, Selecting selecting, CancellationToken ended)
    {
        if (!long.TryParse(seen["resourceVersion"], out long from) || !int.TryParse(seen["timeoutSeconds"], out int seconds) || seconds is < 1 or > 3600)
        {
            See(seen);
            await WriteAsync(context, 400, StatusJson(400, "a watch needs resourceVersion and timeoutSeconds"));
            return;
        }

        int number = Interlocked.Increment(ref _numbers);
        var watcher = new ApiWatcher(seen.Plural, selecting, seen["allowWatchBookmarks"] == "true");
        bool isGone = Cluster.Freeze(() =>
        {
            if (Cluster.Since(seen.Plural, from) is not { } missed)
            {
                return true;
            }

            foreach (StoredChange change in missed)
            {
                watcher.Take(change);
            }

            _watchers[number] = watcher;
            return false;
        });
        See(seen);
        if (isGone && GoneAsStatus)
        {
            await WriteAsync(context, 410, StatusJson(410, "too old resource version", "Expired"));
            return;
        }

        context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        context.Response.ContentType = "application/json";
        try
        {
            await context.Response.StartAsync(ended);
            await context.Response.Body.FlushAsync(ended);
            if (isGone)
            {
                await context.Response.WriteAsync($"{{\"type\":\"ERROR\",\"object\":{StatusJson(410, "too old resource version", "Expired")}}}\n", ended);
                return;
            }

            await foreach (string? line in watcher.Lines.ReadAllAsync(ended))
            {
                if (line is null)
                {
                    await context.Response.WriteAsync("{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"Pod\",\"metada", ended);
                    await context.Response.Body.FlushAsync(ended);
                    context.Abort();
                    return;
                }

                await context.Response.WriteAsync(line + "\n", ended);
                await context.Response.Body.FlushAsync(ended);
            }
        }
        finally
        {
            _watchers.TryRemove(number, out _);
        }
    }

    private static Task WriteAsync(HttpContext context, int status, string body) => StandInServer.AnswerAsync(context, status, "application/json", body);

    private static string StatusJson(int code, string message, string reason = "") => new JsonObject
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["status"] = "Failure",
        ["message"] = message,
        ["reason"] = reason,
        ["code"] = code,
    }.ToJsonString();
}
