using System.Buffers;

namespace Stoker.Pprof.Tests;

/// <summary>A merge has no more of anything than a profile may have, so what it writes can be read and merged again.</summary>
public sealed class ProfileMergeLimitTests
{
    // For what each profile has besides, such as the names of its sample types.
    private const int Margin = 1024;

    // Three profiles of a kind have together more than one may have.
    public static TheoryData<string> Kinds => ["samples", "values", "mappings", "locations", "lines", "functions", "strings", "comments"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TryAdd_TogetherMoreThanAProfileMayHave_IsRefusedAndChangesNothing(string kind)
    {
        int limit = LimitOf(kind);
        using var merge = new ProfileMerge();
        Add(merge, Build(kind, first: 0, count: limit / 8 * 5));
        Add(merge, Build(kind, first: limit / 8 * 5, count: limit / 8 * 2));
        (long held, int samples) = (merge.HeldBytes, merge.SampleCount);
        Assert.False(merge.TryAdd(Build(kind, first: limit / 8 * 6, count: (limit / 8 * 2) + Margin), out PprofError? error));
        Assert.Equal($"The merge would have more than {limit} {kind}, more than a profile may have", error.Message);
        Assert.Equal((held, samples, 2), (merge.HeldBytes, merge.SampleCount, merge.ProfileCount));

        Add(merge, Build(kind, first: limit / 8 * 6, count: (limit / 8 * 2) - Margin));
        Merged.Write(merge);
    }

    [Fact]
    public void Write_SumOfManyRemarksIsZero_IsMergedAnew()
    {
        using var merge = new ProfileMerge();
        Add(merge, Remarks(first: 0, 40_000, value: 7));
        Assert.False(merge.TryAdd(Remarks(first: 40_000, 40_000, value: -7), out _));
        Add(merge, Remarks(first: 30_000, 35_000, value: -7));
        ProfileDump dump = Totals.Dump(Merged.Write(merge));
        Assert.Equal((65_000, 0), (dump.Comments.Count, dump.Samples.Count));
    }

    private static int LimitOf(string kind) => kind switch
    {
        "strings" => 1 << 21,
        "values" or "lines" => 1 << 22,
        "samples" or "locations" or "functions" => 1 << 20,
        _ => 1 << 16,
    };

    private static byte[] Build(string kind, int first, int count) => kind switch
    {
        "samples" => Stacks(columns: 1, first, count),
        "values" => Stacks(columns: 256, first / 256, count / 256),
        "mappings" => Locations(first, count, haveMappings: true),
        "locations" => Locations(first, count, haveMappings: false),
        "lines" => Lines(first / 1024, count / 1024),
        "functions" => Functions(first, count),
        "strings" => Labels(first, count),
        _ => Remarks(first, count, value: 1),
    };

    /// <summary>Stacks that differ in the number of a label.</summary>
    private static byte[] Stacks(int columns, int first, int count)
    {
        byte[] types = [.. Enumerable.Repeat(Wire.Bytes(1, Wire.Number(1, 1ul)), columns).SelectMany(type => type)];
        byte[] values = Wire.Packed(2, [.. Enumerable.Repeat(1ul, columns)]);
        byte[] samples = Repeat(first, count, number =>
            Wire.Bytes(2, values, Wire.Bytes(3, Wire.Number(1, 1ul), Wire.Number(3, (ulong)number))));
        return [.. types, .. samples, .. Wire.Texts("", "n")];
    }

    /// <summary>Stacks of a thousand locations with different addresses, each in a mapping of its own or in none.</summary>
    private static byte[] Locations(int first, int count, bool haveMappings)
    {
        byte[] stacks = Repeat(0, (count + 999) / 1000, part => Wire.Bytes(
            2,
            Wire.Packed(1, [.. Enumerable.Range((part * 1000) + 1, Math.Min(1000, count - (part * 1000))).Select(id => (ulong)id)]),
            Wire.Number(2, 1ul)));
        byte[] mappings = !haveMappings ? [] : Repeat(first, count, number =>
            Wire.Bytes(3, Wire.Number(1, (ulong)(number - first) + 1), Wire.Number(4, (ulong)number << 12)));
        byte[] locations = Repeat(first, count, number =>
        {
            ulong id = (ulong)(number - first) + 1;
            return Wire.Bytes(4, Wire.Number(1, id), haveMappings ? Wire.Number(2, id) : [], Wire.Number(3, (ulong)number + 1));
        });
        return [.. Wire.Bytes(1, Wire.Number(1, 1ul)), .. stacks, .. mappings, .. locations, .. Wire.Texts("", "n")];
    }

    /// <summary>Locations of 1024 lines each.</summary>
    private static byte[] Lines(int first, int count)
    {
        byte[] stack = Wire.Bytes(2, Wire.Packed(1, [.. Enumerable.Range(1, count).Select(id => (ulong)id)]), Wire.Number(2, 1ul));
        byte[] lines = Repeat(0, 1024, _ => Wire.Bytes(4, Wire.Number(1, 1ul)));
        byte[] locations = Repeat(first, count, number =>
            Wire.Bytes(4, Wire.Number(1, (ulong)(number - first) + 1), Wire.Number(3, (ulong)number + 1), lines));
        byte[] function = Wire.Bytes(5, Wire.Number(1, 1ul), Wire.Number(2, 1ul));
        return [.. Wire.Bytes(1, Wire.Number(1, 1ul)), .. stack, .. locations, .. function, .. Wire.Texts("", "n")];
    }

    /// <summary>Locations with a thousand inlined functions each, which differ in the line where they begin.</summary>
    private static byte[] Functions(int first, int count)
    {
        int parts = (count + 999) / 1000;
        byte[] stack = Wire.Bytes(2, Wire.Packed(1, [.. Enumerable.Range(1, parts).Select(id => (ulong)id)]), Wire.Number(2, 1ul));
        byte[] locations = Repeat(0, parts, part => Wire.Bytes(
            4,
            [
                Wire.Number(1, (ulong)part + 1),
                .. Enumerable.Range((part * 1000) + 1, Math.Min(1000, count - (part * 1000)))
                    .Select(function => Wire.Bytes(4, Wire.Number(1, (ulong)function))),
            ]));
        byte[] functions = Repeat(first, count, number =>
            Wire.Bytes(5, Wire.Number(1, (ulong)(number - first) + 1), Wire.Number(5, (ulong)number)));
        return [.. Wire.Bytes(1, Wire.Number(1, 1ul)), .. stack, .. locations, .. functions, .. Wire.Texts("", "n")];
    }

    /// <summary>Samples of a thousand labels with different texts.</summary>
    private static byte[] Labels(int first, int count)
    {
        byte[] samples = Repeat(0, (count + 999) / 1000, part => Wire.Bytes(
            2,
            [
                Wire.Number(2, 1ul),
                .. Enumerable.Range((part * 1000) + 2, Math.Min(1000, count - (part * 1000)))
                    .Select(text => Wire.Bytes(3, Wire.Number(1, 1ul), Wire.Number(2, (ulong)text))),
            ]));
        return [.. Wire.Bytes(1, Wire.Number(1, 1ul)), .. samples, .. Wire.Texts("", "n"), .. Texts(first, count)];
    }

    private static byte[] Remarks(int first, int count, long value) =>
    [
        .. Wire.Bytes(1, Wire.Number(1, 1ul)), .. Wire.Bytes(2, Wire.Number(2, value)), .. Wire.Texts("", "n"), .. Texts(first, count),
        .. Wire.Packed(13, [.. Enumerable.Range(2, count).Select(text => (ulong)text)]),
    ];

    private static byte[] Texts(int first, int count) => Repeat(first, count, number => Wire.Text(6, $"{number:x}"));

    // A buffer and not Wire.Join, because these are up to two million.
    private static byte[] Repeat(int first, int count, Func<int, byte[]> item)
    {
        var output = new ArrayBufferWriter<byte>();
        for (int number = first; number < first + count; number++)
        {
            output.Write(item(number));
        }

        return output.WrittenSpan.ToArray();
    }

    private static void Add(ProfileMerge merge, byte[] profile) =>
        Assert.True(merge.TryAdd(profile, out PprofError? error), error?.ToString());
}
