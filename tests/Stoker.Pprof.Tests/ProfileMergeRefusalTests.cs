using System.Buffers;

namespace Stoker.Pprof.Tests;

/// <summary>What the merge says of itself, what it refuses, and that a refusal changes nothing.</summary>
public sealed class ProfileMergeRefusalTests
{
    private static readonly SampleType[] Cpu = [new("samples", "count"), new("cpu", "nanoseconds")];
    private static readonly SampleType Period = new("cpu", "nanoseconds");

    [Fact]
    public void Merge_Headers_AreCombined()
    {
        byte[] first = Built(timeNanos: 300, durationNanos: 10, period: 5, remarks: ["one", "both"], defaultType: "cpu");
        byte[] second = Built(timeNanos: 200, durationNanos: 20, period: 9, remarks: ["both", "two", "both"], defaultType: "cpu");
        byte[] untimed = Built(timeNanos: 0, durationNanos: 0, period: 0, remarks: [], defaultType: "cpu");
        ProfileDump dump = Totals.Dump(Merged.Of(first, second, untimed));
        Assert.Equal((200, 30, 9), (dump.Summary.TimeNanos, dump.Summary.DurationNanos, dump.Summary.Period));
        Assert.Equal(["one", "both", "two"], dump.Comments);
        Assert.Equal("cpu", dump.DefaultSampleType);
        Assert.Equal(Cpu, dump.Summary.SampleTypes);
        Assert.Equal(Period, dump.Summary.PeriodType);
        Assert.Equal(200, Totals.Dump(Merged.Of(untimed, first, second)).Summary.TimeNanos);
    }

    [Fact]
    public void Merge_TextsThatDiffer_AreLeftOutWithTheirStrings()
    {
        byte[] merged = Merged.Of(Built(defaultType: "one-type"), Built(defaultType: "other-type"), Built(defaultType: "one-type"));
        Assert.Equal("", Totals.Dump(merged).DefaultSampleType);
        Assert.Equal(-1, merged.AsSpan().IndexOf("-type"u8));

        foreach (int field in (int[])[7, 8, 14, 15])
        {
            byte[] with = (new HandMade() { Rest = Wire.Number(field, 4ul) }).Build();
            byte[] without = (new HandMade() { Rest = [] }).Build();
            Assert.True(Merged.Of(with, with).AsSpan().IndexOf(Wire.Number(field, 3ul)) > 0);
            Assert.Equal(Merged.Of(without, without), Merged.Of(with, without));
        }
    }

    [Fact]
    public void Merge_Durations_DoNotWrap()
    {
        byte[] merged = Merged.Of(Built(durationNanos: long.MaxValue), Built(durationNanos: 1));
        Assert.Equal(long.MaxValue, Totals.Dump(merged).Summary.DurationNanos);
    }

    [Fact]
    public void TryAdd_OtherSampleTypes_IsRefusedWithBoth()
    {
        using var merge = new ProfileMerge();
        Assert.True(merge.TryAdd(Built(), out _));
        AssertRefused(
            merge,
            Built([Cpu[1], Cpu[0]]),
            "The sample types are cpu/nanoseconds, samples/count, "
            + "but what it is merged with has samples/count, cpu/nanoseconds (byte 0, sample_type)");
        AssertRefused(
            merge,
            Built([Cpu[0]]),
            "The sample types are samples/count, but what it is merged with has samples/count, cpu/nanoseconds (byte 0, sample_type)");
        AssertRefused(merge, Built([Cpu[0], new("cpu", "seconds")]), "The sample types are samples/count, cpu/seconds, but", isStart: true);
        AssertRefused(
            merge,
            Built([.. Enumerable.Repeat(Cpu[0], 10)]),
            $"The sample types are {string.Join(", ", Enumerable.Repeat("samples/count", 8))} and 2 more, but",
            isStart: true);
    }

    [Fact]
    public void TryAdd_OtherPeriodType_IsRefusedWithBoth()
    {
        using var merge = new ProfileMerge();
        Assert.True(merge.TryAdd(Built(), out _));
        AssertRefused(
            merge,
            Built(periodType: new("cpu", "seconds")),
            "The period type is cpu/seconds, but what it is merged with has cpu/nanoseconds (byte 12, period_type)");
        using var builder = new ProfileBuilder(Cpu);
        AssertRefused(
            merge, Write(builder), "The period type is none, but what it is merged with has cpu/nanoseconds (byte 0, period_type)");
    }

