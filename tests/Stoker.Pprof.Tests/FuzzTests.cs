using System.Buffers;
using System.Globalization;

namespace Stoker.Pprof.Tests;

/// <summary>
/// Feeds broken bodies to everything that reads them. The run is short unless STOKER_FUZZ_BODIES says how many bodies; STOKER_FUZZ_SEED is
/// where it starts, so that several runs can share the work. README.md beside this file has the command.
/// </summary>
public sealed class FuzzTests
{
    private static readonly int Bodies = Number("STOKER_FUZZ_BODIES", 20_000);
    private static readonly int FirstSeed = Number("STOKER_FUZZ_SEED", 1);

    private static readonly byte[] Small = new HandMade().Build();

    // Without addresses, with labels, unpacked, ids with gaps, unknown fields: what the captured ones do not have.
    private static readonly byte[] Odd = Wire.Join(
        Wire.Bytes(1, Wire.Number(1, 1ul), Wire.Number(2, 2ul)),
        Wire.Bytes(1, Wire.Number(1, 3ul), Wire.Number(2, 2ul)),
        Wire.Bytes(2, Wire.Number(2, 5ul), Wire.Number(1, 40ul), Wire.Number(1, 7ul), Wire.Number(2, 6ul), Wire.Number(20, 1ul)),
        Wire.Bytes(2, Wire.Packed(1, 7), Wire.Packed(2, 1, 2), Wire.Bytes(3, Wire.Number(1, 4ul), Wire.Number(2, 5ul)), Wire.Bytes(3, Wire.Number(1, 4ul), Wire.Number(3, 9ul))),
        Wire.Bytes(4, Wire.Number(1, 40ul), Wire.Bytes(4, Wire.Number(1, 9ul), Wire.Number(2, 3ul)), Wire.Bytes(4, Wire.Number(1, 2ul), Wire.Number(3, 8ul))),
        Wire.Bytes(4, Wire.Number(1, 7ul), Wire.Bytes(4, Wire.Number(1, 2ul))),
        Wire.Bytes(5, Wire.Number(1, 9ul), Wire.Number(2, 4ul)),
        Wire.Bytes(5, Wire.Number(1, 2ul), Wire.Number(2, 5ul), Wire.Number(4, 3ul)),
        Wire.Texts("", "contentions", "count", "delay", "key", "value"),
        Wire.Packed(13, 4, 5),
        Wire.Number(9, 77ul));

    [Fact]
    public void Profiles_Broken_NeverThrowAndAllReadersAgree()
    {
        byte[] captured = Corpus.Read("etcd.mutex.a");
        IReadOnlyList<byte[]> seeds = [Small, Small, Odd, Odd, captured, Corpus.Read("caddy.profile")];
        var mutation = new Mutation(seeds, FirstSeed);
        var delta = new ProfileDelta(Corpus.Contention);
        var output = new ArrayBufferWriter<byte>(1 << 16);
        int valid = 0;
        for (int i = 0; i < Bodies; i++)
        {
            byte[] profile = mutation.Next();
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            bool isValid = ProfileReader.TryRead(profile, out _, out PprofError? error);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            Assert.True(allocated <= (1 << 20) + (profile.Length * 64L), $"Body {i} of seed {FirstSeed} took {allocated} bytes");
            Assert.True(isValid || error!.Offset <= profile.Length, $"Body {i} of seed {FirstSeed}");
            Assert.Equal(isValid, ProfileDump.TryRead(profile, out _, out _));

            output.ResetWrittenCount();
            DeltaResult result = delta.Compute(profile, output);
            Assert.Equal(isValid ? null : error, result.Error);
            Assert.Equal(!isValid, result.Outcome == DeltaOutcome.Malformed);
            Assert.Equal(result.SampleCount > 0, output.WrittenCount > 0);
            if (result.SampleCount > 0)
            {
                Assert.True(ProfileReader.TryRead(output.WrittenSpan, out ProfileSummary summary, out error), $"Body {i} of seed {FirstSeed}: {error}");
                Assert.Equal(result.SampleCount, summary.SampleCount);
            }

            valid += isValid ? 1 : 0;
        }

        // Both ways are taken often, or the mutations would be of no use.
        Assert.InRange(valid, Bodies / 50, Bodies - (Bodies / 10));
    }

    [Fact]
    public void Gzip_Broken_NeverThrowsAndKeepsTheLimit()
    {
        const int Limit = 1 << 16;
        IReadOnlyList<byte[]> seeds =
        [
            Corpus.Deflate(Small), Corpus.Deflate(new byte[1 << 20]), Corpus.Deflate(Corpus.Read("etcd.mutex.a")), [.. Corpus.Deflate(Odd), .. Corpus.Deflate(Small)],
        ];
        var mutation = new Mutation(seeds, FirstSeed);
        var output = new ArrayBufferWriter<byte>(1 << 16);
        for (int i = 0; i < Bodies / 4; i++)
        {
            output.ResetWrittenCount();
            InflateOutcome outcome = GzipBody.TryInflate(mutation.Next(), Limit, output, out PprofError? error);
            Assert.Equal(outcome == InflateOutcome.Malformed, error is not null);
            Assert.InRange(output.WrittenCount, 0, outcome == InflateOutcome.TooLarge ? Limit + (8 << 10) : Limit);
        }
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : otherwise;
}
