namespace Stoker.Pprof.Tests;

/// <summary>What is the same in two profiles and what is not, with profiles made by hand.</summary>
public sealed class ProfileMergeTests
{
    private static readonly byte[] Strings = Wire.Texts(
        "", "cpu", "nanoseconds", "app", "main", "id-1", "lib", "key", "one", "two", "bytes");

    private const ulong App = 3, Main = 4, BuildId = 5, Lib = 6, Key = 7, One = 8, Two = 9, Bytes = 10;

    [Fact]
    public void Merge_MappingsWithoutALimit_AreMovedToo()
    {
        byte[] At(ulong start) => (new HandMade()
        {
            Samples = Wire.Bytes(2, Wire.Packed(1, 1), Wire.Packed(2, 7)),
            Mappings = Wire.Bytes(3, Wire.Number(1, 1ul), Wire.Number(2, start), Wire.Number(5, 3ul)),
            Locations = Wire.Bytes(4, Wire.Number(1, 1ul), Wire.Number(2, 1ul), Wire.Number(3, start + 0x100)),
        }).Build();
        ProfileSample sample = Totals.Dump(Merged.Of(At(0x10000), At(0x10010))).Samples.Single();
        Assert.Equal((0x10100ul, 14L), (sample.LeafFirst.Single().Address, sample.Values[0]));
    }

    [Fact]
    public void Merge_SameStackUnderOtherIdsAndStrings_IsOneSample()
    {
        byte[] first = Profile(
            Sample([1, 2]), Mapping(1), Location(1, 1, 0x10, (1, 5)), Location(2, 1, 0x20, (1, 6)), Function(1, Main));
        byte[] second = Wire.Join(
            Wire.Texts("", "main", "x", "app", "nanoseconds", "cpu"),
            Wire.Bytes(5, Wire.Number(1, 90ul), Wire.Number(2, 1ul)),
            Wire.Bytes(4, Wire.Number(1, 8ul), Wire.Number(2, 70ul), Wire.Number(3, 0x20ul), Line(90, 6)),
            Wire.Bytes(4, Wire.Number(1, 4ul), Wire.Number(2, 70ul), Wire.Number(3, 0x10ul), Line(90, 5)),
            Wire.Bytes(3, Wire.Number(1, 70ul), Wire.Number(5, 3ul)),
            Wire.Bytes(2, Wire.Number(1, 4ul), Wire.Number(1, 8ul), Wire.Number(2, 5ul)),
            Wire.Bytes(1, Wire.Number(1, 5ul), Wire.Number(2, 4ul)));
        ProfileDump dump = Totals.Dump(Merged.Of(first, second));
        ProfileSample sample = Assert.Single(dump.Samples);
        Assert.Equal([12], sample.Values);
        Assert.Equal([new Frame("main", "", 5, 0x10), new Frame("main", "", 6, 0x20)], sample.LeafFirst);
        Assert.Equal((2, 1, 1), (dump.Summary.LocationCount, dump.Summary.FunctionCount, dump.Summary.MappingCount));
    }

    [Fact]
    public void Merge_FunctionsThatDifferInOneField_StayApart()
    {
        byte[][] functions =
        [
            Function(1, Main), Function(1, App), Function(1, Main, systemName: App), Function(1, Main, file: App),
            Function(1, Main, startLine: 4),
        ];
        Assert.Equal(5, Count(functions.Select(function => Profile(Sample([1]), Mapping(1), Location(1, 1, 0, (1, 5)), function))));
    }

    [Fact]
    public void Merge_LocationsThatDifferInOneField_StayApart()
    {
        byte[][] locations =
        [
            Location(1, 1, 0x10, (1, 5)), Location(1, 0, 0x10, (1, 5)), Location(1, 1, 0x11, (1, 5)), Location(1, 1, 0, (1, 5)),
            Location(1, 1, 0x10), Location(1, 1, 0x10, (1, 6)), Location(1, 1, 0x10, (1, 5), (1, 5)),
            // Folded, and with a column.
            Wire.Bytes(4, Wire.Number(1, 1ul), Wire.Number(2, 1ul), Wire.Number(3, 0x10ul), Line(1, 5), Wire.Number(5, 1ul)),
            Wire.Bytes(4, Wire.Number(1, 1ul), Wire.Number(2, 1ul), Wire.Number(3, 0x10ul), Line(1, 5, column: 2)),
        ];
        Assert.Equal(locations.Length, Count(locations.Select(location => Profile(Sample([1]), Mapping(1), location, Function(1, Main)))));
    }

