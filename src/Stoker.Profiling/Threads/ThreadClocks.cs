using System.IO.Enumeration;

namespace Stoker.Profiling.Threads;

/// <summary>
/// The CPU clocks of all threads of this process; Linux only. A thread that is born after the first reading counts from zero, because all its
/// CPU time lies behind that reading. Not safe from several threads.
/// </summary>
internal sealed class ThreadClocks
{
    private const string TaskFolder = "/proc/self/task";

    private readonly Dictionary<int, ThreadClock> _threads = [];
    private readonly long _processStartNanos = NativeClock.ProcessNanos();

    private ThreadClocks()
    {
    }

    public static bool IsSupported => OperatingSystem.IsLinux() && nint.Size == 8 && Directory.Exists(TaskFolder);

    public Dictionary<int, ThreadClock>.ValueCollection Threads => _threads.Values;

    /// <summary>Takes the first reading of all threads that there are.</summary>
    public static ThreadClocks Start()
    {
        var clocks = new ThreadClocks();
        foreach (int id in Ids())
        {
            if (NativeClock.ThreadNanos(id) is { } nanos)
            {
                clocks._threads.Add(id, new ThreadClock(id, nanos));
            }
        }

        return clocks;
    }

    /// <summary>Reads every clock and finds the threads that are new.</summary>
    public void Read()
    {
        foreach (int id in Ids())
        {
            if (!_threads.ContainsKey(id))
            {
                _threads.Add(id, new ThreadClock(id, 0));
            }
        }

        foreach (ThreadClock thread in _threads.Values)
        {
            thread.Advance(NativeClock.ThreadNanos(thread.Id));
        }
    }

    /// <summary>CPU time of the process that no clock here shows: that of threads which ended between two readings.</summary>
    public long EndedThreadNanos()
    {
        long seen = 0;
        foreach (ThreadClock thread in _threads.Values)
        {
            seen += thread.SpentNanos;
        }

        return Math.Max(0, NativeClock.ProcessNanos() - _processStartNanos - seen);
    }

    private static FileSystemEnumerable<int> Ids() =>
        new(TaskFolder, static (ref entry) => int.Parse(entry.FileName))
        {
            ShouldIncludePredicate = static (ref entry) => int.TryParse(entry.FileName, out _),
        };
}
