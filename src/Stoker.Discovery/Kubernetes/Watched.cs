using Prometheus;
using Stoker.Components;
using Stoker.Discovery.Api;

namespace Stoker.Discovery.Kubernetes;

/// <summary>What is known of an object: itself, where it may be joined anew, and its targets.</summary>
internal readonly record struct Known(KubeObject? Object, IReadOnlyList<Target> Targets);

/// <summary>One watch with its objects. One thread at a time.</summary>
internal sealed class Watched
{
    // As many as a reader could read, and more; the rest is not kept.
    private const int MaxSkips = 1000;

    private readonly SortedDictionary<string, SkippedEntry> _skips = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Counter.Child> _events = [];
    private List<SkippedEntry>? _shownSkips;

    public Watched(WatchTarget target, bool isPrimary, ComponentMetrics metrics)
    {
        Target = target;
        IsPrimary = isPrimary;
        foreach (string name in (string[])["add", "update", "delete"])
        {
            _events[name] = metrics.Counter(
                "prometheus_sd_kubernetes_events_total", "The number of Kubernetes events handled.", ("role", target.Resource.Role), ("event", name));
        }
    }

    public WatchTarget Target { get; }

    /// <summary>True where its objects become targets; false where they only lend labels.</summary>
    public bool IsPrimary { get; }

    public Dictionary<string, Known> Objects { get; set; } = new(StringComparer.Ordinal);

    public UseIndex Uses { get; } = new();

    public bool IsListed { get; set; }

    /// <summary>True once nobody waits for it any more.</summary>
    public bool IsSettled { get; set; }

    public int Failures { get; set; }

    /// <summary>The same list until one of them changes, because it is asked for with every event.</summary>
    public IReadOnlyList<SkippedEntry> Skips => _shownSkips ??= [.. _skips.Values];

    public void Count(string name, int count = 1) => _events[name].Inc(count);

    public void Skip(string key, string reason)
    {
        if (_skips.Count < MaxSkips || _skips.ContainsKey(key))
        {
            _shownSkips = null;
            _skips[key] = new SkippedEntry(key.Length > 0 ? PlainText.OneLine(key) : target(), reason);
        }

        string target() => Target.Resource.Plural;
    }

    public void Unskip(string key)
    {
        if (_skips.Remove(key))
        {
            _shownSkips = null;
        }
    }

    public void ClearSkips()
    {
        _skips.Clear();
        _shownSkips = null;
    }
}

/// <summary>Which objects have labels of which others. One thread at a time.</summary>
internal sealed class UseIndex
{
    private readonly Dictionary<string, IReadOnlyCollection<(string Role, string Key)>> _used = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Role, string Key), HashSet<string>> _users = [];

    public IReadOnlyList<string> UsersOf((string Role, string Key) used) =>
        _users.TryGetValue(used, out HashSet<string>? users) ? [.. users] : [];

    public void Set(string user, IReadOnlyCollection<(string Role, string Key)> used)
    {
        Remove(user);
        if (used.Count == 0)
        {
            return;
        }

        _used[user] = used;
        foreach ((string Role, string Key) one in used)
        {
            if (!_users.TryGetValue(one, out HashSet<string>? users))
            {
                _users.Add(one, users = new HashSet<string>(StringComparer.Ordinal));
            }

            users.Add(user);
        }
    }

    public void Remove(string user)
    {
        if (!_used.Remove(user, out IReadOnlyCollection<(string Role, string Key)>? used))
        {
            return;
        }

        foreach ((string Role, string Key) one in used)
        {
            if (_users.TryGetValue(one, out HashSet<string>? users) && users.Remove(user) && users.Count == 0)
            {
                _users.Remove(one);
            }
        }
    }

    public void Clear()
    {
        _used.Clear();
        _users.Clear();
    }
}