    [Fact]
    public void Merge_SameAddressInTwoMappings_StaysApart()
    {
        byte[] two = Profile(
            Wire.Join(Sample([1]), Sample([2])), Mapping(1), Mapping(2, file: Lib), Location(1, 1, 0x10), Location(2, 2, 0x10));
        ProfileDump dump = Totals.Dump(Merged.Of(two, two));
        Assert.Equal([[14], [14]], dump.Samples.Select(sample => sample.Values));
        Assert.Equal((2, 2), (dump.Summary.LocationCount, dump.Summary.MappingCount));
    }

    [Fact]
    public void Merge_SameBuildElsewhereInMemory_IsOneLocationAtTheFirstAddress()
    {
        byte[] first = Profile(Sample([1]), Mapping(1, start: 0x40_0000, limit: 0x50_0000, buildId: BuildId), Location(1, 1, 0x40_1234));
        byte[] second = Profile(
            Sample([1]), Mapping(1, start: 0x70_0000, limit: 0x80_0000, file: Lib, buildId: BuildId), Location(1, 1, 0x70_1234));
        Frame frame = Assert.Single(Assert.Single(Totals.Dump(Merged.Of(first, second)).Samples).LeafFirst);
        Assert.Equal(0x40_1234ul, frame.Address);
    }

    [Fact]
    public void Merge_MappingsThatDiffer_StayApartAndPagesDoNotCount()
    {
        byte[][] mappings =
        [
            Mapping(1, 0x1000, 0x3000), Mapping(1, 0x1000, 0x4000), Mapping(1, 0x1000, 0x3000, offset: 0x1000),
            Mapping(1, 0x1000, 0x3000, file: Lib), Mapping(1, 0x1000, 0x3000, buildId: BuildId),
        ];
        IEnumerable<byte[]> profiles = [.. mappings.Select(mapping => Profile(Sample([1]), mapping, Location(1, 1, 0x1500)))];
        Assert.Equal(5, Totals.Dump(Merged.Of(profiles)).Summary.MappingCount);
        byte[] within = Profile(Sample([1]), Mapping(1, 0x1000, 0x2FF0), Location(1, 1, 0x1500));
        Assert.Equal(5, Totals.Dump(Merged.Of([.. profiles, within])).Summary.MappingCount);
    }

    [Fact]
    public void Merge_AddressOutsideItsMappingOrMissing_IsNotMoved()
    {
        byte[] At(ulong start) => Profile(
            Wire.Join(Sample([1]), Sample([2])),
            Mapping(1, start, start + 0x10_0000),
            Location(1, 1, 0x10),
            Location(2, 1, 0, (1, 5)),
            Function(1, Main));
        byte[] first = At(0x40_0000);
        byte[] second = At(0x70_0000);
        ProfileDump dump = Totals.Dump(Merged.Of(first, second));
        Assert.Equal([0x10ul, 0ul], dump.Samples.Select(sample => sample.LeafFirst.Single().Address));
        Assert.Equal([[14], [14]], dump.Samples.Select(sample => sample.Values));

        byte[] atZero = Profile(Sample([1]), Mapping(1, 0, 0x10_0000), Location(1, 1, 0, (1, 5)), Function(1, Main));
        ProfileSample both = Assert.Single(Totals.Dump(Merged.Of(first, atZero)).Samples, sample => sample.Values[0] == 14);
        Assert.Equal(0ul, both.LeafFirst.Single().Address);
    }

