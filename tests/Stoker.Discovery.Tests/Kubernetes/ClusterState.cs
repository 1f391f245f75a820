using System.Globalization;
using System.Text.Json.Nodes;

namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>A change as a cluster's store keeps it.</summary>
/// <param name="Before">The object before it; null where it is new.</param>
/// <param name="After">The object with its new resource version; null where it was deleted.</param>
internal sealed record StoredChange(long Version, string Plural, JsonObject? Before, JsonObject? After);

/// <summary>
/// The objects of a cluster, with one resource version that grows by each change, and the changes that are not forgotten yet. Safe from
/// several threads.
/// </summary>
internal sealed class ClusterState
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedDictionary<string, JsonObject>> _objects = [];
    private readonly List<StoredChange> _changes = [];
    private long _version = 1000;
    private long _forgotten = 1000;

    public event Action<StoredChange>? Changed;

    public long Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    public static string KeyOf(JsonObject found)
    {
        JsonNode metadata = found["metadata"]!;
        string? ns = (string?)metadata["namespace"];
        return ns is null ? (string)metadata["name"]! : $"{ns}/{(string)metadata["name"]!}";
    }

    /// <summary>Creates or replaces an object, written as its JSON.</summary>
    public void Put(string plural, string json) => Put(plural, JsonNode.Parse(json)!.AsObject());

    public void Put(string plural, JsonObject found)
    {
        JsonObject copy = found.DeepClone().AsObject();
        Change(plural, KeyOf(copy), version =>
        {
            copy["metadata"]!["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
            return copy;
        });
    }

    public void Delete(string plural, string key) => Change(plural, key, _ => null);

    /// <summary>All objects of a kind, as they are stored.</summary>
    public IReadOnlyList<JsonObject> List(string plural, out long version)
    {
        lock (_lock)
        {
            version = _version;
            return [.. Of(plural).Values];
        }
    }

    /// <summary>The changes after a version; null where some of them are forgotten.</summary>
    public IReadOnlyList<StoredChange>? Since(string plural, long version)
    {
        lock (_lock)
        {
            return version < _forgotten ? null : [.. _changes.Where(change => change.Plural == plural && change.Version > version)];
        }
    }

    public bool IsForgotten(long version)
    {
        lock (_lock)
        {
            return version < _forgotten;
        }
    }

    /// <summary>Forgets all changes up to now, as a store does that is compacted.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _changes.Clear();
            _forgotten = ++_version;
        }
    }

    /// <summary>Runs something while nothing changes.</summary>
    public T Freeze<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }

    private void Change(string plural, string key, Func<long, JsonObject?> next)
    {
        lock (_lock)
        {
            SortedDictionary<string, JsonObject> objects = Of(plural);
            JsonObject? before = objects.GetValueOrDefault(key);
            JsonObject? after = next(++_version);
            if (after is not null)
            {
                objects[key] = after;
            }
            else if (!objects.Remove(key))
            {
                return;
            }

            var change = new StoredChange(_version, plural, before, after);
            _changes.Add(change);

            // Under the lock, so that every watcher sees the changes in their order.
            Changed?.Invoke(change);
        }
    }

    private SortedDictionary<string, JsonObject> Of(string plural) =>
        _objects.TryGetValue(plural, out SortedDictionary<string, JsonObject>? objects)
            ? objects
            : _objects[plural] = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
}