    [Fact]
    public void TryAdd_CutAnywhere_ChangesNothing()
    {
        byte[] first = Corpus.Read("etcd.mutex.b");
        byte[] second = Corpus.Read("etcd.mutex.a");
        using var merge = new ProfileMerge();
        Assert.True(merge.TryAdd(first, out _));
        byte[] before = Merged.Write(merge);
        for (int length = 0; length < second.Length - 100; length += 7)
        {
            Assert.False(merge.TryAdd(second.AsSpan(0, length), out PprofError? error));
            Assert.InRange(error.Offset, 0, length);
        }

        Assert.Equal(before, Merged.Write(merge));
        Assert.True(merge.TryAdd(second, out _));
        Assert.Equal(Merged.Of(first, second), Merged.Write(merge));
    }

    [Fact]
    public void TryAdd_LastSampleAtFault_TakesBackAllOfIt()
    {
        byte[] captured = Corpus.Read("etcd.mutex.b");
        byte[] faulty = [.. captured, .. Wire.Bytes(2, Wire.Packed(1, 1), Wire.Packed(2, 1))];
        using var merge = new ProfileMerge();
        Assert.True(merge.TryAdd(Corpus.Read("etcd.mutex.a"), out _));
        (byte[] before, long held, int samples) = (Merged.Write(merge), merge.HeldBytes, merge.SampleCount);
        AssertRefused(merge, faulty, "The sample has 1 values, but the profile has 2 sample types", isStart: true);
        Assert.Equal((held, samples, 1), (merge.HeldBytes, merge.SampleCount, merge.ProfileCount));
        Assert.Equal(before, Merged.Write(merge));
        Assert.True(merge.TryAdd(captured, out _));
        Assert.Equal(Merged.Of(Corpus.Read("etcd.mutex.a"), captured), Merged.Write(merge));
    }

    [Fact]
    public void TryAdd_NoRoom_IsRefusedAndTheMergeGoesOn()
    {
        byte[] first = Corpus.Read("etcd.allocs.a");
        byte[] other = Corpus.Read("prometheus.allocs.a");
        long room;
        using (var probe = new ProfileMerge())
        {
            Assert.True(probe.TryAdd(first, out _));
            room = probe.HeldBytes;
        }

        using var merge = new ProfileMerge(maxBytes: room + 1000);
        Assert.True(merge.TryAdd(first, out _));
        AssertRefused(merge, other, $"The merge would hold more than {room + 1000} bytes; it has ", isStart: true);
        Assert.Equal(room, merge.HeldBytes);
        Assert.True(merge.TryAdd(first, out _));
        Assert.Equal(Merged.Of(first, first), Merged.Write(merge));
    }

    [Fact]
    public void TryAdd_SumsBeyond64Bits_AreWithinTheBound()
    {
        const int Stacks = 500;
        byte[] large = Stacked(Stacks, i => i < Stacks / 2 ? 1 : long.MaxValue);
        long held;
        using (var probe = new ProfileMerge())
        {
            Assert.True(probe.TryAdd(large, out _));
            held = probe.HeldBytes;
        }

        // 8 bytes more for each sum: one byte too few, and just enough.
        long needed = held + (Stacks * 8);
        using var tight = new ProfileMerge(needed - 1);
        Assert.True(tight.TryAdd(large, out _));
        byte[] before = Merged.Write(tight);
        AssertRefused(tight, large, $"The merge would hold more than {needed - 1} bytes; it has ", isStart: true);
        Assert.Equal(held, tight.HeldBytes);
        Assert.Equal(before, Merged.Write(tight));

        using var merge = new ProfileMerge(needed);
        Assert.True(merge.TryAdd(large, out _));
        Assert.True(merge.TryAdd(large, out _));
        Assert.Equal(needed, merge.HeldBytes);
        Assert.Equal(long.MaxValue, Totals.Dump(Merged.Write(merge)).Samples[^1].Values[0]);
        Assert.True(merge.TryAdd(Stacked(Stacks, i => i < Stacks / 2 ? 1 : -long.MaxValue), out _));
        Assert.Equal(needed, merge.HeldBytes);
        Assert.Equal(
            [.. Enumerable.Range(0, Stacks).Select(i => i < Stacks / 2 ? 3 : long.MaxValue)],
            Totals.Dump(Merged.Write(merge)).Samples.Select(sample => sample.Values[0]));

        // A stack that is new needs room for both.
        Assert.False(merge.TryAdd(Stacked(Stacks + 1, _ => 1), out _));
        Assert.Equal(needed, merge.HeldBytes);
    }

