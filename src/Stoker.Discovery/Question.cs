using Stoker.Components;

namespace Stoker.Discovery;

/// <summary>One question that a source asks over and over, with the last good answer to it. Guarded by the lock of its <see cref="TargetStore"/>.</summary>
/// <param name="name">What the question is to a reader, such as a URL, a file or a DNS name with its type.</param>
internal sealed class Question(string name)
{
    /// <summary>How many entries that were left out are named; the rest is counted.</summary>
    public const int MaxNamedSkips = 100;

    // Sorted, so that the targets come in the same order each time.
    private readonly SortedDictionary<string, IReadOnlyList<Target>> _groups = new(StringComparer.Ordinal);
    private List<SkippedEntry> _skipped = [];

    public string Name => name;

    /// <summary>The run of a source that last asked it.</summary>
    public int Run { get; set; }

    public DateTimeOffset? LastAnswer { get; private set; }

    /// <summary>Why the last attempt failed; null where it did not.</summary>
    public string? Failure { get; private set; }

    public DateTimeOffset? FailingSince { get; private set; }

    public IReadOnlyList<SkippedEntry> Skipped => _skipped;

    public int SkippedCount { get; private set; }

    public int TargetCount { get; private set; }

    /// <summary>How many objects the answer has, where those are watched; null elsewhere.</summary>
    public int? Objects { get; set; }

    public IEnumerable<Target> Targets => _groups.Values.SelectMany(targets => targets);

    public void Answer(DateTimeOffset now)
    {
        LastAnswer = now;
        Failure = null;
        FailingSince = null;
    }

    public void Fail(string reason, DateTimeOffset now)
    {
        Failure = reason;
        FailingSince ??= now;
    }

    public void Clear()
    {
        _groups.Clear();
        TargetCount = 0;
    }

    /// <summary>Replaces the targets of one group; a group without targets is gone.</summary>
    public void Set(string group, IReadOnlyList<Target> targets)
    {
        TargetCount += targets.Count - (_groups.TryGetValue(group, out IReadOnlyList<Target>? before) ? before.Count : 0);
        if (targets.Count == 0)
        {
            _groups.Remove(group);
        }
        else
        {
            _groups[group] = targets;
        }
    }

    /// <param name="named">The first entries that were left out.</param>
    /// <param name="count">How many there are in all.</param>
    public void Skip(IReadOnlyList<SkippedEntry> named, int count)
    {
        _skipped = [.. named.Take(MaxNamedSkips)];
        SkippedCount = count;
    }
}
