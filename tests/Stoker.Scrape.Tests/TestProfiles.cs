using System.Buffers;
using Stoker.Pprof;

namespace Stoker.Scrape.Tests;

/// <summary>Bodies as targets send them.</summary>
internal static class TestProfiles
{
    private static readonly SampleType[] MemoryTypes =
        [new("alloc_objects", "count"), new("alloc_space", "bytes"), new("inuse_objects", "count"), new("inuse_space", "bytes")];

    private static readonly SampleType[] CpuTypes = [new("samples", "count"), new("cpu", "nanoseconds")];

    /// <summary>A plain memory profile with one sample for each function.</summary>
    public static byte[] Memory(DateTimeOffset time, params (string Function, long Allocated)[] samples) =>
        Build(MemoryTypes, time, [.. samples.Select(sample => (sample.Function, new[] { sample.Allocated, sample.Allocated * 64, 1, 64 }))]);

    /// <summary>A plain CPU profile with one sample for each function.</summary>
    public static byte[] Cpu(DateTimeOffset time, params (string Function, long Count)[] samples) =>
        Build(CpuTypes, time, [.. samples.Select(sample => (sample.Function, new[] { sample.Count, sample.Count * 10_000_000 }))]);

    public static byte[] Gzip(byte[] plain)
    {
        var output = new ArrayBufferWriter<byte>();
        GzipBody.Deflate(plain, output);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Inflate(ReadOnlyMemory<byte> body)
    {
        if (!GzipBody.IsGzip(body.Span))
        {
            return body.ToArray();
        }

        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(InflateOutcome.Complete, GzipBody.TryInflate(body, 1 << 26, output, out _));
        return output.WrittenSpan.ToArray();
    }

    public static ProfileSummary Read(ReadOnlyMemory<byte> body)
    {
        Assert.True(ProfileReader.TryRead(Inflate(body), out ProfileSummary summary, out PprofError? error), error?.ToString());
        return summary;
    }

    private static byte[] Build(SampleType[] types, DateTimeOffset time, (string Function, long[] Values)[] samples)
    {
        using var builder = new ProfileBuilder(types, new SampleType("space", "bytes"), 512 * 1024);
        foreach ((string function, long[] values) in samples)
        {
            builder.AddSample([new Frame(function)], values);
        }

        var output = new ArrayBufferWriter<byte>();
        builder.Write(output, time == default ? 0 : (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick, durationNanos: 0);
        return output.WrittenSpan.ToArray();
    }
}