    [Fact]
    public void TryAdd_RefusedAmongOthers_LeavesEveryEntryToBeFound()
    {
        var random = new Random(20261122);
        byte[] fault = Wire.Bytes(2, Wire.Packed(1, 1), Wire.Packed(2, 1, 1));
        using var merge = new ProfileMerge();
        using var calm = new ProfileMerge();
        for (int round = 0; round < 40; round++)
        {
            int first = random.Next(400);
            byte[] profile = Stacked(random.Next(1, 200), i => i + 1, first);
            Assert.False(merge.TryAdd([.. Stacked(random.Next(1, 900), i => i + 1, random.Next(3000)), .. fault], out _));
            Assert.True(merge.TryAdd(profile, out _));
            Assert.True(calm.TryAdd(profile, out _));
            Assert.Equal((calm.SampleCount, calm.HeldBytes), (merge.SampleCount, merge.HeldBytes));
        }

        Assert.Equal(Merged.Write(calm), Merged.Write(merge));
    }

    [Fact]
    public void TryAdd_RemarksWithoutEnd_AreBounded()
    {
        using var merge = new ProfileMerge(maxBytes: 100_000);
        PprofError? error = null;
        int added = 0;
        for (bool isAdded = true; isAdded && added < 10_000; added += isAdded ? 1 : 0)
        {
            using var builder = new ProfileBuilder(Cpu);
            builder.AddComment($"remark {added} of a hundred bytes {new string('.', 70)}");
            isAdded = merge.TryAdd(Write(builder), out error);
        }

        Assert.InRange(added, 500, 1000);
        Assert.StartsWith("The merge would hold more than 100000 bytes", error?.Message, StringComparison.Ordinal);
        Assert.InRange(merge.HeldBytes, 90_000, 100_000);
        Assert.Equal(added, Totals.Dump(Merged.Write(merge)).Comments.Count);
    }

    [Fact]
    public void TryAdd_LargerThanTheMergeMayHold_IsRefused()
    {
        using var merge = new ProfileMerge(maxBytes: 80);
        byte[] profile = Built();
        AssertRefused(merge, profile, $"The profile has {profile.Length} bytes, but the merge may hold no more than 80 (byte 0)");
        Assert.Throws<InvalidOperationException>(() => merge.Write(new ArrayBufferWriter<byte>()));
    }

