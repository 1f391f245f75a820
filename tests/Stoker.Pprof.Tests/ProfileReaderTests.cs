using System.Text;

namespace Stoker.Pprof.Tests;

public sealed class ProfileReaderTests
{
    private static readonly byte[] TwoSamples = Wire.Join(
        Wire.Bytes(2, Wire.Packed(1, 1), Wire.Packed(2, 7)), Wire.Bytes(2, Wire.Packed(1, 2, 1), Wire.Packed(2, 8)));

    public static TheoryData<string> All => Corpus.All;

    [Theory]
    [MemberData(nameof(All))]
    public void TryRead_CapturedProfile_IsValid(string name)
    {
        Assert.True(ProfileReader.TryRead(Corpus.Read(name), out ProfileSummary summary, out PprofError? error), error?.ToString());
        Assert.True(summary.SampleCount > 0);
        Assert.True(summary.LocationCount > 0);
        Assert.NotEmpty(summary.SampleTypes);
    }

    [Fact]
    public void TryRead_CapturedHeap_SaysWhatItIs()
    {
        Assert.True(ProfileReader.TryRead(Corpus.Read("prometheus.allocs.a"), out ProfileSummary summary, out _));
        Assert.Equal(["alloc_objects/count", "alloc_space/bytes", "inuse_objects/count", "inuse_space/bytes"], summary.SampleTypes.Select(t => t.ToString()));
        Assert.Equal("space/bytes", summary.PeriodType?.ToString());
        Assert.Equal(524288, summary.Period);
        Assert.Equal((423, 775, 565), (summary.SampleCount, summary.LocationCount, summary.FunctionCount));
    }

    [Fact]
    public void TryRead_HandMade_IsValid()
    {
        Assert.True(ProfileReader.TryRead(new HandMade().Build(), out ProfileSummary summary, out PprofError? error), error?.ToString());
        Assert.Equal((1, 2, 1, 1), (summary.SampleCount, summary.LocationCount, summary.FunctionCount, summary.MappingCount));
        Assert.Equal(1_000_000_000, summary.TimeNanos);
    }

    [Fact]
    public void TryRead_UnpackedSplitAndReordered_IsValid()
    {
        HandMade parts = new();
        byte[] sample = Wire.Bytes(2, Wire.Number(1, 1ul), Wire.Packed(2, 7), Wire.Number(1, 2ul), Wire.Packed(1), Wire.Packed(2, 8));
        byte[] types = Wire.Join(parts.Types, Wire.Bytes(1, Wire.Number(1, 1ul)));
        byte[] reordered = Wire.Join(parts.Rest, parts.Strings, parts.Functions, parts.Locations, sample, parts.Mappings, types);
        Assert.True(ProfileReader.TryRead(reordered, out _, out PprofError? error), error?.ToString());
    }

    [Fact]
    public void TryRead_UnknownFields_AreAccepted()
    {
        byte[] unknown = Wire.Join(Wire.Number(99, 5ul), Wire.Text(100, "later"), [0xA1, 0x06, 1, 2, 3, 4, 5, 6, 7, 8], [0xA5, 0x06, 1, 2, 3, 4]);
        HandMade parts = new() { Rest = unknown, Samples = Wire.Bytes(2, unknown, Wire.Packed(1, 1), unknown, Wire.Number(2, 7ul), unknown) };
        Assert.True(ProfileReader.TryRead(parts.Build(), out _, out PprofError? error), error?.ToString());
    }

    [Fact]
    public void TryRead_IdsNotFromOne_AreResolved()
    {
        byte[] locations = Wire.Join([.. new ulong[] { 700, 3, ulong.MaxValue }.Select(id => Wire.Bytes(4, Wire.Number(1, id)))]);
        byte[] sample = Wire.Bytes(2, Wire.Packed(1, ulong.MaxValue, 3, 700), Wire.Packed(2, 7));
        Assert.True(ProfileReader.TryRead(new HandMade { Locations = locations, Samples = sample }.Build(), out _, out PprofError? error), error?.ToString());
    }

    [Fact]
    public void TryRead_DeepStackAndManySamples_IsValid()
    {
        byte[] deep = Wire.Bytes(2, Wire.Packed(1, [.. Enumerable.Repeat(1ul, 5000)]), Wire.Packed(2, 7));
        byte[] samples = Wire.Join([.. Enumerable.Repeat(deep, 20).Concat(Enumerable.Repeat(new HandMade().Samples, 20_000))]);
        Assert.True(ProfileReader.TryRead(new HandMade { Samples = samples }.Build(), out ProfileSummary summary, out PprofError? error), error?.ToString());
        Assert.Equal(20_020, summary.SampleCount);
    }

