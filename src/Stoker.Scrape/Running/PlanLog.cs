using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Stoker.Scrape;

/// <summary>
/// Logs what there is to say of a component's plans, each thing once: it is said again only after an hour in which it was not so. Discovery
/// that flaps and lists that are wrong throughout therefore cannot flood the log. Safe from several threads.
/// </summary>
internal sealed class PlanLog(ILogger logger, TimeProvider time)
{
    // How many targets and URLs are named in a minute.
    private const int MaxNamed = 10;

    // How much of what is not so any more is remembered.
    private const int MaxPast = 10_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    // Guards everything below. Things are known by their hashes: what is so now, and when what is not so any more ceased to be.
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, long> _past = [];
    private HashSet<ulong> _present = [];
    private HashSet<ulong> _next = [];
    private long _windowStart;
    private int _named;
    private int _unnamed;
    private bool _hasSaidFurther;

    public void Report(ScrapePlan plan)
    {
        List<DroppedTarget> dropped = [];
        List<SharedUrl> shared = [];
        bool isLimitNews;
        bool isCrowdedNews;
        int further = 0;
        lock (_lock)
        {
            long now = time.GetTimestamp();
            BeginLocked(now);
            foreach (DroppedTarget target in plan.Dropped)
            {
                if (target.Cause != DropCause.OverLimit
                    && IsNewsLocked(HashOf(target.Reason, target.Target.Labels.GetStableHash()))
                    && MayNameLocked())
                {
                    dropped.Add(target);
                }
            }

            foreach (SharedUrl url in plan.SharedUrls)
            {
                // What is not named of these is only not named: "further" counts dropped targets.
                if (IsNewsLocked(HashOf(url.Url, 0)) && _named < MaxNamed)
                {
                    _named++;
                    shared.Add(url);
                }
            }

            // Not by the count, because it changes with every target that comes or goes; by how many digits it has in base two.
            isLimitNews = plan.LimitedCount > 0 && IsNewsLocked(HashOf("target_limit", (ulong)BitOperations.Log2((uint)plan.LimitedCount)));
            isCrowdedNews = plan.Crowded is not null && IsNewsLocked(HashOf("labels", 0));
            if (_unnamed > 0 && !_hasSaidFurther)
            {
                (further, _unnamed, _hasSaidFurther) = (_unnamed, 0, true);
            }

            EndLocked(now);
        }

        dropped.ForEach(target => Log.TargetDropped(logger, target.Target.Labels.ToString(), target.Reason));
        shared.ForEach(url => Log.UrlShared(logger, url.Url, url.Count));
        if (further > 0)
        {
            Log.FurtherTargetsDropped(logger, further);
        }

        if (isLimitNews)
        {
            Log.TargetsLimited(logger, plan.LimitedCount, plan.Dropped.First(target => target.Cause == DropCause.OverLimit).Reason);
        }

        if (isCrowdedNews)
        {
            Log.LabelsCrowded(logger, plan.Crowded!.Url, plan.Crowded.Labels.ToString(), LabelLimits.DescribeCrowded(plan.Crowded));
        }
    }

    private static ulong HashOf(string text, ulong seed) => XxHash64.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()), (long)seed);

    private void BeginLocked(long now)
    {
        if (time.GetElapsedTime(_windowStart, now) >= Window)
        {
            (_windowStart, _named, _hasSaidFurther) = (now, 0, false);
        }

        foreach ((ulong thing, long ceased) in _past)
        {
            if (time.GetElapsedTime(ceased, now) >= Memory)
            {
                // A dictionary lets its entries be removed while they are read.
                _past.Remove(thing);
            }
        }
    }

    private bool IsNewsLocked(ulong thing)
    {
        bool isFirst = _next.Add(thing);
        return isFirst && !_present.Contains(thing) && !_past.Remove(thing);
    }

    private bool MayNameLocked()
    {
        if (_named < MaxNamed)
        {
            _named++;
            return true;
        }

        _unnamed++;
        return false;
    }

    private void EndLocked(long now)
    {
        foreach (ulong thing in _present)
        {
            if (!_next.Contains(thing) && _past.Count < MaxPast)
            {
                _past[thing] = now;
            }
        }

        (_present, _next) = (_next, _present);
        _next.Clear();
    }
}
