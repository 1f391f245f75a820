using System.Buffers;
using Stoker.TestKit.Programs;

namespace Stoker.Pprof.Tests;

/// <summary>What this project reads and writes, as Google's own reader sees it.</summary>
public sealed class GoToolTests
{
    public static TheoryData<string> All => Corpus.All;

    public static TheoryData<string> AllPairs => Corpus.AllPairs;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(All))]
    public async Task Dump_OfEachProfile_IsWhatTheToolReads(string name)
    {
        string raw = await GoPprof.FindOrSkip().RawAsync(Corpus.ReadBody(name), Cancellation);
        byte[] profile = Corpus.Read(name);
        Equal(GoRaw.Samples(raw), GoRaw.Samples(profile));

        ProfileDump dump = Totals.Dump(profile);
        SampleType? periodType = dump.Summary.PeriodType;
        string[] period = [$"PeriodType: {periodType?.Type} {periodType?.Unit}", $"Period: {dump.Summary.Period}"];
        Assert.Equal([.. dump.Comments.Select(comment => "Comment: " + comment), .. period], GoRaw.Header(raw));
        Assert.Equal(dump.Summary.SampleTypes.Select(type => type.ToString()), GoRaw.SampleTypes(raw));
    }

    /// <summary>Names, inlined lines, folded locations, mappings, build ids, comments, labels: the text of the tool has it all.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public async Task Rewritten_WithAnotherTime_IsTheSameToTheTool(string name)
    {
        GoPprof pprof = GoPprof.FindOrSkip();
        string before = await pprof.RawAsync(Corpus.ReadBody(name), Cancellation);
        var stamped = new ArrayBufferWriter<byte>();
        ProfileTime.Write(Corpus.Read(name), 1_700_000_000_000_000_000, stamped);

        string after = await pprof.RawAsync(Corpus.Deflate(stamped.WrittenSpan.ToArray()), Cancellation);
        Assert.Contains("Time: 2023-11-14 22:13:20 +0000 UTC", after, StringComparison.Ordinal);
        Assert.Equal(GoRaw.WithoutTime(before), GoRaw.WithoutTime(after));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Delta_AgainstNothing_IsTheSameToTheTool(string name)
    {
        GoPprof pprof = GoPprof.FindOrSkip();
        byte[] profile = Corpus.Read(name);
        byte[] delta = Delta(Wire.Without(profile, field: 2), profile);

        string before = await pprof.RawAsync(Corpus.ReadBody(name), Cancellation);
        string after = await pprof.RawAsync(Corpus.Deflate(delta), Cancellation);
        Assert.Equal(GoRaw.WithoutTime(before), GoRaw.WithoutTime(after));
        Equal(GoRaw.Samples(after), GoRaw.Samples(delta));
    }

    /// <summary>
    /// The same of profiles that are broken and yet valid. Only two times in one are too much for the tool, which takes them for two
    /// profiles one after the other.
    /// </summary>
    [Fact]
    public async Task Delta_OfMutatedProfiles_IsTheSameToTheTool()
    {
        const int Bodies = 60;
        GoPprof pprof = GoPprof.FindOrSkip();
        byte[][] captured = [Corpus.Read("runtimes/go.mutex.a"), Corpus.Read("runtimes/go.threadcreate")];
        var mutation = new Mutation([.. Described.Profiles.Values, .. captured], seed: 77);
        for (int i = 0; i < Bodies;)
        {
            byte[] profile = mutation.Next();
            if (!ProfileReader.TryRead(profile, out _, out _) || Wire.TopLevel(profile).Count(field => field.Field == 9) > 1)
            {
                continue;
            }

            string before = await pprof.RawAsync(Corpus.Deflate(profile), Cancellation);
            byte[] delta = Delta(Wire.Without(profile, field: 2), profile);
            Assert.True(delta.Length > 0 || GoRaw.Samples(before).Count == 0, $"Body {i}");
            if (delta.Length > 0)
            {
                string after = await pprof.RawAsync(Corpus.Deflate(delta), Cancellation);
                Assert.True(GoRaw.WithoutTime(before) == GoRaw.WithoutTime(after), $"Body {i}:\n{before}\n{after}");
            }

            i++;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Delta_AgainstTheSame_HasOnlyWhatIsNotCumulative(string name)
    {
        byte[] profile = Corpus.Read(name);
        byte[] delta = Delta(profile, profile);
        Dictionary<string, long[]> expected = Instant(GoRaw.Samples(profile), profile);
        Assert.Equal(expected.Count == 0, delta.Length == 0);
        if (delta.Length > 0)
        {
            Equal(expected, GoRaw.Samples(await GoPprof.FindOrSkip().RawAsync(Corpus.Deflate(delta), Cancellation)));
        }
    }

    /// <summary>
    /// Sample by sample: what has grown has grown by what the tool says, what the tool says has fallen or gone is not in the delta, and the
    /// columns that are not cumulative stand as in the second profile.
    /// </summary>
    [Theory]
    [MemberData(nameof(AllPairs))]
    public async Task Delta_OfPair_IsWhatDiffBaseSays(string name)
    {
        GoPprof pprof = GoPprof.FindOrSkip();
        byte[] after = Corpus.Read(name + ".b");
        byte[] delta = Delta(Corpus.Read(name + ".a"), after);
        Dictionary<string, long[]> ours = GoRaw.Samples(await pprof.RawAsync(Corpus.Deflate(delta), Cancellation));
        Dictionary<string, long[]> said = await DiffBaseAsync(pprof, name);
        Dictionary<string, long[]> now = GoRaw.Samples(await pprof.RawAsync(Corpus.ReadBody(name + ".b"), Cancellation));

        IReadOnlyList<SampleType> types = Totals.Dump(after).Summary.SampleTypes;
        for (int column = 0; column < types.Count; column++)
        {
            if (Corpus.DeltaColumns.Contains(types[column]))
            {
                Assert.Equal(Column(said, column, value => value > 0), Column(ours, column, value => value != 0));
                Assert.NotEmpty(Column(ours, column, value => value > 0));
                SortedDictionary<string, long> fallen = Column(said, column, value => value < 0);
                Assert.Empty(fallen.Keys.Intersect(Column(ours, column, value => value != 0).Keys));
            }
            else
            {
                Assert.Equal(Column(now, column, value => value != 0), Column(ours, column, value => value != 0));
            }
        }
    }

    /// <summary>The corpus holds stacks that fall or go while the total grows, or the test above would say nothing about them.</summary>
    [Theory]
    [InlineData("runtimes/rust-jemalloc.heap", 1)]
    [InlineData("described/cpp.contention", 1)]
    [InlineData("described/scattered.mutex", 1)]
    public async Task DiffBase_OfSomePairs_HasStacksThatFell(string name, int column)
    {
        Dictionary<string, long[]> said = await DiffBaseAsync(GoPprof.FindOrSkip(), name);
        Assert.NotEmpty(Column(said, column, value => value < 0));
    }

    [Theory]
    [MemberData(nameof(AllPairs))]
    public async Task Delta_OfPair_ShowsEachColumnInTheTool(string name)
    {
        GoPprof pprof = GoPprof.FindOrSkip();
        byte[] delta = Delta(Corpus.Read(name + ".a"), Corpus.Read(name + ".b"));
        foreach (SampleType type in Totals.Dump(delta).Summary.SampleTypes)
        {
            string top = await pprof.TopAsync(Corpus.Deflate(delta), Cancellation, "-sample_index=" + type.Type);
            Assert.Contains("flat%", top, StringComparison.Ordinal);
        }
    }

    /// <summary>The tool drops frames by the expressions that a profile brings along, and so shows that they have come through.</summary>
    [Fact]
    public async Task Delta_OfAProfileWithDropFrames_KeepsThem()
    {
        GoPprof pprof = GoPprof.FindOrSkip();
        HandMade before = new()
        {
            Locations = Wire.Join(
                Wire.Bytes(4, Wire.Number(1, 1ul), Wire.Number(3, 0x1000ul), Wire.Bytes(4, Wire.Number(1, 2ul))),
                Wire.Bytes(4, Wire.Number(1, 2ul), Wire.Number(3, 0x2000ul), Wire.Bytes(4, Wire.Number(1, 1ul)))),
            Functions = Wire.Join(
                Wire.Bytes(5, Wire.Number(1, 1ul), Wire.Number(2, 4ul)), Wire.Bytes(5, Wire.Number(1, 2ul), Wire.Number(2, 5ul))),
            Strings = Wire.Texts("", "alloc_space", "bytes", "app", "main", "lock"),
        };
        HandMade after = before with { Samples = Wire.Bytes(2, Wire.Packed(1, 1, 2), Wire.Packed(2, 9)), Rest = Wire.Number(7, 5ul) };
        byte[] delta = Delta(before.Build(), after.Build());
        Assert.Equal("1000 lock :0 s=0 < 2000 main :0 s=0 | ", GoRaw.Samples(delta).Single().Key);
        Assert.Equal("2000 main :0 s=0 | ", GoRaw.Samples(await pprof.RawAsync(Corpus.Deflate(delta), Cancellation)).Single().Key);
    }

    [Fact]
    public async Task Built_OpensInTheTool()
    {
        using var builder = new ProfileBuilder([new("samples", "count"), new("cpu", "nanoseconds")], new("cpu", "nanoseconds"), 10_000_000);
        builder.SetMapping("app.dll");
        builder.AddComment("engine: test");
        Frame[] stack = [new("Leaf", "a.cs", 10), new("Main", "a.cs", 3)];
        builder.AddSample(stack, [3, 30_000_000], new SampleLabel("thread", "worker"));
        var built = new ArrayBufferWriter<byte>();
        builder.Write(built, 1_700_000_000_000_000_000, 2_000_000_000);
        string raw = await GoPprof.FindOrSkip().RawAsync(Corpus.Deflate(built.WrittenSpan.ToArray()), Cancellation);
        Assert.Contains("Comment: engine: test", raw, StringComparison.Ordinal);
        Assert.Contains("Duration: 2s", raw, StringComparison.Ordinal);
        Assert.Contains("thread:[worker]", raw, StringComparison.Ordinal);
        Assert.Contains("3   30000000: 1 2", raw, StringComparison.Ordinal);
        Assert.Contains("Leaf a.cs:10", raw, StringComparison.Ordinal);
    }

    private static byte[] Delta(byte[] before, byte[] after)
    {
        var delta = new ProfileDelta(Corpus.DeltaColumns);
        delta.Compute(before, new ArrayBufferWriter<byte>());
        var output = new ArrayBufferWriter<byte>();
        DeltaResult result = delta.Compute(after, output);
        Assert.Equal(DeltaOutcome.Delta, result.Outcome);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The samples with their cumulative columns at zero, and without those that are all zero then.</summary>
    private static Dictionary<string, long[]> Instant(Dictionary<string, long[]> samples, byte[] profile)
    {
        IReadOnlyList<SampleType> types = Totals.Dump(profile).Summary.SampleTypes;
        long[] instant(long[] values) => [.. values.Select((value, i) => Corpus.DeltaColumns.Contains(types[i]) ? 0 : value)];
        return samples
            .Select(sample => KeyValuePair.Create(sample.Key, instant(sample.Value)))
            .Where(sample => sample.Value.Any(value => value != 0))
            .ToDictionary(StringComparer.Ordinal);
    }

    private static async Task<Dictionary<string, long[]>> DiffBaseAsync(GoPprof pprof, string name) =>
        GoRaw.Samples(await pprof.RawDifferenceAsync(Corpus.ReadBody(name + ".a"), Corpus.ReadBody(name + ".b"), Cancellation));

    private static void Equal(Dictionary<string, long[]> expected, Dictionary<string, long[]> actual)
    {
        Assert.NotEmpty(expected);
        Assert.Equal(
            expected.OrderBy(sample => sample.Key, StringComparer.Ordinal), actual.OrderBy(sample => sample.Key, StringComparer.Ordinal));
    }

    private static SortedDictionary<string, long> Column(Dictionary<string, long[]> samples, int column, Predicate<long> isTaken) =>
        new(samples.Where(sample => isTaken(sample.Value[column])).ToDictionary(sample => sample.Key, sample => sample.Value[column]),
            StringComparer.Ordinal);
}
