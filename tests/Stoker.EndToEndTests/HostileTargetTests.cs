using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using Stoker.TestKit.Programs;

namespace Stoker.EndToEndTests;

/// <summary>Targets that answer with anything but a profile: each gets its own clear reason, and none harms another.</summary>
public sealed class HostileTargetTests
{
    private const string Profile = "application/octet-stream";

    /// <summary>Room for the limits of the wire and of inflated bodies, several times over; without limits it is passed within a second.</summary>
    private const long MemoryCap = 512L * 1024 * 1024;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_WithOneGoodAndManyHostileTargets_ExplainsEachAndLosesNoScrapeOfTheGoodOne()
    {
        byte[] profile = Sources.Profile("prometheus.allocs.b.pb.gz");
        byte[] bomb = Bomb();
        await using RawTarget good = RawTarget.StartWith(200, Profile, profile);
        (string Name, string Reason, RawTarget Target)[] hostile =
        [
            ("HTML", "HTML", RawTarget.StartWith(200, "text/html", "<!DOCTYPE html><html><body>Please log in</body></html>")),
            ("JSON", "JSON", RawTarget.StartWith(200, "application/json", "{\"error\": \"there is no such page here\"}")),
            ("text pprof", "text form of a profile", RawTarget.StartWith(200, "text/plain", "heap profile: 1: 2 [3: 4] @ heap/1048576\n1: 2 [3: 4] @ 0x1 0x2\n")),
            ("empty", "empty", RawTarget.StartWith(200, Profile, "")),
            ("404", "404", RawTarget.StartWith(404, "text/plain", "404 page not found\n")),
            ("500", "already in use", RawTarget.StartWith(500, "text/plain", "Could not enable CPU profiling: cpu profiling already in use\n")),
            ("garbage", "no pprof profile", RawTarget.StartWith(200, Profile, Garbage())),
            ("gzip cut short", "gzip", RawTarget.StartWith(200, Profile, profile.AsMemory(0, profile.Length / 2))),
            ("endless", "limit", RawTarget.Start(WriteForEverAsync)),
            ("gzip bomb", "inflates to more than the limit", RawTarget.StartWith(200, Profile, bomb)),
            ("one byte a second", "deadline", RawTarget.Start((stream, token) => WriteSlowlyAsync(stream, profile, token))),
            ("closes half-way", "closed", RawTarget.Start((stream, token) => WriteHalfAsync(stream, profile, token))),
            ("closes at once", "closed", RawTarget.Start((_, _) => Task.CompletedTask)),
            ("no HTTP", "no HTTP", RawTarget.Start(async (stream, token) => await stream.WriteAsync("SSH-2.0-OpenSSH_9.2p1\r\n"u8.ToArray(), token))),
            ("never answers", "deadline", RawTarget.Start((_, token) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token))),
        ];
        try
        {
            string configuration = Configurations.MemoryOnly([good.Address, .. hostile.Select(one => one.Target.Address)]);
            await using StokerProcess stoker = await StokerProcess.StartAsync(configuration, Cancellation);

            // Ten scrapes of the good one is time enough for every other to have failed in its way several times.
            await Polling.UntilAsync("ten scrapes of the good target", TimeSpan.FromSeconds(60), () => good.Arrivals.Count >= 10, Cancellation, () => stoker.Process.Tail);
            ComponentView component = await stoker.GetComponentAsync("pyroscope.scrape.test", Cancellation);

            Assert.Multiple(
                [
                    .. hostile.Select<(string Name, string Reason, RawTarget Target), Action>(one => () => AssertExplained(one.Name, one.Reason, one.Target.Address, component, stoker)),
                    () => AssertGoodIsUndisturbed(good, component),
                    () => Assert.Equal("healthy", component.HealthState),
                    () => Assert.InRange(stoker.Process.ReadPeakMemoryBytes(), 1, MemoryCap),
                ]);
        }
        finally
        {
            foreach ((_, _, RawTarget target) in hostile)
            {
                await target.DisposeAsync();
            }
        }
    }

    private static void AssertExplained(string name, string reason, string address, ComponentView component, StokerProcess stoker)
    {
        IReadOnlyDictionary<string, string> target = TargetAt(component, address);
        Assert.True(target["health"] == "down", $"{name}: health is {target["health"]}");
        string error = target.GetValueOrDefault("last_error", "");
        Assert.True(error.Contains(reason, StringComparison.OrdinalIgnoreCase), $"{name}: the API says: {error}");
        Assert.True(
            stoker.Log.Any(line => line.Contains(address, StringComparison.Ordinal) && line.Contains(reason, StringComparison.OrdinalIgnoreCase)),
            $"{name}: no line of the log has {address} with {reason}.");
    }

    private static void AssertGoodIsUndisturbed(RawTarget good, ComponentView component)
    {
        Assert.Equal("up", TargetAt(component, good.Address)["health"]);
        double longestGap = good.Arrivals.Zip(good.Arrivals.Skip(1), (earlier, later) => (later - earlier).TotalSeconds).Max();

        // A tick that was left out makes a gap of two intervals, which is 4 s.
        Assert.InRange(longestGap, 0, 3.5);
    }

    private static IReadOnlyDictionary<string, string> TargetAt(ComponentView component, string address) =>
        Assert.Single(component.Targets, target => target["url"].Contains(address, StringComparison.Ordinal));

    private static byte[] Garbage()
    {
        byte[] garbage = new byte[4096];
        new Random(7).NextBytes(garbage);
        garbage[0] = 0xFF;
        return garbage;
    }

    /// <summary>A gigabyte of one valid field, as gzip: less than the limit on the wire and far over that of what is inflated.</summary>
    private static byte[] Bomb()
    {
        var body = new MemoryStream();
        using (var gzip = new GZipStream(body, CompressionLevel.SmallestSize))
        {
            // Field 6 of a profile with 1 MiB of it: a string of a million letters.
            byte[] field = [0x32, 0x80, 0x80, 0x40, .. Encoding.ASCII.GetBytes(new string('a', 1 << 20))];
            for (int i = 0; i < 1024; i++)
            {
                gzip.Write(field);
            }
        }

        return body.ToArray();
    }

    private static async Task WriteForEverAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        await RawTarget.WriteHeadAsync(stream, 200, Profile, length: null, cancellationToken);
        byte[] block = new byte[64 * 1024];
        while (true)
        {
            await stream.WriteAsync(block, cancellationToken);
        }
    }

    private static async Task WriteSlowlyAsync(NetworkStream stream, byte[] body, CancellationToken cancellationToken)
    {
        await RawTarget.WriteHeadAsync(stream, 200, Profile, body.Length, cancellationToken);
        for (int i = 0; i < body.Length; i++)
        {
            await stream.WriteAsync(body.AsMemory(i, 1), cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
        }
    }

    private static async Task WriteHalfAsync(NetworkStream stream, byte[] body, CancellationToken cancellationToken)
    {
        await RawTarget.WriteHeadAsync(stream, 200, Profile, body.Length, cancellationToken);
        await stream.WriteAsync(body.AsMemory(0, body.Length / 2), cancellationToken);
    }
}
