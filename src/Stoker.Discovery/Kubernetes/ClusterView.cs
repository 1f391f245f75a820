using Stoker.Components;

namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// Puts together what the watches learn: the objects of the component's role become groups of targets, with the labels of the others. One thread at
/// a time.
/// Nothing is published before the watches that labels come from have been answered too, because targets that change their labels a moment later would
/// start and stop scrapes for nothing; but one that may not be read holds up nothing, and the others only for <see cref="LongestHold"/>.
/// </summary>
internal sealed class ClusterView
{
    /// <summary>From the first list of objects with targets on, so long are the watches that labels come from waited for.</summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(10);

    private readonly Findings _findings;
    private readonly List<Watched> _watches;
    private readonly Dictionary<(string Role, string Namespace), Watched> _joins = [];
    private readonly Joined _joined;
    private bool _isOpen;
    private bool _hasPublished;
    private bool _isRoundComplete;

    /// <param name="role">The role whose objects become targets; all other watches are for labels.</param>
    public ClusterView(string role, AttachMetadataArguments attached, IEnumerable<WatchTarget> targets, Findings findings)
    {
        _findings = findings;
        _watches = [.. targets.Select(target => new Watched(target, target.Resource.Role == role, findings.Metrics))];
        foreach (Watched watch in _watches.Where(watch => !watch.IsPrimary))
        {
            _joins[(watch.Target.Resource.Role, watch.Target.Namespace ?? "")] = watch;
        }

        _joined = new Joined(attached, Find);
    }

    private bool HasJoins => _joins.Count > 0;

    private IEnumerable<Watched> Primaries => _watches.Where(watch => watch.IsPrimary);

    /// <summary>True while targets wait for their labels.</summary>
    public bool IsHolding => !_isOpen && Primaries.Any(primary => primary.IsListed);

    /// <summary>Publishes what there is. To be called <see cref="LongestHold"/> after <see cref="IsHolding"/> became true.</summary>
    public void EndHold()
    {
        foreach (Watched watch in _watches)
        {
            watch.IsSettled = true;
        }

        Open();
    }

    public void Take(WatchNews news)
    {
        Watched watch = _watches.Find(known => ReferenceEquals(known.Target, news.Target))!;
        switch (news)
        {
            case WatchNews.Listed listed:
                Replace(watch, listed);
                break;
            case WatchNews.Changed changed:
                watch.Count(watch.Objects.ContainsKey(changed.Object.Key) ? "update" : "add");
                Set(watch, changed.Object);
                Spread(watch, changed.Object.Key);
                break;
            case WatchNews.Deleted deleted:
                Delete(watch, deleted.Key);
                break;
            case WatchNews.Unreadable unreadable:
                watch.Skip(unreadable.Broken.Key, unreadable.Broken.Reason);
                break;
            case WatchNews.Failed failed:
                Fail(watch, failed.Failure);
                break;
            case WatchNews.WatchFailed failed:
                _findings.Fail(watch.Target.ChangesQuestion, failed.Failure.Reason);
                break;
            case WatchNews.WatchWorks:
                _findings.Retire(watch.Target.ChangesQuestion);
                break;
        }

        if (news is not (WatchNews.Failed or WatchNews.WatchFailed or WatchNews.WatchWorks))
        {
            Report(watch);
        }

        Open();
    }

    private void Fail(Watched watch, ApiFailure failure)
    {
        watch.Failures++;
        watch.IsSettled |= failure.IsPermanent;
        _findings.Fail(watch.Target.Question, failure.Reason);
    }

    private void Replace(Watched watch, WatchNews.Listed listed)
    {
        Dictionary<string, Known> before = watch.Objects;
        watch.Objects = new Dictionary<string, Known>(listed.Objects.Count, StringComparer.Ordinal);
        watch.Uses.Clear();
        watch.ClearSkips();
        foreach (KubeObject found in listed.Objects)
        {
            watch.Count(before.ContainsKey(found.Key) ? "update" : "add");
            Set(watch, found);
        }

        foreach (BrokenObject broken in listed.Broken)
        {
            if (before.TryGetValue(broken.Key, out Known known) && watch.Objects.TryAdd(broken.Key, known) && known.Object is { } kept)
            {
                Set(watch, kept);
            }

            watch.Skip(broken.Key, broken.Reason);
        }

        watch.Count("delete", before.Keys.Count(key => !watch.Objects.ContainsKey(key)));
        watch.IsListed = true;
        watch.IsSettled = true;
        if (!_isOpen)
        {
            return;
        }

        if (watch.IsPrimary)
        {
            Publish(watch);
            return;
        }

        foreach (Watched primary in Primaries.Where(primary => primary.IsListed))
        {
            RebuildAll(primary);
            Publish(primary);
        }
    }