    [Fact]
    public void Merge_MappingKeepsTheFirstFileAndHasWhatAllHave()
    {
        byte[] first = Profile(Sample([1]), Mapping(1, buildId: BuildId, has: [7, 8]), Location(1, 1, 0x10));
        byte[] second = Profile(Sample([1]), Mapping(1, file: Lib, buildId: BuildId, has: [8, 9, 10]), Location(1, 1, 0x10));
        byte[] merged = Merged.Of(first, second);
        byte[] expected = Mapping(1, file: 4, buildId: 3, has: [8]);
        byte[] unused = Profile([], Mapping(1, buildId: BuildId));
        Assert.True(merged.AsSpan().IndexOf(expected) > 0, Convert.ToHexString(merged));
        Assert.True(merged.AsSpan().EndsWith(Wire.Texts("id-1", "app")), Convert.ToHexString(merged));

        // A profile without samples, which comes from a runtime that has had nothing to look up, knows nothing.
        Assert.Equal(merged, Merged.Of(unused, first, second));
        Assert.Equal(merged, Merged.Of(first, unused, second));
    }

    [Fact]
    public void Merge_LabelsInOtherOrder_AreTheSame()
    {
        byte[] one = Label(Key, One);
        byte[] two = Label(Key, Two);
        byte[] number = Label(Bytes, number: 512, unit: Bytes);
        ProfileDump dump = Totals.Dump(Merged.Of(WithLabels(one, two, number), WithLabels(number, two, one)));
        ProfileSample sample = Assert.Single(dump.Samples);
        Assert.Equal([14], sample.Values);
        SampleLabel[] expected = [new("key", "one"), new("key", "two"), new("bytes", Number: 512, Unit: "bytes")];
        Assert.Equivalent(expected, sample.Labels, strict: true);
    }

    [Fact]
    public void Merge_LabelsThatDifferInOneField_StayApart()
    {
        byte[][] labels =
        [
            [], Label(), Label(Key), Label(Key, One), Label(Key, Two), Label(Key, number: 8), Label(Key, number: 9),
            Label(Key, number: 8, unit: Bytes), Wire.Join(Label(Key), Label(Key)),
        ];
        Assert.Equal(labels.Length, Count(labels.Select(label => WithLabels(label))));
    }

    [Fact]
    public void Merge_ManyStacks_NeverTakesTwoForOne()
    {
        // So many that some of them share 32 bits of any hash.
        const int Count = 400_000;
        ulong[] ids = [.. Enumerable.Range(1, 1000).Select(id => (ulong)id)];
        byte[] samples = Wire.Join([.. Enumerable.Range(0, Count).Select(i => Sample([ids[i % 1000], ids[i / 1000]]))]);
        byte[] profile = Profile(samples, Wire.Join([.. ids.Select(id => Location(id, 0, id))]));
        using var merge = new ProfileMerge();
        Assert.True(merge.TryAdd(profile, out _));
        Assert.Equal(Count, merge.SampleCount);
        Assert.True(merge.TryAdd(profile, out _));
        Assert.Equal(Count, merge.SampleCount);
        Assert.All(Totals.Dump(Merged.Write(merge)).Samples, sample => Assert.Equal(14, sample.Values[0]));
    }

    [Fact]
    public void Merge_SumsBeyond64Bits_AreWrittenAtTheBound()
    {
        byte[] most = Value(long.MaxValue);
        byte[] least = Value(long.MinValue);
        Assert.Equal([long.MaxValue], Values(most, most));
        Assert.Equal([long.MaxValue], Values(most, Value(1)));
        Assert.Equal([long.MinValue], Values(least, Value(-1)));
        Assert.Equal([long.MinValue], Values(least, least, least));

        // What was beyond the bound is not forgotten, so the order does not count.
        Assert.Equal([long.MaxValue - 2], Values(most, Value(3), Value(-5)));
        Assert.Equal([-3], Values(most, most, least, least, Value(-1)));
        Assert.Equal([long.MinValue + 4], Values(least, Value(-1), Value(5)));
    }

