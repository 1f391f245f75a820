using System.Buffers;
using System.Text.Json;

namespace Stoker.Pprof.Tests;

/// <summary>
/// Bytes that one operation allocates in steady state, against eng/allocation-ceilings.json. Unlike times they are the same on every machine.
/// They count objects of the managed heap; buffers come from the shared pool.
/// </summary>
public sealed class AllocationTests
{
    private static readonly SampleType[] Types = [.. Corpus.Memory, new("inuse_objects", "count"), new("inuse_space", "bytes")];

    private static readonly Dictionary<string, Func<Action>> Operations = new()
    {
        ["inflate"] = () =>
        {
            byte[] body = Corpus.ReadBody("prometheus.allocs.b");
            ArrayBufferWriter<byte> output = Output();
            return () => Inflate(body, output);
        },
        ["check"] = () =>
        {
            byte[] profile = Corpus.Read("prometheus.allocs.b");
            return () => Assert.True(ProfileReader.TryRead(profile, out _, out _));
        },
        ["delta of 10 stacks"] = () => Delta(10),
        ["delta of 5000 stacks"] = () => Delta(5000),
        ["deflate"] = () =>
        {
            byte[] profile = Corpus.Read("prometheus.allocs.b");
            ArrayBufferWriter<byte> output = Output();
            return () => Deflate(profile, output);
        },
        ["inflate, delta and deflate"] = () =>
        {
            byte[] body = Corpus.ReadBody("prometheus.allocs.b");
            var delta = new ProfileDelta(Corpus.Memory);
            (ArrayBufferWriter<byte> plain, ArrayBufferWriter<byte> changed, ArrayBufferWriter<byte> sent) = (Output(), Output(), Output());
            return () =>
            {
                Inflate(body, plain);
                changed.ResetWrittenCount();
                delta.Compute(plain.WrittenSpan, changed);
                Deflate(changed.WrittenSpan, sent);
            };
        },
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    private static Dictionary<string, long> Ceilings => JsonSerializer.Deserialize<Dictionary<string, long>>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "allocation-ceilings.json")))!;

    [Theory]
    [MemberData(nameof(Names))]
    public void Operation_InSteadyState_StaysUnderItsCeiling(string name)
    {
        Action operation = Operations[name]();
        long least = long.MaxValue;

        // The least of several rounds: the first ones fill the pool, and other tests take buffers from it.
        for (int round = 0; round < 20; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            operation();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(least, 0, Ceilings[name]);
    }

    [Fact]
    public void Ceilings_AreForTheOperationsThatThereAre() => Assert.Equal(Operations.Keys.Order(), Ceilings.Keys.Order());

    [Fact]
    public void Ceilings_OfSmallAndLargeProfile_AreTheSame() =>
        Assert.Equal(Ceilings["delta of 10 stacks"], Ceilings["delta of 5000 stacks"]);

    private static ArrayBufferWriter<byte> Output() => new(1 << 20);

    private static void Inflate(byte[] body, ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        Assert.Equal(InflateOutcome.Complete, GzipBody.TryInflate(body, 64 << 20, output, out _));
    }

    private static void Deflate(ReadOnlySpan<byte> profile, ArrayBufferWriter<byte> output)
    {
        output.ResetWrittenCount();
        GzipBody.Deflate(profile, output);
    }

    /// <summary>All stacks are sent each time, because they hold memory.</summary>
    private static Action Delta(int stacks)
    {
        using var builder = new ProfileBuilder(Types);
        for (int i = 0; i < stacks; i++)
        {
            Frame[] stack = [new($"f{i}", "a.go", 3, 0x1000 + (ulong)i), new("main", "a.go", 9, 0x20)];
            builder.AddSample(stack, [1 + i, 10, 1, 5], new SampleLabel("bytes", Number: 16));
        }

        ArrayBufferWriter<byte> profile = Output();
        builder.Write(profile, timeNanos: 1, durationNanos: 0);
        var delta = new ProfileDelta(Corpus.Memory);
        ArrayBufferWriter<byte> output = Output();
        delta.Compute(profile.WrittenSpan, output);
        return () =>
        {
            output.ResetWrittenCount();
            Assert.Equal(stacks, delta.Compute(profile.WrittenSpan, output).SampleCount);
        };
    }
}