    private void Set(Watched watch, KubeObject found)
    {
        watch.Unskip(found.Key);
        if (!watch.IsPrimary)
        {
            watch.Objects[found.Key] = new Known(found, []);
            return;
        }

        // Until it is open, the objects are only kept: what they are joined with is not there yet. Without joins only the targets are.
        watch.Objects[found.Key] = new Known(HasJoins ? found : null, HasJoins && !_isOpen ? [] : Build(watch, found));
        if (RoleTargets.RemarkOn(found) is { } remark)
        {
            watch.Skip(found.Key, remark);
        }
    }

    private void Delete(Watched watch, string key)
    {
        watch.Unskip(key);
        if (watch.Objects.Remove(key))
        {
            watch.Count("delete");
            watch.Uses.Remove(key);
            Spread(watch, key);
        }
    }

    /// <summary>Publishes what has become of an object, or of those that have labels of it.</summary>
    private void Spread(Watched watch, string key)
    {
        if (!_isOpen)
        {
            return;
        }

        if (watch.IsPrimary)
        {
            if (watch.IsListed)
            {
                _findings.Update(watch.Target.Question, key, watch.Objects.TryGetValue(key, out Known known) ? known.Targets : []);
            }

            return;
        }

        foreach (Watched primary in Primaries.Where(primary => primary.IsListed))
        {
            foreach (string user in primary.Uses.UsersOf((watch.Target.Resource.Role, key)))
            {
                Rebuild(primary, user);
                _findings.Update(primary.Target.Question, user, primary.Objects[user].Targets);
            }
        }
    }

    private void Open()
    {
        if (!_isOpen && _watches.TrueForAll(watch => watch.IsPrimary || watch.IsSettled))
        {
            _isOpen = true;
            foreach (Watched primary in Primaries.Where(primary => primary.IsListed))
            {
                RebuildAll(primary);
                Publish(primary);
            }
        }

        if (_isOpen && !_isRoundComplete && _watches.TrueForAll(watch => watch.IsListed || watch.Failures > 0))
        {
            _isRoundComplete = true;
            _findings.CompleteRound();
        }
    }

    private void Publish(Watched primary)
    {
        _findings.AnswerInGroups(
            primary.Target.Question, primary.Objects.Select(known => KeyValuePair.Create(known.Key, known.Value.Targets)));
        Report(primary);
        if (!_hasPublished)
        {
            _hasPublished = true;
            foreach (Watched join in _joins.Values)
            {
                Report(join);
            }
        }
    }

    /// <summary>
    /// Says that a watch is answered. Of those that labels come from only once there are targets: an answer ends the life of targets that only an
    /// earlier run has found.
    /// </summary>
    private void Report(Watched watch)
    {
        if (watch.IsListed && _isOpen && (watch.IsPrimary || _hasPublished))
        {
            _findings.Confirm(watch.Target.Question, watch.Objects.Count, watch.Skips);
        }
    }

    private void RebuildAll(Watched primary)
    {
        foreach (string key in primary.Objects.Keys.ToList())
        {
            Rebuild(primary, key);
        }
    }

    private void Rebuild(Watched primary, string key)
    {
        Known known = primary.Objects[key];
        if (known.Object is { } found)
        {
            primary.Objects[key] = known with { Targets = Build(primary, found) };
        }
    }

    private IReadOnlyList<Target> Build(Watched primary, KubeObject found)
    {
        IReadOnlyList<Target> targets = RoleTargets.Build(found, _joined);
        primary.Uses.Set(found.Key, _joined.TakeUsed());
        return targets;
    }

    private KubeObject? Find(Resource resource, string ns, string key) =>
        (_joins.TryGetValue((resource.Role, ns), out Watched? watch) || _joins.TryGetValue((resource.Role, ""), out watch))
        && watch.Objects.TryGetValue(key, out Known known)
            ? known.Object
            : null;
}
