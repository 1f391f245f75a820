using System.Runtime.InteropServices;

namespace Stoker.Profiling.Threads;

/// <summary>CPU clocks of Linux, read with no privilege at all.</summary>
internal static partial class NativeClock
{
    private const int ProcessCpuClock = 2;

    /// <summary>The low bits of a clock id that mean "of one thread" and "as the scheduler counts it".</summary>
    private const int ThreadSchedulerClock = 6;

    /// <summary>Null when there is no such thread any more.</summary>
    public static long? ThreadNanos(int threadId) => Read((~threadId << 3) | ThreadSchedulerClock);

    public static long ProcessNanos() => Read(ProcessCpuClock) ?? 0;

    private static long? Read(int clock) =>
        ClockGetTime(clock, out TimeSpec time) == 0 ? (time.Seconds * 1_000_000_000) + time.Nanoseconds : null;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
