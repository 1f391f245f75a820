using System.Runtime.InteropServices;
using Stoker.Profiling.Cpu;
using Stoker.Profiling.Threads;

namespace Stoker.Profiling.EventPipe;

/// <summary>
/// Gives samples the CPU time that they stand for. The sampler sees every thread in every sweep, working or not, so a sample by itself says
/// nothing of CPU. A burst is cut into slices of some milliseconds; what a thread's CPU clock moved in a slice is shared among its samples of
/// that slice. In the end each thread's samples are scaled to what its clock moved over the whole profile, rests between bursts included.
/// Not safe from several threads.
/// </summary>
internal sealed class SweepWeights
{
    /// <summary>A thread that ran for less of a slice may have been met while it waited; then its samples inside managed code are the better ones.</summary>
    private const double BusyShare = 0.8;

    private readonly Dictionary<(int Thread, int Stack), Weight> _weights = [];
    private readonly HashSet<int> _sampledThreads = [];
    private readonly List<Slice> _slices = [];

    /// <summary>Begins a burst; slices are given in the order of time.</summary>
    public void BeginBurst(long timestamp)
    {
        _slices.Clear();
        _slices.Add(new Slice(timestamp, []));
    }

    /// <summary>Ends a slice, right after the clocks have been read. Without clocks every slice counts the same for every thread.</summary>
    public void EndSlice(long timestamp, ThreadClocks? clocks)
    {
        Dictionary<int, long> moved = [];
        if (clocks is not null)
        {
            foreach (ThreadClock thread in clocks.Threads)
            {
                if (thread.MovedNanos > 0)
                {
                    moved.Add(thread.Id, thread.MovedNanos);
                }
            }
        }

        _slices.Add(new Slice(timestamp, moved));
    }

    /// <summary>Weighs the samples of the burst whose slices have been given.</summary>
    public void EndBurst(List<SweepSample> samples, bool hasClocks)
    {
        Dictionary<(int Slice, int Thread), Tally> tallies = [];
        foreach (SweepSample sample in samples)
        {
            _sampledThreads.Add(sample.ThreadId);
            ref Tally tally = ref CollectionsMarshal.GetValueRefOrAddDefault(tallies, (SliceAt(sample.Timestamp), sample.ThreadId), out _);
            tally.All++;
            tally.Managed += sample.IsManaged ? 1 : 0;
        }

        foreach (SweepSample sample in samples)
        {
            int slice = SliceAt(sample.Timestamp);
            if (slice < 0)
            {
                continue;
            }

            Tally tally = tallies[(slice, sample.ThreadId)];
            long moved = hasClocks ? _slices[slice].Moved.GetValueOrDefault(sample.ThreadId) : tally.Managed;
            bool onlyManaged = tally.Managed > 0 && (!hasClocks || moved < BusyShare * LengthNanos(slice));
            if (moved == 0 || (onlyManaged && !sample.IsManaged))
            {
                continue;
            }

            ref Weight weight = ref CollectionsMarshal.GetValueRefOrAddDefault(_weights, (sample.ThreadId, sample.Stack), out _);
            weight.Nanos += (double)moved / (onlyManaged ? tally.Managed : tally.All);
            weight.Count++;
        }
    }

    /// <summary>The stacks with each thread's CPU time spread over them, and the time of threads that have none.</summary>
    public (List<RecordedStack> Samples, List<UnseenTime> Unseen) Spread(ThreadClocks clocks)
    {
        Dictionary<int, double> weighed = [];
        foreach (((int thread, _), Weight weight) in _weights)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(weighed, thread, out _) += weight.Nanos;
        }

        Dictionary<int, double> scales = [];
        List<UnseenTime> unseen = [];
        foreach (ThreadClock thread in clocks.Threads)
        {
            if (weighed.TryGetValue(thread.Id, out double nanos))
            {
                scales.Add(thread.Id, thread.SpentNanos / nanos);
            }
            else if (thread.SpentNanos > 0)
            {
                string frame = _sampledThreads.Contains(thread.Id) ? UnseenTime.KernelOrUnsampled : UnseenTime.NativeThread;
                unseen.Add(new UnseenTime(thread.Name, frame, thread.SpentNanos));
            }
        }

        unseen.Add(new UnseenTime("ended", UnseenTime.KernelOrUnsampled, clocks.EndedThreadNanos()));
        return ([.. _weights.Select(pair => Scaled(pair.Key.Stack, pair.Value, scales.GetValueOrDefault(pair.Key.Thread)))], unseen);
    }

    /// <summary>The same where threads have no clocks: the process's CPU time is spread over all samples inside managed code.</summary>
    public List<RecordedStack> Spread(TimeSpan processCpu)
    {
        double sum = _weights.Values.Sum(weight => weight.Nanos);
        double scale = sum > 0 ? processCpu.TotalNanoseconds / sum : 0;
        return [.. _weights.Select(pair => Scaled(pair.Key.Stack, pair.Value, scale))];
    }

    private static RecordedStack Scaled(int stack, Weight weight, double scale) =>
        new(stack, weight.Count, (long)Math.Round(weight.Nanos * scale));

    private double LengthNanos(int slice) =>
        TimeProvider.System.GetElapsedTime(_slices[slice - 1].EndTimestamp, _slices[slice].EndTimestamp).TotalNanoseconds;

    // The first entry only marks where the first slice begins; what lies before it or behind the last belongs to none.
    private int SliceAt(long timestamp)
    {
        int low = 0;
        int high = _slices.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_slices[middle].EndTimestamp < timestamp)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low == 0 || low == _slices.Count ? -1 : low;
    }

    private readonly record struct Slice(long EndTimestamp, Dictionary<int, long> Moved);

    private record struct Tally(int All, int Managed);

    private record struct Weight(double Nanos, long Count);
}
