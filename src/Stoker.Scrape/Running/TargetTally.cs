using Stoker.Components;

namespace Stoker.Scrape;

internal enum TargetState
{
    Unknown,

    /// <summary>Every profile type that was scraped came.</summary>
    Up,

    /// <summary>Some profile types came, some did not.</summary>
    Partly,

    Down,
}

/// <summary>What a tally counted at one moment.</summary>
/// <param name="Targets">By <see cref="TargetState"/>.</param>
/// <param name="Up">For each profile type that has loops, how many of them came at their last scrape.</param>
/// <param name="Down">By <see cref="ScrapeFailureReason"/>, how many loops failed at their last scrape.</param>
internal sealed record TallyCounts(IReadOnlyList<int> Targets, IReadOnlyList<KeyValuePair<string, int>> Up, IReadOnlyList<int> Down);

/// <summary>
/// Counts targets and loops by state while the loops report. A target is one however many profile types it has. Safe from several threads.
/// </summary>
internal sealed class TargetTally
{
    // Guards everything, the entries included.
    private readonly Lock _lock = new();
    private readonly Dictionary<Target, TargetCounts> _targets = [];
    private readonly int[] _states = new int[4];
    private readonly Dictionary<string, TypeCounts> _types = new(StringComparer.Ordinal);
    private readonly int[] _down = new int[Enum.GetValues<ScrapeFailureReason>().Length];

    public Entry Add(PlannedScrape scrape)
    {
        var entry = new Entry { Target = scrape.Target, ProfileType = scrape.ProfileType };
        lock (_lock)
        {
            ChangeLocked(entry, 1);
        }

        return entry;
    }

    /// <summary>Counts a loop for another target or profile type, which a reload may give it; how its last scrape went stays.</summary>
    public void Move(Entry entry, PlannedScrape scrape)
    {
        lock (_lock)
        {
            if (entry.IsRemoved || (entry.ProfileType == scrape.ProfileType && entry.Target.Equals(scrape.Target)))
            {
                return;
            }

            ChangeLocked(entry, -1);
            entry.Target = scrape.Target;
            entry.ProfileType = scrape.ProfileType;
            ChangeLocked(entry, 1);
        }
    }

    public void Remove(Entry entry)
    {
        lock (_lock)
        {
            entry.IsRemoved = true;
            ChangeLocked(entry, -1);
        }
    }

    /// <summary>Takes how one loop's last scrape went; one that was removed meanwhile no longer counts.</summary>
    public void Report(Entry entry, ScrapeStatus status)
    {
        lock (_lock)
        {
            if (entry.IsRemoved)
            {
                return;
            }

            ChangeLocked(entry, -1);
            entry.Health = status.Health;
            entry.Reason = status.Failure?.Reason;
            ChangeLocked(entry, 1);
        }
    }

    public int Count(TargetState state)
    {
        lock (_lock)
        {
            return _states[(int)state];
        }
    }

    public TallyCounts Snapshot()
    {
        lock (_lock)
        {
            return new TallyCounts(
                [.. _states], [.. _types.Select(type => KeyValuePair.Create(type.Key, type.Value.Up))], [.. _down]);
        }
    }

    private void ChangeLocked(Entry entry, int by)
    {
        int up = entry.Health == ScrapeHealth.Up ? by : 0;
        TypeCounts type = _types.GetValueOrDefault(entry.ProfileType);
        type = new TypeCounts(type.Loops + by, type.Up + up);
        if (type.Loops == 0)
        {
            _types.Remove(entry.ProfileType);
        }
        else
        {
            _types[entry.ProfileType] = type;
        }

        if (entry.Reason is { } reason)
        {
            _down[(int)reason] += by;
        }

        if (_targets.TryGetValue(entry.Target, out TargetCounts counts))
        {
            _states[(int)counts.State]--;
        }

        counts = entry.Health switch
        {
            ScrapeHealth.Up => counts with { Up = counts.Up + by },
            ScrapeHealth.Down => counts with { Down = counts.Down + by },
            _ => counts with { Unknown = counts.Unknown + by },
        };
        if (counts == default)
        {
            _targets.Remove(entry.Target);
            return;
        }

        _targets[entry.Target] = counts;
        _states[(int)counts.State]++;
    }

    /// <summary>One loop's part in the count, read and written by the tally alone.</summary>
    public sealed class Entry
    {
        public required Target Target { get; set; }

        public required string ProfileType { get; set; }

        public ScrapeHealth Health { get; set; }

        /// <summary>Why the last scrape failed; null where it did not.</summary>
        public ScrapeFailureReason? Reason { get; set; }

        public bool IsRemoved { get; set; }
    }

    private readonly record struct TypeCounts(int Loops, int Up);

    private readonly record struct TargetCounts(int Unknown, int Up, int Down)
    {
        public TargetState State => (Up, Down) switch
        {
            (0, 0) => TargetState.Unknown,
            (_, 0) => TargetState.Up,
            (0, _) => TargetState.Down,
            _ => TargetState.Partly,
        };
    }
}
