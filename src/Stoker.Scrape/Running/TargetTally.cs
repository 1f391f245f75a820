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

/// <summary>Counts targets by state while their loops report. A target is one however many profile types it has. Safe from several threads.</summary>
internal sealed class TargetTally
{
    // Guards everything, the entries included.
    private readonly Lock _lock = new();
    private readonly Dictionary<Target, Counts> _targets = [];
    private readonly int[] _states = new int[4];

    public Entry Add(Target target, ScrapeHealth health)
    {
        var entry = new Entry(target) { Health = health };
        lock (_lock)
        {
            ChangeLocked(target, health, 1);
        }

        return entry;
    }

    public void Remove(Entry entry)
    {
        lock (_lock)
        {
            entry.IsRemoved = true;
            ChangeLocked(entry.Target, entry.Health, -1);
        }
    }

    /// <summary>Takes the health of one loop's last scrape; one that was removed meanwhile no longer counts.</summary>
    public void Report(Entry entry, ScrapeHealth health)
    {
        lock (_lock)
        {
            if (entry.IsRemoved || entry.Health == health)
            {
                return;
            }

            ChangeLocked(entry.Target, health, 1);
            ChangeLocked(entry.Target, entry.Health, -1);
            entry.Health = health;
        }
    }

    public int Count(TargetState state)
    {
        lock (_lock)
        {
            return _states[(int)state];
        }
    }

    private void ChangeLocked(Target target, ScrapeHealth health, int by)
    {
        if (_targets.TryGetValue(target, out Counts counts))
        {
            _states[(int)counts.State]--;
        }

        counts = health switch
        {
            ScrapeHealth.Up => counts with { Up = counts.Up + by },
            ScrapeHealth.Down => counts with { Down = counts.Down + by },
            _ => counts with { Unknown = counts.Unknown + by },
        };
        if (counts == default)
        {
            _targets.Remove(target);
            return;
        }

        _targets[target] = counts;
        _states[(int)counts.State]++;
    }

    /// <summary>One loop's part in the count.</summary>
    public sealed class Entry(Target target)
    {
        public Target Target { get; } = target;

        public ScrapeHealth Health { get; set; }

        public bool IsRemoved { get; set; }
    }

    private readonly record struct Counts(int Unknown, int Up, int Down)
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
