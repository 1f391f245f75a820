using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Stoker.Profiling.Threads;

namespace Stoker.Profiling.Perf;

/// <summary>What the kernel lets this process do, tried out once.</summary>
/// <param name="Refusal">Why there can be no events, with the remedy; null where there can.</param>
/// <param name="WithKernel">Whether time inside the kernel can be sampled too.</param>
internal sealed record PerfSupport(string? Refusal, bool WithKernel)
{
    private const int TryPeriodNanos = 1_000_000_000;

    public static PerfSupport Probe()
    {
        if (!NativePerf.IsSupported || !ThreadClocks.IsSupported)
        {
            return new PerfSupport("The perf engine needs Linux on x64 or arm64, with /proc mounted.", false);
        }

        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            return new PerfSupport("The perf engine does not work in a program compiled with native AOT: there is nothing that names its code.", false);
        }

        int error = TryOpen(withKernel: true);
        if (error == 0)
        {
            return new PerfSupport(null, true);
        }

        error = TryOpen(withKernel: false);
        return error == 0 ? new PerfSupport(null, false) : new PerfSupport(Explain(error), false);
    }

    private static int TryOpen(bool withKernel)
    {
        int descriptor = NativePerf.Open(PerfAttributes.EachNanos(TryPeriodNanos, withKernel), threadId: 0);
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        PerfRing? ring = PerfRing.TryMap(descriptor, dataPages: 1);
        int error = ring is null ? Marshal.GetLastPInvokeError() : 0;
        ring?.Dispose();
        return error;
    }

    private static string Explain(int error)
    {
        string remedy = error switch
        {
            NativePerf.PermissionDenied => "A container's seccomp profile forbids it: add the capability CAP_PERFMON or allow perf_event_open in the profile.",
            NativePerf.AccessDenied => "/proc/sys/kernel/perf_event_paranoid is over 2: set it to 2 or add the capability CAP_PERFMON.",
            _ => "The kernel is built without it or does not allow it here.",
        };
        return $"The perf engine cannot be used: perf_event_open failed with errno {error} ({Marshal.GetPInvokeErrorMessage(error)}). {remedy}";
    }
}
