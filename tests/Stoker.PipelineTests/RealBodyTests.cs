using System.Collections.Concurrent;
using System.IO.Compression;
using Stoker.TestKit;
using Stoker.TestKit.Pyroscope;

namespace Stoker.PipelineTests;

/// <summary>Bodies as real programs serve them, from the target to the backend.</summary>
public sealed class RealBodyTests
{
    // Field 9 of a profile, time_nanos, as a number of variable length.
    private const byte TimeNanosTag = (9 << 3) | 0;

    /// <summary>fgprof writes no time into its profiles, which a backend needs; all else of the body arrives as it was.</summary>
    [Fact]
    public async Task Fgprof_OfARealProgram_ArrivesAsItIsButForTheTimeThatItLacks()
    {
        byte[] body = await File.ReadAllBytesAsync(
            Path.Combine(AppContext.BaseDirectory, "profiles", "go.fgprof.pb.gz"), TestContext.Current.CancellationToken);
        using var target = new TargetBeforeTheNetwork(body);
        await using PyroscopeStandIn backend = await PyroscopeStandIn.StartAsync(new ManualTimeProvider());
        await using var pipeline = new Pipeline(
            $$"""
            pyroscope.scrape "a" {
              targets    = [{"__address__" = "target:6060", "service_name" = "web"}]
              forward_to = [pyroscope.write.b.receiver]
              profiling_config {
                profile.memory      { enabled = false }
                profile.block       { enabled = false }
                profile.goroutine   { enabled = false }
                profile.mutex       { enabled = false }
                profile.process_cpu { enabled = false }
                profile.fgprof      { enabled = true }
              }
            }
            pyroscope.write "b" {
              endpoint {
                url = "{{backend.Url}}"
              }
            }
            """,
            target);
        target.Time = pipeline.Time;
        await pipeline.StartAsync();

        SlotWalk walk = await SlotWalk.StartAsync(pipeline.PlanOf("pyroscope.scrape.a").Scrapes, pipeline.Time);
        await walk.PassAsync(TimeSpan.FromSeconds(15));
        await Pipeline.WithinBound(backend.WaitForAcceptedAsync(1));

        (string url, DateTimeOffset at) = Assert.Single(target.Scrapes);
        Assert.Equal("http://target:6060/debug/fgprof?seconds=14", url);
        ReceivedPush push = Assert.Single(backend.Accepted);
        Assert.Equal(("fgprof", "web"), (push.ProfileType, push.ServiceName));
        Assert.Equal([.. Inflate(body), .. TimeField(at)], Inflate(push.Bytes));
    }

    private static byte[] Inflate(byte[] body)
    {
        using var plain = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        gzip.CopyTo(plain);
        return plain.ToArray();
    }

    private static List<byte> TimeField(DateTimeOffset time)
    {
        List<byte> field = [TimeNanosTag];
        ulong rest = (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        for (; rest > 0x7F; rest >>= 7)
        {
            field.Add((byte)(rest | 0x80));
        }

        field.Add((byte)rest);
        return field;
    }

    /// <summary>Answers for the host <c>target</c>, and lets all others be reached as they are.</summary>
    private sealed class TargetBeforeTheNetwork(byte[] body) : DelegatingHandler(new SocketsHttpHandler { UseProxy = false })
    {
        public ConcurrentQueue<(string Url, DateTimeOffset At)> Scrapes { get; } = new();

        public TimeProvider Time { get; set; } = TimeProvider.System;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.Host != "target")
            {
                return base.SendAsync(request, cancellationToken);
            }

            Scrapes.Enqueue((request.RequestUri.ToString(), Time.GetUtcNow()));
            return Task.FromResult(ScriptedHttpHandler.Ok(body));
        }
    }
}
