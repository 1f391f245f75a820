using System.Buffers;

namespace Stoker.Pprof.Tests;

public sealed class ProfileDeltaTests
{
    private static readonly SampleType[] Types = [new("contentions", "count"), new("delay", "nanoseconds")];
    private static readonly SampleType[] HeapTypes = [.. Corpus.Memory, new("inuse_objects", "count"), new("inuse_space", "bytes")];
    private static readonly Frame[] Lock = [new("lock", "a.go", 3, 0x10), new("main", "a.go", 9, 0x20)];
    private static readonly Frame[] Other = [new("other", "a.go", 5, 0x30), new("main", "a.go", 9, 0x20)];

    // What a delta has and a cumulative profile has not.
    private const int DurationField = 11;

    public static TheoryData<string> Pairs => Corpus.Pairs;

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Compute_CapturedPair_SaysTheGrowthStackByStack(string name)
    {
        byte[] before = Corpus.Read(name + ".a");
        byte[] after = Corpus.Read(name + ".b");
        var delta = new ProfileDelta(Corpus.DeltaColumns);
        Assert.Equal(DeltaOutcome.Baseline, Compute(delta, before).Result.Outcome);
        (DeltaResult result, byte[] output) = Compute(delta, after);

        Assert.Equal(DeltaOutcome.Delta, result.Outcome);
        Assert.Equal(Expected.Growth(before, after, Corpus.DeltaColumns), Totals.Of(output));
        ProfileSummary summary = Totals.Dump(output).Summary;
        Assert.Equal(result.SampleCount, summary.SampleCount);
        Assert.Equal(result.SpanNanos, summary.DurationNanos);
        ProfileSummary first = Totals.Dump(before).Summary;
        ProfileSummary second = Totals.Dump(after).Summary;
        Assert.Equal(second.TimeNanos - first.TimeNanos, result.SpanNanos);
        Assert.Equal((second.TimeNanos, second.Period), (summary.TimeNanos, summary.Period));
        Assert.Equal(second.SampleTypes, summary.SampleTypes);
        Assert.Equal(second.PeriodType, summary.PeriodType);
        Assert.Equal(Totals.Dump(after).DefaultSampleType, Totals.Dump(output).DefaultSampleType);
        Assert.True(output.Length <= after.Length + DurationField, $"{output.Length} of {after.Length} bytes");
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Compute_SameProfileAgain_SaysOnlyWhatIsNotCumulative(string name)
    {
        byte[] profile = Corpus.Read(name + ".a");
        var delta = new ProfileDelta(Corpus.DeltaColumns);
        Compute(delta, profile);
        (DeltaResult result, byte[] output) = Compute(delta, profile);

        Dictionary<string, long[]> expected = Expected.Growth(profile, profile, Corpus.DeltaColumns);
        Assert.Equal(DeltaOutcome.Delta, result.Outcome);
        Assert.Equal(expected.Count, result.SampleCount);
        Assert.Equal(expected, output.Length == 0 ? [] : Totals.Of(output));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Compute_ProcessRestarted_SendsAsItStands(string name)
    {
        byte[] before = Corpus.Read(name + ".b");
        byte[] after = Corpus.Read(name + ".a");
        var delta = new ProfileDelta(Corpus.DeltaColumns);
        Compute(delta, before);
        (DeltaResult result, byte[] output) = Compute(delta, after);

        Assert.Equal(DeltaOutcome.Restarted, result.Outcome);
        Assert.Equal(Totals.Of(after).Where(total => total.Value.Any(value => value != 0)), Totals.Of(output).AsEnumerable());
        Assert.Equal(DeltaOutcome.Delta, Compute(delta, before).Result.Outcome);
    }

    [Fact]
    public void Compute_NewStack_IsSentWhole()
    {
        var delta = new ProfileDelta(Types);
        Compute(delta, Contention((Lock, 1, 10)));
        (DeltaResult result, byte[] output) = Compute(delta, Contention((Lock, 1, 10), (Other, 2, 20)));
        Assert.Equal(1, result.SampleCount);
        Assert.Equal([2, 20], Totals.Dump(output).Samples.Single().Values);
        Assert.Equal(["other", "main"], Totals.Dump(output).Samples.Single().LeafFirst.Select(frame => frame.Function));
        Assert.Equal((2, 2), (Totals.Dump(output).Summary.LocationCount, Totals.Dump(output).Summary.FunctionCount));
    }

    [Fact]
    public void Compute_OneStackFallsWhileTheTotalGrows_CountsAsZeroAndStartsAnew()
    {
        var delta = new ProfileDelta(Types);
        Compute(delta, Contention((Lock, 10, 100), (Other, 1, 10)));
        (DeltaResult fallen, byte[] output) = Compute(delta, Contention((Lock, 2, 20), (Other, 50, 500)));
        Assert.Equal(DeltaOutcome.Delta, fallen.Outcome);
        Assert.Equal([49, 490], Totals.Dump(output).Samples.Single().Values);

        (_, output) = Compute(delta, Contention((Lock, 5, 50), (Other, 50, 500)));
        Assert.Equal([3, 30], Totals.Dump(output).Samples.Single().Values);
    }

    [Fact]
    public void Compute_OneColumnFalls_IsARestart()
    {
        var delta = new ProfileDelta(Types);
        Compute(delta, Contention((Lock, 10, 100)));
        (DeltaResult result, byte[] output) = Compute(delta, Contention((Lock, 11, 99)));
        Assert.Equal(DeltaOutcome.Restarted, result.Outcome);
        Assert.Equal([11, 99], Totals.Dump(output).Samples.Single().Values);
    }

    [Fact]
    public void Compute_RestartAtOtherAddresses_SendsAsItStands()
    {
        Frame[] moved = [.. Lock.Select(frame => frame with { Address = frame.Address + 0x7000 })];
        var delta = new ProfileDelta(Types);
        Compute(delta, Contention((Lock, 10, 100)));
        (DeltaResult result, byte[] output) = Compute(delta, Contention((moved, 4, 40)));
        Assert.Equal(DeltaOutcome.Restarted, result.Outcome);
        Assert.Equal([4, 40], Totals.Dump(output).Samples.Single().Values);
        Assert.Equal([5, 50], Totals.Dump(Compute(delta, Contention((moved, 9, 90))).Output).Samples.Single().Values);
    }

    [Fact]
    public void Compute_SampleTypesChange_IsANewBaseline()
    {
        var delta = new ProfileDelta([.. Types, .. Corpus.Memory]);
        Compute(delta, Contention((Lock, 10, 100)));
        byte[] heap = Build(HeapTypes, 0, builder => builder.AddSample(Lock, [1, 10, 0, 0]));
        (DeltaResult result, byte[] output) = Compute(delta, heap);
        Assert.Equal(DeltaOutcome.Baseline, result.Outcome);
        Assert.Empty(output);
        Assert.Equal(DeltaOutcome.Baseline, Compute(delta, Contention((Lock, 11, 110))).Result.Outcome);
    }

    [Fact]
    public void Compute_InstantColumns_AreSentAsTheyStand()
    {
        var delta = new ProfileDelta(Corpus.Memory);
        byte[] first = Build(HeapTypes, 0, builder =>
        {
            builder.AddSample(Lock, [5, 50, 3, 30]);
            builder.AddSample(Other, [5, 50, 0, 0]);
        });
        Compute(delta, first);
        (_, byte[] output) = Compute(delta, first);
        Assert.Equal([0, 0, 3, 30], Totals.Dump(output).Samples.Single().Values);
    }

    [Fact]
    public void Compute_NoCumulativeColumn_SaysSoAndLeavesTheStateAsItWas()
    {
        var delta = new ProfileDelta(Types);
        Compute(delta, Contention((Lock, 1, 10)));
        byte[] momentary = Build([new("objects", "count"), new("space", "bytes")], 0, builder => builder.AddSample(Lock, [5, 50]));
        (DeltaResult result, byte[] nothing) = Compute(delta, momentary);
        Assert.Equal((DeltaOutcome.NotCumulative, 1), (result.Outcome, result.Profile?.SampleCount));
        Assert.Empty(nothing);

        Assert.Equal([2, 20], Totals.Dump(Compute(delta, Contention((Lock, 3, 30))).Output).Samples.Single().Values);
    }

    [Fact]
    public void Compute_RepeatedSample_IsSummed()
    {
        var delta = new ProfileDelta(Types);
        Compute(delta, Contention((Lock, 1, 10), (Other, 1, 10), (Lock, 2, 20)));
        (_, byte[] output) = Compute(delta, Contention((Lock, 1, 10), (Lock, 1, 10), (Lock, 5, 50), (Other, 1, 10)));
        Assert.Equal([4, 40], Totals.Dump(output).Samples.Single().Values);
    }

    [Fact]
    public void Compute_LabelsTellSamplesApart_InAnyOrder()
    {
        SampleLabel a = new("tenant", "a");
        SampleLabel b = new("tenant", "b");
        SampleLabel size = new("bytes", Number: 48, Unit: "bytes");
        var delta = new ProfileDelta(Types);
        Compute(delta, Build(Types, 0, builder =>
        {
            builder.AddSample(Lock, [1, 10], a, size);
            builder.AddSample(Lock, [2, 20], b, size);
            builder.AddSample(Lock, [3, 30]);
        }));
        (_, byte[] output) = Compute(delta, Build(Types, 0, builder =>
        {
            builder.AddSample(Lock, [3, 30]);
            builder.AddSample(Lock, [2, 20], size, b);
            builder.AddSample(Lock, [8, 80], size, a);
            builder.AddSample(Lock, [4, 40], a, size with { Number = 64 });
        }));
        Assert.Equal([[7, 70], [4, 40]], Totals.Dump(output).Samples.Select(sample => sample.Values));
        Assert.Equal([size, a], Totals.Dump(output).Samples[0].Labels);
    }

    [Fact]
    public void Compute_NoAddresses_TellsStacksByFunctionFileAndLine()
    {
        Frame main = new("main", "a.cs", 9);
        Frame[][] stacks =
        [
            [new("f", "a.cs", 1), main], [new("f", "a.cs", 2), main], [new("f", "b.cs", 1), main], [new("g", "a.cs", 1), main], [main], [main, main],
        ];
        byte[] build(long factor, bool reversed) => Build(Types, 0, builder =>
        {
            foreach (int i in reversed ? Enumerable.Range(0, stacks.Length).Reverse() : Enumerable.Range(0, stacks.Length))
            {
                builder.AddSample(stacks[i], [(i + 1) * factor, (i + 1) * factor * 10]);
            }
        });
        var delta = new ProfileDelta(Types);
        Compute(delta, build(1, reversed: false));
        (DeltaResult result, byte[] output) = Compute(delta, build(3, reversed: true));
        Assert.Equal(stacks.Length, result.SampleCount);
        Assert.Equal([12, 10, 8, 6, 4, 2], Totals.Dump(output).Samples.Select(sample => sample.Values[0]));
    }

    [Fact]
    public void Compute_NoAddresses_InlinedFramesCount()
    {
        // The same outer line with another function inlined into it.
        byte[] build(long first, long second) => Wire.Join(
            Wire.Bytes(1, Wire.Number(1, 1ul), Wire.Number(2, 2ul)),
            Wire.Bytes(2, Wire.Packed(1, 1), Wire.Packed(2, (ulong)first)),
            Wire.Bytes(2, Wire.Packed(1, 2), Wire.Packed(2, (ulong)second)),
            Wire.Bytes(4, Wire.Number(1, 1ul), Line(1, 7), Line(2, 30)),
            Wire.Bytes(4, Wire.Number(1, 2ul), Line(3, 7), Line(2, 30)),
            Wire.Bytes(5, Wire.Number(1, 1ul), Wire.Number(2, 3ul)),
            Wire.Bytes(5, Wire.Number(1, 2ul), Wire.Number(2, 4ul)),
            Wire.Bytes(5, Wire.Number(1, 3ul), Wire.Number(2, 5ul)),
            Wire.Texts("", "delay", "nanoseconds", "inlined1", "outer", "inlined2"));
        var delta = new ProfileDelta(Types);
        Compute(delta, build(5, 50));
        (_, byte[] output) = Compute(delta, build(6, 50));
        ProfileSample sample = Totals.Dump(output).Samples.Single();
        Assert.Equal([1], sample.Values);
        Assert.Equal(["inlined1", "outer"], sample.LeafFirst.Select(frame => frame.Function));
    }

    [Fact]
    public void Compute_SameAddressInTwoPrograms_IsNotTheSame()
    {
        byte[] build(long first, long second) => Wire.Join(
            Wire.Bytes(1, Wire.Number(1, 1ul), Wire.Number(2, 2ul)),
            Wire.Bytes(2, Wire.Packed(1, 1), Wire.Packed(2, (ulong)first)),
            Wire.Bytes(2, Wire.Packed(1, 2), Wire.Packed(2, (ulong)second)),
            Wire.Bytes(3, Wire.Number(1, 1ul), Wire.Number(5, 3ul)),
            Wire.Bytes(3, Wire.Number(1, 2ul), Wire.Number(5, 4ul)),
            Wire.Bytes(3, Wire.Number(1, 3ul), Wire.Number(5, 5ul)),
            Wire.Bytes(4, Wire.Number(1, 1ul), Wire.Number(2, 1ul), Wire.Number(3, 0x500ul)),
            Wire.Bytes(4, Wire.Number(1, 2ul), Wire.Number(2, 2ul), Wire.Number(3, 0x500ul)),
            Wire.Texts("", "delay", "nanoseconds", "app", "libc.so", "unused.so"));
        var delta = new ProfileDelta(Types);
        Compute(delta, build(5, 50));
        (_, byte[] output) = Compute(delta, build(5, 53));
        Assert.Equal([3], Totals.Dump(output).Samples.Single().Values);
        Assert.Equal(2, Totals.Dump(output).Summary.MappingCount);
    }

    [Theory]
    [InlineData(0, 5_000_000_000, 0)]
    [InlineData(1_000_000_000, 5_000_000_000, 4_000_000_000)]
    [InlineData(5_000_000_000, 5_000_000_000, 0)]
    [InlineData(5_000_000_000, 1_000_000_000, 0)]
    [InlineData(5_000_000_000, 0, 0)]
    [InlineData(long.MinValue, long.MaxValue, 0)]
    [InlineData(1, long.MaxValue, long.MaxValue - 1)]
    public void Compute_Duration_IsTheRealSpan(long before, long after, long span)
    {
        var delta = new ProfileDelta(Types);
        Compute(delta, Build(Types, before, builder => builder.AddSample(Lock, [1, 10])));
        (DeltaResult result, byte[] output) = Compute(delta, Build(Types, after, builder => builder.AddSample(Lock, [2, 20])));
        Assert.Equal(span, result.SpanNanos);
        Assert.Equal((after, span), (Totals.Dump(output).Summary.TimeNanos, Totals.Dump(output).Summary.DurationNanos));
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(89, 100)]
    [InlineData(90, 90)]
    [InlineData(110, 110)]
    [InlineData(111, 100)]
    [InlineData(long.MinValue, 100)]
    [InlineData(long.MaxValue, 100)]
    public void Compute_WithClock_CorrectsTheTime(long own, long corrected)
    {
        var delta = new ProfileDelta(Types);
        var clock = new ProfileClock(ScrapeNanos: 100, ToleranceNanos: 10);
        Compute(delta, Build(Types, 50, builder => builder.AddSample(Lock, [1, 10])), clock with { ScrapeNanos = 50 });
        byte[] profile = Build(Types, own, builder => builder.AddSample(Lock, [2, 20]));
        (DeltaResult result, byte[] output) = Compute(delta, profile, clock);
        ProfileSummary summary = Totals.Dump(output).Summary;
        Assert.Equal((corrected, corrected - 50), (summary.TimeNanos, summary.DurationNanos));
        Assert.Equal(corrected - 50, result.SpanNanos);
        Assert.Equal(own, result.Profile?.TimeNanos);
        Assert.Equal(1, result.Profile?.SampleCount);
    }

    [Fact]
    public void Compute_HugeValues_DoNotOverflow()
    {
        var delta = new ProfileDelta(Types);
        Compute(delta, Contention((Lock, long.MinValue, 0), (Other, long.MaxValue, 0), (Other, long.MaxValue, 0)));
        (DeltaResult result, byte[] output) = Compute(delta, Contention((Lock, long.MaxValue, 1), (Other, long.MaxValue, 0), (Other, long.MaxValue, 0)));
        Assert.Equal(DeltaOutcome.Delta, result.Outcome);
        Assert.Equal([long.MaxValue, 1], Totals.Dump(output).Samples.Single().Values);
    }

    [Fact]
    public void Compute_Malformed_LeavesTheStateAsItWas()
    {
        var delta = new ProfileDelta(Types);
        Compute(delta, Build(Types, 1_000, builder => builder.AddSample(Lock, [1, 10])));
        byte[] good = Build(Types, 4_000, builder =>
        {
            builder.AddSample(Lock, [3, 30]);
            builder.AddSample(Other, [4, 40]);
        });
        byte[] bad = [.. good, .. Wire.Bytes(2, Wire.Packed(1, 99), Wire.Packed(2, 5, 5))];
        (DeltaResult malformed, byte[] nothing) = Compute(delta, bad);
        Assert.Equal(DeltaOutcome.Malformed, malformed.Outcome);
        Assert.Equal("sample[2].location_id[0]", malformed.Error?.Field);
        Assert.Empty(nothing);

        (DeltaResult result, byte[] output) = Compute(delta, good);
        Assert.Equal((DeltaOutcome.Delta, 2, 3_000), (result.Outcome, result.SampleCount, result.SpanNanos));
        Assert.Equal([[2, 20], [4, 40]], Totals.Dump(output).Samples.Select(sample => sample.Values));
    }

    [Fact]
    public void Compute_EmptyProfiles_SendNothingAndCountLaterOnes()
    {
        var delta = new ProfileDelta(Types);
        Assert.Equal(DeltaOutcome.Baseline, Compute(delta, Contention()).Result.Outcome);
        (DeltaResult result, byte[] output) = Compute(delta, Contention());
        Assert.Equal((DeltaOutcome.Delta, 0), (result.Outcome, result.SampleCount));
        Assert.Empty(output);
        Assert.Equal([2, 20], Totals.Dump(Compute(delta, Contention((Lock, 2, 20))).Output).Samples.Single().Values);
    }

    [Fact]
    public void Compute_UnknownFieldsAndSplitValues_AreKept()
    {
        byte[] unknown = Wire.Number(99, 3ul);
        byte[] build(ulong first) => Wire.Join(
            Wire.Bytes(1, Wire.Number(1, 1ul), Wire.Number(2, 2ul)),
            Wire.Bytes(1, Wire.Number(1, 3ul), Wire.Number(2, 2ul)),
            Wire.Number(7, 5ul),
            unknown,
            Wire.Bytes(2, Wire.Number(2, first), Wire.Number(1, 1ul), unknown, Wire.Number(2, 0ul)),
            Wire.Bytes(4, Wire.Number(1, 1ul), Wire.Number(3, 0x10ul)),
            Wire.Number(13, 4ul),
            Wire.Texts("", "contentions", "count", "delay", "remark", "drop", "unused"));
        var delta = new ProfileDelta([new("contentions", "count")]);
        Compute(delta, build(5));
        (DeltaResult result, byte[] output) = Compute(delta, build(9));
        Assert.Equal(1, result.SampleCount);
        Assert.Equal([4, 0], Totals.Dump(output).Samples.Single().Values);
        Assert.Equal(["remark"], Totals.Dump(output).Comments);
        Assert.Equal(2, output.AsSpan().Count(unknown));
        Assert.True(output.AsSpan().IndexOf("unused"u8) > 0, "An unknown field may refer to any string.");
    }

    [Fact]
    public void StateBytes_StacksThatAreGone_AreForgotten()
    {
        var delta = new ProfileDelta(Types);
        long peak = 0;
        for (int round = 0; round < 60; round++)
        {
            // Each round has 1,000 stacks of its own, beside one that stays and keeps the total growing.
            byte[] profile = Contention([(Lock, 1_000_000 * (round + 1), 1), .. Enumerable.Range(0, 1000).Select(i => (Stack((round * 1000) + i), 1L, 1L))]);
            DeltaResult result = Compute(delta, profile).Result;
            Assert.Equal(round == 0 ? DeltaOutcome.Baseline : DeltaOutcome.Delta, result.Outcome);
            Assert.Equal(round == 0 ? 0 : 1001, result.SampleCount);
            peak = Math.Max(peak, delta.StateBytes);
        }

        Assert.InRange(peak, 1000 * 24, 10_000 * 40);
        for (int round = 60; round < 70; round++)
        {
            DeltaResult result = Compute(delta, Contention((Lock, 1_000_000 * (round + 1), 1_000_000 * round))).Result;
            Assert.Equal(DeltaOutcome.Delta, result.Outcome);
        }

        Assert.InRange(delta.StateBytes, 1, 4096);
    }

    [Fact]
    public void StateBytes_StacksBehindThoseThatStay_AreForgotten()
    {
        var delta = new ProfileDelta(Types);
        (Frame[], long, long)[] stay(int round) => [.. Enumerable.Range(0, 10).Select(i => (Stack(i), 100_000L * round, 100_000L * round))];
        Compute(delta, Contention([.. stay(1), .. Enumerable.Range(10, 20_000).Select(i => (Stack(i), 1L, 1L))]));
        Assert.InRange(delta.StateBytes, 20_000 * 24, 20_000 * 40);
        for (int round = 2; round < 10; round++)
        {
            Assert.Equal(DeltaOutcome.Delta, Compute(delta, Contention(stay(round))).Result.Outcome);
        }

        Assert.InRange(delta.StateBytes, 1, 4096);
    }

    [Fact]
    public void StateBytes_OtherStacksInEachScrape_StaysWithinTwiceThoseShown()
    {
        var delta = new ProfileDelta(Types);
        for (int round = 0; round < 12; round++)
        {
            long grown = 100_000L * (round + 1);
            byte[] profile = Contention([(Lock, grown, grown), .. Enumerable.Range(0, 10_000).Select(i => (Stack((round * 10_000) + i), 1L, 1L))]);
            Assert.Equal(round == 0 ? DeltaOutcome.Baseline : DeltaOutcome.Delta, Compute(delta, profile).Result.Outcome);
        }

        Assert.InRange(delta.StateBytes, 10_000 * 24, (21_100 * 27) + 4096);
    }

    [Fact]
    public void Compute_FieldsInTooManyPieces_IsRefused()
    {
        byte[] pieces = [.. Enumerable.Repeat<byte[]>([0x60, 1, 0x48, 1], (1 << 16) + 1).SelectMany(piece => piece)];
        (DeltaResult result, _) = Compute(new ProfileDelta(Types), [.. Contention((Lock, 1, 1)), .. pieces]);
        Assert.Equal(DeltaOutcome.Malformed, result.Outcome);
        Assert.Equal("period", result.Error?.Field);
        Assert.False(ProfileReader.TryRead([.. Contention((Lock, 1, 1)), .. pieces], out _, out PprofError? error));
        Assert.Equal(result.Error, error);
    }

    [Fact]
    public void StateBytes_LargeProfile_IsAtMost40BytesAStack()
    {
        var delta = new ProfileDelta(Types);
        Assert.InRange(delta.StateBytes, 0, 4096);
        (Frame[], long, long)[] samples = [.. Enumerable.Range(0, 5000).Select(i => (Stack(i), 1L + i, 10L))];
        Compute(delta, Contention(samples));
        Assert.InRange(delta.StateBytes, 5000 * 24, (5000 * 40) + 4096);
        Compute(delta, Contention([.. samples, .. Enumerable.Range(5000, 2000).Select(i => (Stack(i), 1L, 1L))]));
        Assert.InRange(delta.StateBytes, 7000 * 24, (7000 * 40) + 4096);
    }

    [Fact]
    public void Compute_ManyStacks_AreAllCompared()
    {
        const int Stacks = 100_000;
        byte[] build(long more) => Build([Types[0]], 0, builder =>
        {
            for (int i = 0; i < Stacks; i++)
            {
                builder.AddSample(Lock, [i + more], new SampleLabel("id", Number: i + 1));
            }
        });
        var delta = new ProfileDelta(Types);
        Compute(delta, build(1));
        (DeltaResult result, byte[] output) = Compute(delta, build(3));
        Assert.Equal(Stacks, result.SampleCount);
        Assert.All(Totals.Dump(output).Samples, sample => Assert.Equal([2], sample.Values));
    }

    // As few bytes an item as possible, and more items than any program has: checked by both alike, before there is memory for them.
    [Theory]
    [InlineData("samples", 2_100_000)]
    [InlineData("mappings", 70_000)]
    [InlineData("locations", 1_050_000)]
    [InlineData("functions", 1_050_000)]
    [InlineData("strings", 2_100_000)]
    [InlineData("comments", 70_000)]
    [InlineData("values", 70_000)]
    public void Compute_TooMany_AreRefusedAsByTheReader(string what, int count)
    {
        byte[] item = what switch
        {
            "samples" => Wire.Bytes(2, Wire.Number(2, 5ul)),
            "mappings" => Wire.Bytes(3),
            "locations" => Wire.Bytes(4),
            "functions" => Wire.Bytes(5),
            "strings" => Wire.Text(6, ""),
            "comments" => Wire.Number(13, 1ul),
            _ => Wire.Bytes(2, Wire.Packed(2, new ulong[200])),
        };
        byte[] columns = Wire.Join([.. Enumerable.Repeat(new HandMade().Types, 199)]);
        byte[] profile = [.. new HandMade { Samples = [] }.Build(), .. what == "values" ? columns : [], .. new byte[item.Length * count]];
        for (int i = 0; i < count; i++)
        {
            item.CopyTo(profile, profile.Length - (item.Length * (i + 1)));
        }

        Assert.False(ProfileReader.TryRead(profile, out _, out PprofError? error));
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        DeltaResult result = Compute(new ProfileDelta(Types), profile).Result;
        Assert.Equal((DeltaOutcome.Malformed, error), (result.Outcome, result.Error));
    }

    [Fact]
    public void Compute_StackGoneForOneScrape_IsRemembered()
    {
        var delta = new ProfileDelta(Types);
        Compute(delta, Contention((Lock, 10, 100), (Other, 10, 100)));
        Compute(delta, Contention((Lock, 30, 300)));
        (_, byte[] output) = Compute(delta, Contention((Lock, 30, 300), (Other, 12, 120)));
        Assert.Equal([2, 20], Totals.Dump(output).Samples.Single().Values);
    }

    private static Frame[] Stack(int number) => [new($"f{number}", "a.go", 1, (ulong)(0x1000 + number)), new("main", "a.go", 9, 0x20)];

    private static byte[] Line(ulong function, ulong line) => Wire.Bytes(4, Wire.Number(1, function), Wire.Number(2, line));

    private static byte[] Contention(params (Frame[] Stack, long Count, long Delay)[] samples) => Build(Types, 0, builder =>
    {
        foreach ((Frame[] stack, long count, long delay) in samples)
        {
            builder.AddSample(stack, [count, delay]);
        }
    });

    private static byte[] Build(SampleType[] types, long timeNanos, Action<ProfileBuilder> fill)
    {
        using var builder = new ProfileBuilder(types);
        fill(builder);
        var output = new ArrayBufferWriter<byte>();
        builder.Write(output, timeNanos, durationNanos: 0);
        return output.WrittenSpan.ToArray();
    }

    private static (DeltaResult Result, byte[] Output) Compute(ProfileDelta delta, byte[] profile, ProfileClock? clock = null)
    {
        var output = new ArrayBufferWriter<byte>();
        DeltaResult result = delta.Compute(profile, output, clock);
        return (result, output.WrittenSpan.ToArray());
    }
}
