using System.Runtime.InteropServices;

namespace Stoker.Profiling.Perf;

/// <summary>
/// The first 112 bytes of the kernel's <c>struct perf_event_attr</c>, as it stands since Linux 4.8. What is not named here is zero.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal readonly struct PerfAttributes
{
    private const int Bytes = 112;
    private const uint SoftwareEvent = 1;
    private const ulong CpuClock = 0;
    private const ulong CallChain = 1 << 5;
    private const ulong ExcludeKernel = 1 << 5;
    private const ulong ExcludeHypervisor = 1 << 6;
    private const ulong ExcludeKernelFrames = 1 << 21;

    [FieldOffset(0)]
    private readonly uint _type;

    [FieldOffset(4)]
    private readonly uint _bytes;

    [FieldOffset(8)]
    private readonly ulong _event;

    [FieldOffset(16)]
    private readonly ulong _samplePeriod;

    [FieldOffset(24)]
    private readonly ulong _sampleType;

    [FieldOffset(40)]
    private readonly ulong _flags;

    private PerfAttributes(ulong periodNanos, bool withKernel)
    {
        _type = SoftwareEvent;
        _bytes = Bytes;
        _event = CpuClock;
        _samplePeriod = periodNanos;
        _sampleType = CallChain;
        _flags = ExcludeHypervisor | ExcludeKernelFrames | (withKernel ? 0 : ExcludeKernel);
    }

    /// <summary>A sample of the user's stack for each so many nanoseconds of a thread's CPU time.</summary>
    /// <param name="withKernel">Also while the thread is inside the kernel, which needs a privilege.</param>
    public static PerfAttributes EachNanos(long periodNanos, bool withKernel) => new((ulong)periodNanos, withKernel);
}