    [Fact]
    public void Merge_OfNothingButZeros_HasNeitherSamplesNorWhatTheyUsed()
    {
        byte[] With(ulong value) => Profile(
            Sample([1], value), Mapping(1), Mapping(2, file: Lib), Location(1, 2, 0x10, (1, 5)), Function(1, Main));
        byte[] more = With(7);
        byte[] less = With(ulong.MaxValue - 6);
        byte[] none = Profile(Sample([1], 0), Mapping(1), Location(1, 1, 0x10));
        byte[] merged = Merged.Of(more, less);
        ProfileSummary summary = Totals.Dump(merged).Summary;
        Assert.Equal((0, 0, 0, 1), (summary.SampleCount, summary.LocationCount, summary.FunctionCount, summary.MappingCount));
        Assert.Equal(-1, merged.AsSpan().IndexOf("main"u8));
        Assert.Equal(merged, Merged.Of(none));
        using var merge = new ProfileMerge();
        Assert.True(merge.TryAdd(none, out _));
        Assert.Equal(0, merge.SampleCount);
    }

    [Fact]
    public void Merge_UnknownFields_AreDropped()
    {
        byte[] unknown = Wire.Number(90, 77ul);
        byte[] sample = Wire.Bytes(2, unknown, Wire.Packed(1, 1), Wire.Packed(2, 7), Wire.Bytes(3, Wire.Number(1, Key), unknown));
        byte[] profile = Wire.Join(unknown, Profile(sample, Mapping(1), Wire.Bytes(4, Wire.Number(1, 1ul), unknown)));
        Assert.Equal(-1, Merged.Of(profile).AsSpan().IndexOf(unknown));
    }

    private static IReadOnlyList<long> Values(params byte[][] profiles) => Assert.Single(Totals.Dump(Merged.Of(profiles)).Samples).Values;

    private static int Count(IEnumerable<byte[]> profiles)
    {
        byte[] merged = Merged.Of([.. profiles, .. profiles]);
        Assert.All(Totals.Dump(merged).Samples, sample => Assert.Equal([14], sample.Values));
        return Totals.Dump(merged).Samples.Count;
    }

    private static byte[] Profile(byte[] samples, params byte[][] tables) =>
        Wire.Join([Wire.Bytes(1, Wire.Number(1, 1ul), Wire.Number(2, 2ul)), samples, .. tables, Strings]);

    private static byte[] Sample(ulong[] locations, ulong value = 7) => Wire.Bytes(2, Wire.Packed(1, locations), Wire.Packed(2, value));

    private static byte[] Value(long value) => Profile(Sample([1], (ulong)value), Location(1, 0, 0x10));

    private static byte[] WithLabels(params byte[][] labels) =>
        Profile(Wire.Bytes(2, [Wire.Packed(1, 1), .. labels, Wire.Packed(2, 7)]), Location(1, 0, 0x10));

    private static byte[] Mapping(
        ulong id, ulong start = 0, ulong limit = 0, ulong offset = 0, ulong file = App, ulong buildId = 0, int[]? has = null) =>
        Wire.Bytes(
            3,
            [
                Wire.Number(1, id), Optional(2, start), Optional(3, limit), Optional(4, offset), Optional(5, file), Optional(6, buildId),
                .. (has ?? []).Select(field => Wire.Number(field, 1ul)),
            ]);

    private static byte[] Location(ulong id, ulong mapping, ulong address, params (ulong Function, ulong Line)[] lines) =>
        Wire.Bytes(
            4, [Wire.Number(1, id), Optional(2, mapping), Optional(3, address), .. lines.Select(line => Line(line.Function, line.Line))]);

    private static byte[] Label(ulong key = 0, ulong text = 0, ulong number = 0, ulong unit = 0) =>
        Wire.Bytes(3, Optional(1, key), Optional(2, text), Optional(3, number), Optional(4, unit));

    private static byte[] Line(ulong function, ulong line, ulong column = 0) =>
        Wire.Bytes(4, Wire.Number(1, function), Wire.Number(2, line), Optional(3, column));

    private static byte[] Function(ulong id, ulong name, ulong systemName = 0, ulong file = 0, ulong startLine = 0) =>
        Wire.Bytes(5, Wire.Number(1, id), Wire.Number(2, name), Optional(3, systemName), Optional(4, file), Optional(5, startLine));

    private static byte[] Optional(int field, ulong value) => value == 0 ? [] : Wire.Number(field, value);
}
