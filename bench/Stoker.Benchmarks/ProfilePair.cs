using System.Buffers;
using System.IO.Compression;
using Stoker.Pprof;

namespace Stoker.Benchmarks;

/// <summary>Two consecutive scrapes of one process.</summary>
public sealed class ProfilePair
{
    private ProfilePair(string name, byte[] before, byte[] after)
    {
        Name = name;
        Before = Inflate(before);
        After = Inflate(after);
        BeforeBody = before;
        AfterBody = after;
        var delta = new ProfileDelta(DeltaColumns);
        var output = new ArrayBufferWriter<byte>();
        delta.Compute(Before, output);
        delta.Compute(After, output);
        Delta = output.WrittenSpan.ToArray();
    }

    public string Name { get; }

    /// <summary>The first scrape, plain.</summary>
    public byte[] Before { get; }

    /// <summary>The second scrape, plain.</summary>
    public byte[] After { get; }

    /// <summary>The first scrape as it comes over the wire.</summary>
    public byte[] BeforeBody { get; }

    /// <summary>The second scrape as it comes over the wire.</summary>
    public byte[] AfterBody { get; }

    /// <summary>What is sent for the second scrape, plain.</summary>
    public byte[] Delta { get; }

    public SampleType[] DeltaColumns { get; } =
    [
        new("alloc_objects", "count"), new("alloc_space", "bytes"), new("contentions", "count"), new("delay", "nanoseconds"),
    ];

    /// <summary>The pairs of the project's corpus, and those of the folder that STOKER_BENCH_PROFILES names.</summary>
    public static IEnumerable<ProfilePair> All()
    {
        string own = Path.Combine(AppContext.BaseDirectory, "corpora", "pprof");
        string? further = Environment.GetEnvironmentVariable("STOKER_BENCH_PROFILES");
        foreach (string folder in further is null ? [own] : (string[])[own, further])
        {
            foreach (string path in Directory.GetFiles(folder, "*.a.pb.gz").Order(StringComparer.Ordinal))
            {
                string stem = path[..^".a.pb.gz".Length];
                yield return new ProfilePair(Path.GetFileName(stem), File.ReadAllBytes(path), File.ReadAllBytes(stem + ".b.pb.gz"));
            }
        }
    }

    /// <summary>A state that has seen the first scrape.</summary>
    public ProfileDelta Seen()
    {
        var state = new ProfileDelta(DeltaColumns);
        state.Compute(Before, new ArrayBufferWriter<byte>());
        return state;
    }

    public override string ToString() => Name;

    private static byte[] Inflate(byte[] body)
    {
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
