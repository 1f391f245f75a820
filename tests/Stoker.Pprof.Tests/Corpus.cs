using System.Buffers;

namespace Stoker.Pprof.Tests;

/// <summary>The captured profiles of tests/corpora/pprof.</summary>
internal static class Corpus
{
    public static readonly SampleType[] Memory = [new("alloc_objects", "count"), new("alloc_space", "bytes")];
    public static readonly SampleType[] Contention = [new("contentions", "count"), new("delay", "nanoseconds")];

    public static string PathOf(string name) => Path.Combine(AppContext.BaseDirectory, "corpora", "pprof", name + ".pb.gz");

    public static IEnumerable<string> Names =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "corpora", "pprof"), "*.pb.gz")
            .Select(path => Path.GetFileName(path)[..^".pb.gz".Length])
            .Order(StringComparer.Ordinal);

    public static TheoryData<string> All => [.. Names];

    public static TheoryData<string> Pairs => [.. Names.Where(name => name.EndsWith(".a", StringComparison.Ordinal)).Select(name => name[..^2])];

    public static SampleType[] DeltaColumns(string name) => name.Contains("allocs", StringComparison.Ordinal) ? Memory : Contention;

    public static byte[] Read(string name) => Inflate(File.ReadAllBytes(PathOf(name)));

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
