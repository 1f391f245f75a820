using System.IO.Compression;
using Google.Protobuf;
using Stoker.Components;
using Stoker.Labels;
using Stoker.TestKit.Pyroscope.Wire;

namespace Stoker.TestKit.Pyroscope;

/// <summary>Small, valid profiles for tests of what comes after a scrape.</summary>
public static class SampleProfile
{
    /// <summary>A profile of the given number of samples, plain.</summary>
    public static byte[] CreatePlain(DateTimeOffset time, int samples = 1)
    {
        var profile = new PprofProfile
        {
            SampleType = { new Wire.ValueType { Type = 1, Unit = 2 } },
            StringTable = { "", "cpu", "nanoseconds", "main" },
            Function = { new Function { Id = 1, Name = 3 } },
            Location = { new Location { Id = 1, Line = { new Line { FunctionId = 1 } } } },
            TimeNanos = (time - DateTimeOffset.UnixEpoch).Ticks * 100,
        };
        for (int i = 0; i < samples; i++)
        {
            profile.Sample.Add(new Sample { LocationId = { 1 }, Value = { i + 1 } });
        }

        return profile.ToByteArray();
    }

    public static byte[] CreateGzip(DateTimeOffset time, int samples = 1)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(CreatePlain(time, samples));
        }

        return compressed.ToArray();
    }

    /// <summary>A profile as a scrape that has just ended hands it on, with the labels <c>service_name</c> and <c>__name__</c> and more.</summary>
    public static RawProfile Scraped(
        TimeProvider time, string service, string type = "process_cpu", byte[]? bytes = null, params (string Name, string Value)[] labels)
    {
        DateTimeOffset now = time.GetUtcNow();
        bytes ??= CreateGzip(now);
        LabelSet all = LabelSet.Of([("__name__", type), ("service_name", service), .. labels]);
        return new RawProfile(all, bytes, bytes.Length, SampleCount: 1, now, time.GetTimestamp());
    }
}
