using System.Buffers;

namespace Stoker.Pprof.Tests;

/// <summary>
/// The captured profiles of tests/corpora/pprof by their path in it, and those of <see cref="Described"/>, which no program here can be
/// made to write. A file that is added is covered by the tests over <see cref="All"/>, and by those over the pairs if it comes as two.
/// </summary>
internal static class Corpus
{
    public static readonly SampleType[] Memory = [new("alloc_objects", "count"), new("alloc_space", "bytes")];
    public static readonly SampleType[] Contention = [new("contentions", "count"), new("delay", "nanoseconds")];

    /// <summary>The columns that are cumulative wherever they appear.</summary>
    public static readonly SampleType[] DeltaColumns = [.. Memory, .. Contention];

    private const string Suffix = ".pb.gz";
    private const int SmallBytes = 2500;

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "corpora", "pprof");

    public static TheoryData<string> All => [.. Names];

    /// <summary>The profiles of which every byte can be a place to cut at.</summary>
    public static TheoryData<string> Small => [.. Names.Where(name => Read(name).Length <= SmallBytes)];

    public static TheoryData<string> AllPairs => [.. PairNames];

    /// <summary>The pairs with a cumulative column.</summary>
    public static TheoryData<string> Pairs =>
        [.. PairNames.Where(name => Totals.Dump(Read(name + ".a")).Summary.SampleTypes.Any(DeltaColumns.Contains))];

    private static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder, "*" + Suffix, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Folder, path)[..^Suffix.Length].Replace('\\', '/'))
            .Concat(Described.Profiles.Keys)
            .Order(StringComparer.Ordinal);

    private static IEnumerable<string> PairNames =>
        Names.Where(name => name.EndsWith(".a", StringComparison.Ordinal)).Select(name => name[..^2]);

    public static byte[] Read(string name) =>
        Described.Profiles.TryGetValue(name, out byte[]? profile) ? profile : Inflate(ReadBody(name));

    /// <summary>The gzip body, as it came over the wire.</summary>
    public static byte[] ReadBody(string name) =>
        Described.Profiles.TryGetValue(name, out byte[]? profile)
            ? Deflate(profile)
            : File.ReadAllBytes(Path.Combine(Folder, name + Suffix));

    public static byte[] Inflate(byte[] body)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(InflateOutcome.Complete, GzipBody.TryInflate(body, 64 << 20, output, out PprofError? error));
        Assert.Null(error);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Deflate(byte[] profile)
    {
        var output = new ArrayBufferWriter<byte>();
        GzipBody.Deflate(profile, output);
        return output.WrittenSpan.ToArray();
    }
}