    [Fact]
    public void TryAdd_ThousandsOfLabels_IsRefused()
    {
        byte[] Labelled(int labels) => (new HandMade()
        {
            Samples = Wire.Bytes(2, [Wire.Packed(2, 7), .. Enumerable.Repeat(Wire.Bytes(3, Wire.Number(1, 4ul)), labels)]),
        }).Build();
        using var merge = new ProfileMerge();
        Assert.True(merge.TryAdd(Labelled(1024), out _));
        AssertRefused(merge, Labelled(1025), "The sample has more than 1024 labels, too many to merge", isStart: true);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TryAdd_StackWithoutEnd_IsRefused(bool isPacked)
    {
        byte[] Deep(int frames)
        {
            byte[] ids = isPacked
                ? Wire.Packed(1, [.. Enumerable.Repeat(2ul, frames)])
                : Wire.Join([.. Enumerable.Repeat(Wire.Number(1, 2ul), frames)]);
            return (new HandMade() { Samples = Wire.Bytes(2, Wire.Packed(2, 7), ids) }).Build();
        }

        using var merge = new ProfileMerge();
        Assert.True(merge.TryAdd(Deep(65_536), out _));
        Assert.Equal(65_536, Totals.Dump(Merged.Write(merge)).Samples.Single().LeafFirst.Count());
        AssertRefused(merge, Deep(65_537), "The sample has more than 65536 frames, too many to merge", isStart: true);

        // What a large one leaves behind does not matter for the next.
        Assert.True(merge.TryAdd(new HandMade().Build(), out _));
        Assert.Equal(2, merge.SampleCount);
    }

    [Fact]
    public void TryAdd_ManySmallSamples_TakesASmallMultipleOfTheBytes()
    {
        // Nothing takes more for its bytes than a sample of two locations and one value: 9 bytes, and each of them another stack.
        ulong[] ids = [.. Enumerable.Range(1, 127).Select(id => (ulong)id)];
        byte[] Pair(ulong one, ulong other) => Wire.Bytes(2, Wire.Packed(1, one, other), Wire.Number(2, 1ul));
        byte[] samples = Wire.Join([.. ids.SelectMany(_ => ids, Pair)]);
        byte[] locations = Wire.Join([.. ids.Select(id => Wire.Bytes(4, Wire.Number(1, id), Wire.Number(3, id)))]);
        byte[] profile = new HandMade { Samples = samples, Mappings = [], Locations = locations, Functions = [] }.Build();
        long before = GC.GetAllocatedBytesForCurrentThread();
        using var merge = new ProfileMerge();
        Assert.True(merge.TryAdd(profile, out PprofError? error), error?.ToString());
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(127 * 127, merge.SampleCount);
        Assert.InRange(merge.HeldBytes, 3L * profile.Length, 5L * profile.Length);
        Assert.InRange(allocated, 0, 24L * profile.Length);
    }

    [Fact]
    public void TryAdd_StacksThatAreThere_AllocatesNothingThatGrowsWithThem()
    {
        foreach (int stacks in (int[])[10, 5000])
        {
            using var builder = new ProfileBuilder(Cpu);
            for (int i = 0; i < stacks; i++)
            {
                builder.AddSample([new Frame($"leaf{i}"), new Frame("main")], [1, i], new SampleLabel("thread", $"{i % 10}"));
            }

            byte[] profile = Write(builder);
            using var merge = new ProfileMerge();
            long least = long.MaxValue;

            // The least of several rounds, because other tests take buffers from the same pool.
            for (int round = 0; round < 20; round++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                Assert.True(merge.TryAdd(profile, out _));
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            Assert.InRange(least, 0, 8 << 10);
        }
    }

    [Fact]
    public void MaxBytes_OutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProfileMerge(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ProfileMerge(ProfileMerge.LargestMaxBytes + 1));
    }

    private static void AssertRefused(ProfileMerge merge, byte[] profile, string message, bool isStart = false)
    {
        int count = merge.ProfileCount;
        Assert.False(merge.TryAdd(profile, out PprofError? error));
        Assert.Equal(message, isStart ? error.Message[..Math.Min(message.Length, error.Message.Length)] : error.ToString());
        Assert.Equal(count, merge.ProfileCount);
    }

    private static byte[] Built(
        SampleType[]? types = null,
        SampleType? periodType = null,
        long timeNanos = 1,
        long durationNanos = 0,
        long period = 1,
        string[]? remarks = null,
        string defaultType = "")
    {
        using var builder = new ProfileBuilder(types ?? Cpu, periodType ?? Period, period);
        builder.SetDefaultSampleType(defaultType);
        foreach (string remark in remarks ?? [])
        {
            builder.AddComment(remark);
        }

        builder.AddSample([new Frame("main")], [.. (types ?? Cpu).Select(_ => 1L)]);
        return Write(builder, timeNanos, durationNanos);
    }

    private static byte[] Stacked(int count, Func<int, long> value, int first = 0)
    {
        using var builder = new ProfileBuilder([new SampleType("alloc_space", "bytes")]);
        for (int i = 0; i < count; i++)
        {
            builder.AddSample([new Frame($"function{first + i}", $"{(first + i) / 7}.go"), new Frame("main")], [value(i)]);
        }

        return Write(builder);
    }

    private static byte[] Write(ProfileBuilder builder, long timeNanos = 1, long durationNanos = 0)
    {
        var output = new ArrayBufferWriter<byte>();
        builder.Write(output, timeNanos, durationNanos);
        return output.WrittenSpan.ToArray();
    }
}
