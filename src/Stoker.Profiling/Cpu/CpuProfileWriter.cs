using System.Buffers;
using System.Reflection;
using System.Runtime.InteropServices;
using Stoker.Pprof;
using Stoker.Profiling.Stacks;

namespace Stoker.Profiling.Cpu;

/// <summary>Names the stacks of a recording and writes it as a gzipped profile.</summary>
internal static class CpuProfileWriter
{
    private const string PollName = "System.Threading.Thread.PollGC";

    public static byte[] Write(CpuRecording recording, CpuProfileQuery query, IReadOnlyList<string> comments, DateTimeOffset end)
    {
        using var profile = new ProfileBuilder(
            [new SampleType("samples", "count"), new SampleType("cpu", "nanoseconds")], new SampleType("cpu", "nanoseconds"), query.PeriodNanos);
        profile.SetMapping(Assembly.GetEntryAssembly()?.GetName().Name ?? Path.GetFileName(Environment.ProcessPath) ?? "");
        foreach (string comment in comments.Concat(recording.Comments))
        {
            profile.AddComment(comment);
        }

        AddSamples(profile, recording);
        AddUnseen(profile, recording.Unseen, query.PeriodNanos);

        var plain = new ArrayBufferWriter<byte>();
        long durationNanos = (long)recording.Duration.TotalNanoseconds;
        profile.Write(plain, ((end - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick) - durationNanos, durationNanos);
        var body = new ArrayBufferWriter<byte>();
        GzipBody.Deflate(plain.WrittenSpan, body);
        return body.WrittenSpan.ToArray();
    }

    // Different addresses make one frame, so stacks that differ by address become one sample.
    private static void AddSamples(ProfileBuilder profile, CpuRecording recording)
    {
        var names = new FrameNames();
        Dictionary<Frame, ulong> numbers = [];
        List<Frame> frames = [];
        var named = new StackTable();
        List<(long Count, long Nanos)> sums = [];
        List<ulong> stack = [];
        foreach (RecordedStack sample in recording.Samples)
        {
            stack.Clear();
            foreach (ulong address in recording.Stacks[sample.Stack])
            {
                Frame frame = names.At(address);
                if (!numbers.TryGetValue(frame, out ulong number))
                {
                    numbers.Add(frame, number = (ulong)frames.Count);
                    frames.Add(frame);
                }

                bool isPoll = recording.HasSafePointFrames && stack.Count == 0 && frame.Function.StartsWith(PollName, StringComparison.Ordinal);
                bool repeatsLibrary = stack.Count > 0 && stack[^1] == number && frame.Function.StartsWith('[');
                if (!isPoll && !repeatsLibrary)
                {
                    stack.Add(number);
                }
            }

            int place = named.Intern(CollectionsMarshal.AsSpan(stack));
            while (sums.Count <= place)
            {
                sums.Add(default);
            }

            sums[place] = (sums[place].Count + sample.Count, sums[place].Nanos + sample.CpuNanos);
        }

        List<Frame> leafFirst = [];
        for (int place = 0; place < sums.Count; place++)
        {
            if (sums[place].Nanos == 0)
            {
                continue;
            }

            leafFirst.Clear();
            foreach (ulong number in named[place])
            {
                leafFirst.Add(frames[(int)number]);
            }

            if (leafFirst.Count == 0)
            {
                leafFirst.Add(new Frame("[unknown]"));
            }

            profile.AddSample(leafFirst, [sums[place].Count, sums[place].Nanos]);
        }
    }

    private static void AddUnseen(ProfileBuilder profile, IReadOnlyList<UnseenTime> unseen, long periodNanos)
    {
        foreach (IGrouping<(string, string), UnseenTime> group in unseen.GroupBy(time => (time.Frame, time.Thread)).OrderBy(group => group.Key))
        {
            long nanos = group.Sum(time => time.CpuNanos);
            if (nanos > 0)
            {
                (string frame, string thread) = group.Key;
                profile.AddSample([new Frame(frame), new Frame($"[thread {thread}]")], [Math.Max(1, nanos / periodNanos), nanos]);
            }
        }
    }
}