    // Short strings are checked together, so one that ends within a character must not be completed by what follows, nor a long one be taken
    // for a part of its neighbours.
    [Theory]
    [InlineData(new byte[] { 0x32 }, false)]
    [InlineData(new byte[] { 0xB2, 0x00 }, false)]
    [InlineData(new byte[] { 0x32 }, true)]
    public void TryRead_StringsOfAnyLength_AreCheckedEach(byte[] tag, bool isWide)
    {
        int[] lengths = [1, 126, 127, 128, 129, 2, 3, 300, 1, 16_400, 5];
        byte[][] strings = [.. lengths.Select(length => Encoding.UTF8.GetBytes(new string('a', length % 2) + new string('é', length / 2)))];
        byte[] wide(int length) => [(byte)(length | 0x80), (byte)((length >> 7) | 0x80), (byte)(length >> 14)];
        byte[] field(byte[] text) => [.. tag, .. isWide ? wide(text.Length) : Wire.Varint((ulong)text.Length), .. text];
        byte[] build() => [.. new HandMade().Build(), .. Wire.Join([.. strings.Select(field)]), .. Wire.Number(10, 5ul)];
        Assert.True(ProfileReader.TryRead(build(), out _, out PprofError? error), error?.ToString());
        for (int i = 0; i < strings.Length; i++)
        {
            byte last = strings[i][^1];
            strings[i][^1] = 0xC3;
            Assert.False(ProfileReader.TryRead(build(), out _, out error));
            Assert.Equal(("The string is not UTF-8", $"string_table[{5 + i}]"), (error.Message, error.Field));
            strings[i][^1] = last;
        }
    }

    [Fact]
    public void TryRead_NegativeValue_IsValid()
    {
        byte[] sample = Wire.Bytes(2, Wire.Packed(1, 1), Wire.Packed(2, unchecked((ulong)-5)));
        Assert.True(ProfileReader.TryRead(new HandMade { Samples = sample }.Build(), out _, out PprofError? error), error?.ToString());
    }

