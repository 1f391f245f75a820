using System.Numerics;
using Stoker.Profiling.Cpu;
using Stoker.Profiling.Threads;

namespace Stoker.Profiling.Perf;

/// <summary>
/// The accurate engine: the kernel interrupts each working thread after so much CPU time and writes its stack to a ring. Nothing is suspended.
/// It needs frame pointers, which all compiled managed code has. A method that the runtime has replaced while its loop was running keeps the frame
/// of the old code: it shows twice in a row, and its caller is missing.
/// </summary>
internal sealed class PerfEngine : ICpuEngine
{
    /// <summary>How often rings are emptied and, with few threads, clocks are read.</summary>
    private const int DrainMilliseconds = 20;

    /// <summary>Reading the clocks of very many threads is made rarer, so that it costs about 1 % of a core at most.</summary>
    private const int ThreadsPerDrain = 64;

    /// <summary>A record with the deepest stack that the kernel writes by default, 127 frames.</summary>
    private const int LargestSampleBytes = 1100;

    private readonly Lazy<PerfSupport> _support = new(PerfSupport.Probe);

    public string Name => "perf";

    public string? WhyUnavailable => _support.Value.Refusal;

    public EngineResult Record(CpuProfileQuery query, ProfileWindow window, CancellationToken cancellationToken)
    {
        var attributes = PerfAttributes.EachNanos(query.PeriodNanos, _support.Value.WithKernel);
        var sink = new PerfRecordSink();
        var clocks = ThreadClocks.Start();
        Dictionary<int, SampledThread> sampled = [];
        int refused = 0;
        try
        {
            int drainsToRead = 0;
            do
            {
                cancellationToken.WaitHandle.WaitOne(DrainMilliseconds);
                foreach (SampledThread thread in sampled.Values)
                {
                    thread.Drain(sink);
                }

                if (drainsToRead-- == 0)
                {
                    drainsToRead = clocks.Threads.Count / ThreadsPerDrain;
                    clocks.Read();
                    refused += OpenMoved(clocks, sampled, attributes, RingPages(query.Hz));
                }
            }
            while (!cancellationToken.IsCancellationRequested && !window.IsOver);

            clocks.Read();
            foreach (SampledThread thread in sampled.Values)
            {
                thread.Drain(sink);
            }
        }
        finally
        {
            foreach (SampledThread thread in sampled.Values)
            {
                thread.Dispose();
            }
        }

        List<RecordedStack> samples = [];
        for (int stack = 0; stack < sink.Stacks.Count; stack++)
        {
            samples.Add(new RecordedStack(stack, sink.CountOf(stack), sink.CountOf(stack) * query.PeriodNanos));
        }

        return new CpuRecording(
            window.Elapsed, Comments(query, sink.Lost, refused), sink.Stacks, samples, Unseen(clocks, sampled, query.PeriodNanos));
    }

    // Only threads whose clock has moved: each event takes locked memory, of which there is little, and a thread that sleeps needs none.
    private static int OpenMoved(ThreadClocks clocks, Dictionary<int, SampledThread> sampled, in PerfAttributes attributes, int ringPages)
    {
        int refused = 0;
        foreach (ThreadClock thread in clocks.Threads)
        {
            if (thread.MovedNanos == 0 || sampled.ContainsKey(thread.Id))
            {
                continue;
            }

            // A refused thread is not tried again, and its time shows as unsampled.
            int descriptor = NativePerf.Open(in attributes, thread.Id);
            PerfRing? ring = descriptor < 0 ? null : PerfRing.TryMap(descriptor, ringPages);
            sampled.Add(thread.Id, new SampledThread(ring));
            refused += ring is null ? 1 : 0;
        }

        return refused;
    }

    private static int RingPages(int hz)
    {
        double bytes = hz * (DrainMilliseconds / 1000.0) * LargestSampleBytes;
        return (int)BitOperations.RoundUpToPowerOf2((uint)Math.Ceiling(bytes / Environment.SystemPageSize));
    }

    // By thread name and not by thread: with few samples each, some threads have more sampled than spent and some less, and it evens out.
    private static List<UnseenTime> Unseen(ThreadClocks clocks, Dictionary<int, SampledThread> sampled, long periodNanos)
    {
        List<UnseenTime> unseen = [new UnseenTime("ended", UnseenTime.KernelOrUnsampled, clocks.EndedThreadNanos())];
        foreach (IGrouping<string, ThreadClock> group in clocks.Threads.Where(thread => thread.SpentNanos > 0).GroupBy(thread => thread.Name))
        {
            long spent = group.Sum(thread => thread.SpentNanos);
            long seen = group.Sum(thread => sampled.TryGetValue(thread.Id, out SampledThread? found) ? found.Samples * periodNanos : 0);
            unseen.Add(new UnseenTime(group.Key, UnseenTime.KernelOrUnsampled, Math.Max(0, spent - seen)));
        }

        return unseen;
    }

    private List<string> Comments(CpuProfileQuery query, long lost, int refused)
    {
        List<string> comments =
        [
            $"engine: perf, perf_event_open with cpu-clock, {query.Hz} samples for each second of CPU time, "
                + (_support.Value.WithKernel ? "time in the kernel included" : "time in the kernel not sampled"),
        ];
        if (lost > 0)
        {
            comments.Add($"lost: {lost} samples for which there was no room; their time is under {UnseenTime.KernelOrUnsampled}");
        }

        if (refused > 0)
        {
            comments.Add(
                $"not sampled: {refused} threads for which the kernel gave no event; their time is under {UnseenTime.KernelOrUnsampled}. "
                + "Threads that have ended meanwhile are among them; otherwise raise kernel.perf_event_mlock_kb or the limit on locked memory");
        }

        return comments;
    }

    /// <summary>A thread with its ring, or without one where the kernel refused it.</summary>
    private sealed class SampledThread(PerfRing? ring) : IDisposable
    {
        public long Samples { get; private set; }

        public void Drain(PerfRecordSink sink)
        {
            sink.Samples = 0;
            ring?.Drain(sink);
            Samples += sink.Samples;
        }

        public void Dispose() => ring?.Dispose();
    }
}
