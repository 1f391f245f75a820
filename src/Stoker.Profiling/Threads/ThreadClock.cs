namespace Stoker.Profiling.Threads;

/// <summary>The CPU clock of one thread of this process, in nanoseconds.</summary>
internal sealed class ThreadClock(int id, long startNanos)
{
    private readonly long _startNanos = startNanos;
    private long _currentNanos = startNanos;
    private string? _name;

    public int Id { get; } = id;

    /// <summary>The name that the system knows the thread by, at most 15 bytes. Ask while the thread lives; it is kept.</summary>
    public string Name => _name ??= ReadName();

    /// <summary>CPU time since the first reading.</summary>
    public long SpentNanos => _currentNanos - _startNanos;

    /// <summary>CPU time between the last two readings.</summary>
    public long MovedNanos { get; private set; }

    /// <summary>Takes a reading; null means that the thread has ended and its clock stands still from now on.</summary>
    public void Advance(long? nanos)
    {
        MovedNanos = nanos is { } current ? Math.Max(0, current - _currentNanos) : 0;
        _currentNanos += MovedNanos;
        if (MovedNanos > 0)
        {
            _name ??= ReadName();
        }
    }

    private string ReadName()
    {
        try
        {
            return File.ReadAllText($"/proc/self/task/{Id}/comm").TrimEnd('\n');
        }
        catch (IOException)
        {
            return "ended";
        }
    }
}
