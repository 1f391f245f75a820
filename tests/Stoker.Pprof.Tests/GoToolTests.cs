using System.Buffers;

namespace Stoker.Pprof.Tests;

public sealed class GoToolTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("stoker-pprof").FullName;

    public static TheoryData<string> Pairs => Corpus.Pairs;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Delta_OfCapturedPair_IsWhatDiffBaseSays(string name)
    {
        SampleType[] columns = Corpus.DeltaColumns(name);
        string difference = Path.Combine(_folder, "difference.pb.gz");
        await GoTool.RunAsync("-proto", "-output", difference, "-diff_base", Corpus.PathOf(name + ".a"), Corpus.PathOf(name + ".b"));
        Dictionary<string, long[]> said = Totals.Of(Corpus.Inflate(await File.ReadAllBytesAsync(difference, TestContext.Current.CancellationToken)), ofGoTool: true);
        byte[] delta = Delta(name);
        Dictionary<string, long[]> ours = Totals.Of(delta, ofGoTool: true);

        IReadOnlyList<SampleType> types = Totals.Dump(delta).Summary.SampleTypes;
        for (int column = 0; column < types.Count; column++)
        {
            if (columns.Contains(types[column]))
            {
                Assert.Equal(Column(said, column), Column(ours, column));
                Assert.NotEmpty(Column(ours, column));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Delta_OfCapturedPair_OpensInGoTool(string name)
    {
        byte[] delta = Delta(name);
        string path = Path.Combine(_folder, "delta.pb.gz");
        await File.WriteAllBytesAsync(path, Corpus.Deflate(delta), TestContext.Current.CancellationToken);
        ProfileSummary summary = Totals.Dump(delta).Summary;

        string raw = await GoTool.RunAsync("-raw", path);
        Assert.Contains("Duration: ", raw, StringComparison.Ordinal);
        Assert.Contains(string.Join(' ', summary.SampleTypes), raw.Replace("[dflt]", "", StringComparison.Ordinal), StringComparison.Ordinal);
        foreach (SampleType type in summary.SampleTypes)
        {
            Assert.Contains("flat%", await GoTool.RunAsync("-top", "-sample_index=" + type.Type, path), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Restamped_AndBuilt_OpenInGoTool()
    {
        var stamped = new ArrayBufferWriter<byte>();
        ProfileTime.Write(Corpus.Read("prometheus.profile"), 1_700_000_000_000_000_000, stamped);
        Assert.Contains("Time: 2023-11-14 22:13:20", await RawAsync(stamped), StringComparison.Ordinal);

        using var builder = new ProfileBuilder([new("samples", "count"), new("cpu", "nanoseconds")], new("cpu", "nanoseconds"), 10_000_000);
        builder.SetMapping("app.dll");
        builder.AddComment("engine: test");
        builder.AddSample([new Frame("Leaf", "a.cs", 10), new Frame("Main", "a.cs", 3)], [3, 30_000_000], new SampleLabel("thread", "worker"));
        var built = new ArrayBufferWriter<byte>();
        builder.Write(built, 1_700_000_000_000_000_000, 2_000_000_000);
        string raw = await RawAsync(built);
        Assert.Contains("Comment: engine: test", raw, StringComparison.Ordinal);
        Assert.Contains("thread:[worker]", raw, StringComparison.Ordinal);
        Assert.Contains("3   30000000: 1 2", raw, StringComparison.Ordinal);
        Assert.Contains("Leaf a.cs:10", raw, StringComparison.Ordinal);
    }

    private async Task<string> RawAsync(ArrayBufferWriter<byte> profile)
    {
        string path = Path.Combine(_folder, "raw.pb.gz");
        await File.WriteAllBytesAsync(path, Corpus.Deflate(profile.WrittenSpan.ToArray()), TestContext.Current.CancellationToken);
        return await GoTool.RunAsync("-raw", path);
    }

    private static byte[] Delta(string name)
    {
        var delta = new ProfileDelta(Corpus.DeltaColumns(name));
        var output = new ArrayBufferWriter<byte>();
        delta.Compute(Corpus.Read(name + ".a"), output);
        delta.Compute(Corpus.Read(name + ".b"), output);
        return output.WrittenSpan.ToArray();
    }

    private static SortedDictionary<string, long> Column(Dictionary<string, long[]> totals, int column) =>
        new(totals.Where(total => total.Value[column] != 0).ToDictionary(total => total.Key, total => total.Value[column]), StringComparer.Ordinal);
}