    public static TheoryData<string, byte[], string> Faults()
    {
        HandMade good = new();
        byte[] locationOf(params byte[][] fields) => Wire.Join(good.Locations, Wire.Bytes(4, [Wire.Number(1, 3ul), .. fields]));
        byte[] sampleOf(params byte[][] fields) => Wire.Join(TwoSamples, Wire.Bytes(2, fields));
        return new TheoryData<string, byte[], string>
        {
            { "profile", [], "sample_type" },
            { "no strings", (good with { Types = Wire.Bytes(1), Strings = [], Functions = [], Locations = [], Mappings = [], Samples = [] }).Build(), "string_table" },
            { "first string", (good with { Strings = Wire.Join(Wire.Text(6, "x"), good.Strings) }).Build(), "string_table[0]" },
            { "utf-8", (good with { Rest = Wire.Bytes(6, [0x61, 0xFF]) }).Build(), "string_table[5]" },
            { "utf-8 cut", (good with { Rest = Wire.Bytes(6, [0xE2, 0x82]) }).Build(), "string_table[5]" },
            { "no type", (good with { Types = [] }).Build(), "sample_type" },
            { "type string", (good with { Types = Wire.Join(good.Types, Wire.Bytes(1, Wire.Number(2, 5ul))) }).Build(), "sample_type[1].unit" },
            { "type as number", (good with { Types = Wire.Number(1, 1ul) }).Build(), "sample_type[0]" },
            { "sample as number", (good with { Samples = Wire.Number(2, 1ul) }).Build(), "sample" },
            { "string as number", (good with { Rest = Wire.Number(6, 1ul) }).Build(), "string_table" },
            { "location fixed", (good with { Rest = [0x25, 1, 2, 3, 4] }).Build(), "location" },
            { "period string", (good with { Rest = Wire.Bytes(11, Wire.Number(1, 77ul)) }).Build(), "period_type.type" },
            { "period type", (good with { Rest = Wire.Bytes(11, Wire.Text(1, "x")) }).Build(), "period_type.type" },
            { "default type", (good with { Rest = Wire.Number(14, 9ul) }).Build(), "default_sample_type" },
            { "negative index", (good with { Rest = Wire.Number(7, ulong.MaxValue) }).Build(), "drop_frames" },
            { "time as text", (good with { Rest = Wire.Text(9, "now") }).Build(), "time_nanos" },
            { "comment", (good with { Rest = Wire.Packed(13, 1, 9) }).Build(), "comment[1]" },
            { "mapping id", (good with { Mappings = Wire.Bytes(3, Wire.Number(5, 3ul)) }).Build(), "mapping[0].id" },
            { "mapping twice", (good with { Mappings = Wire.Join(good.Mappings, good.Mappings) }).Build(), "mapping[1].id" },
            { "mapping file", (good with { Mappings = Wire.Bytes(3, Wire.Number(1, 1ul), Wire.Number(5, 30ul)) }).Build(), "mapping[0].filename" },
            { "build id", (good with { Mappings = Wire.Bytes(3, Wire.Number(1, 1ul), Wire.Number(6, 30ul)) }).Build(), "mapping[0].build_id" },
            { "function id", (good with { Functions = Wire.Join(good.Functions, Wire.Bytes(5)) }).Build(), "function[1].id" },
            { "function twice", (good with { Functions = Wire.Join(good.Functions, good.Functions) }).Build(), "function[1].id" },
            { "function name", (good with { Functions = Wire.Bytes(5, Wire.Number(1, 1ul), Wire.Number(3, 5ul)) }).Build(), "function[0].system_name" },
            { "location id", (good with { Locations = Wire.Join(good.Locations, Wire.Bytes(4, Wire.Number(3, 5ul))) }).Build(), "location[2].id" },
            { "location twice", (good with { Locations = Wire.Join(good.Locations, Wire.Bytes(4, Wire.Number(1, 2ul))) }).Build(), "location[2].id" },
            { "no mapping", (good with { Locations = locationOf(Wire.Number(2, 9ul)) }).Build(), "location[2].mapping_id" },
            { "no function", (good with { Locations = locationOf(Wire.Bytes(4, Wire.Number(1, 9ul))) }).Build(), "location[2].line[0].function_id" },
            { "line without function", (good with { Locations = locationOf(Wire.Bytes(4, Wire.Number(2, 9ul))) }).Build(), "location[2].line[0].function_id" },
            { "line as number", (good with { Locations = locationOf(Wire.Number(4, 1ul)) }).Build(), "location[2].line" },
            { "address as text", (good with { Locations = locationOf(Wire.Text(3, "0x1")) }).Build(), "location[2].address" },
            { "location 0", (good with { Samples = sampleOf(Wire.Packed(1, 1, 2, 1, 0), Wire.Packed(2, 7)) }).Build(), "sample[2].location_id[3]" },
            { "no location", (good with { Samples = sampleOf(Wire.Number(1, 1ul), Wire.Number(1, 3ul), Wire.Packed(2, 7)) }).Build(), "sample[2].location_id[1]" },
            { "no values", (good with { Samples = sampleOf(Wire.Packed(1, 1)) }).Build(), "sample[2].value" },
            { "empty sample", (good with { Samples = sampleOf() }).Build(), "sample[2].value" },
            { "many values", (good with { Samples = sampleOf(Wire.Packed(1, 1), Wire.Packed(2, 7, 8)) }).Build(), "sample[2].value" },
            { "value as double", (good with { Samples = sampleOf([0x11, 1, 2, 3, 4, 5, 6, 7, 8]) }).Build(), "sample[2].value" },
            { "long varint", (good with { Samples = sampleOf([0x10, .. Enumerable.Repeat((byte)0x80, 10), 1]) }).Build(), "sample[2].value[0]" },
            { "overflow", (good with { Samples = sampleOf([0x10, .. Enumerable.Repeat((byte)0xFF, 9), 2]) }).Build(), "sample[2].value[0]" },
            { "packed cut", (good with { Samples = sampleOf([0x0A, 2, 1, 0x80]) }).Build(), "sample[2].location_id[1]" },
            { "label key", (good with { Samples = sampleOf(Wire.Packed(2, 7), Wire.Bytes(3, Wire.Number(1, 5ul))) }).Build(), "sample[2].label[0].key" },
            { "label unit", (good with { Samples = sampleOf(Wire.Packed(2, 7), Wire.Bytes(3), Wire.Bytes(3, Wire.Number(4, 5ul))) }).Build(), "sample[2].label[1].num_unit" },
            { "label as number", (good with { Samples = sampleOf(Wire.Packed(2, 7), Wire.Number(3, 1ul)) }).Build(), "sample[2].label" },
            { "length", (good with { Rest = [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0x07] }).Build(), "sample[1]" },
            { "huge length", (good with { Rest = [0x32, .. Enumerable.Repeat((byte)0xFF, 9), 1] }).Build(), "string_table[5]" },
            { "field 0", (good with { Rest = [0x00, 0x00] }).Build(), "profile" },
            { "group", (good with { Rest = [0x83, 0x06] }).Build(), "profile" },
            { "html", "<!DOCTYPE html><html>"u8.ToArray(), "drop_frames" },
        };
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void TryRead_Fault_IsNamed(string what, byte[] profile, string field)
    {
        Assert.NotEmpty(what);
        Assert.False(ProfileReader.TryRead(profile, out ProfileSummary summary, out PprofError? error));
        Assert.Equal(field, error.Field);
        Assert.InRange(error.Offset, 0, profile.Length);
        Assert.NotEmpty(error.Message);
        Assert.Empty(summary.SampleTypes);
    }

    [Fact]
    public void TryRead_Fault_HasItsOffset()
    {
        HandMade good = new();
        byte[] bad = [.. good.Types, .. Wire.Bytes(2, Wire.Packed(1, 1, 9), Wire.Packed(2, 7)), .. (good with { Types = [], Samples = [] }).Build()];
        Assert.False(ProfileReader.TryRead(bad, out _, out PprofError? error));
        Assert.Equal(good.Types.Length + 5, error.Offset);
        Assert.Equal($"The profile has no location 9 (byte {good.Types.Length + 5}, sample[0].location_id[1])", error.ToString());
    }
}
