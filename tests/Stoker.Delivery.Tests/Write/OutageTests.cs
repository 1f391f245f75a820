using Stoker.Delivery.Write;
using Stoker.TestKit;
using Stoker.TestKit.Pyroscope;

namespace Stoker.Delivery.Tests.Write;

/// <summary>Servers that are away, slow, or come back.</summary>
public sealed class OutageTests
{
    private static EndpointArguments OneAtATime(EndpointArguments endpoint) => endpoint with { MaxPushesInFlight = 1 };

    [Fact]
    public async Task Outage_ServerStopsAndRestarts_NothingIsLostAndTheOperatorIsToldOnce()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server, OneAtATime);
        write.Accept("before");
        await write.LoggedAsync(Events.ProfileDelivered);

        await server.StopAsync();
        for (int i = 0; i < 50; i++)
        {
            write.Accept($"during-{i}");
        }

        for (int failures = 1; failures <= 3; failures++)
        {
            await write.LoggedAsync(Events.PushFailed, failures);
            await write.AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        await write.LoggedAsync(Events.PushFailed, 4);

        LogLine failing = Assert.Single(write.Log.Of(Events.EndpointFailing));
        Assert.Equal("connection refused", failing["error"]);
        Assert.Contains("check the url", failing["remedy"], StringComparison.Ordinal);
        Assert.StartsWith($"1 endpoint, 1 failing: connection refused ({server.Url}) since 2026-01-02T03:04:0", write.Health, StringComparison.Ordinal);
        Assert.Equal(50, write.Count("queued"));

        await server.RestartAsync();
        await write.AdvanceAsync(TimeSpan.FromMinutes(1));
        await write.LoggedAsync(Events.ProfileDelivered, 51);

        LogLine recovered = Assert.Single(write.Log.Of(Events.EndpointRecovered));
        Assert.Equal("0", recovered["droppedMeanwhile"]);
        Assert.Equal(51, server.Accepted.Select(push => push.ServiceName).Distinct().Count());
        Assert.Single(write.Log.Of(Events.EndpointFailing));
        Assert.Equal(51, write.Count("delivered"));
    }

    [Fact]
    public async Task Outage_OneEndpointHangs_TheOtherIsNotHeldUp()
    {
        await using PyroscopeStandIn hanging = await PyroscopeStandIn.StartAsync();
        await using PyroscopeStandIn healthy = await PyroscopeStandIn.StartAsync();
        hanging.Script = _ => StandInAnswer.Hang;
        await using Running write = Write.Start(new EndpointArguments { Url = hanging.Url }, new EndpointArguments { Url = healthy.Url });

        for (int i = 0; i < 200; i++)
        {
            write.Accept($"service-{i}");
        }

        await Running.Bounded(healthy.WaitForAcceptedAsync(200));
        await write.LoggedAsync(Events.ProfileDelivered, 200);

        Assert.Equal(200, write.Count("queued", endpoint: 0));
        Assert.Equal(200, write.Count("delivered", endpoint: 1));
    }

    [Fact]
    public async Task Outage_ServerHangs_AtMostTheWindowIsUnderWay()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server, endpoint => endpoint with { MaxPushesInFlight = 3 });
        var release = new TaskCompletionSource();
        server.Script = _ => new StandInAnswer { ContentType = "application/proto", After = release.Task, Stores = true };

        for (int i = 0; i < 20; i++)
        {
            write.Accept($"service-{i}");
        }

        await Running.Bounded(server.WaitForArrivalsAsync(3));
        release.SetResult();
        await write.LoggedAsync(Events.ProfileDelivered, 20);

        Assert.Equal(3, server.MostUnderWay);
    }

    [Fact]
    public async Task Outage_LongerThanTheServersWindow_DropsWhatIsTooOldAndSendsTheRest()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server, OneAtATime);
        await server.StopAsync();
        write.Accept("old");
        await write.LoggedAsync(Events.PushFailed);
        await write.AdvanceAsync(TimeSpan.FromMinutes(59));
        await write.LoggedAsync(Events.PushFailed, 2);
        write.Accept("young");

        await server.RestartAsync();
        await write.AdvanceAsync(TimeSpan.FromMinutes(2));
        await write.LoggedAsync(Events.ProfileDelivered);

        Assert.Equal("young", Assert.Single(server.Accepted).ServiceName);
        Assert.Equal(1, write.Dropped("too_old"));
    }

    [Fact]
    public async Task Queue_Full_DropsTheOldestAndCountsThem()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await server.StopAsync();
        await using Running write = Write.To(server, endpoint => OneAtATime(endpoint) with { Queue = new QueueArguments { MaxBytes = 1024 * 1024 } });
        byte[] big = SampleProfile.CreatePlain(TimeProvider.System.GetUtcNow(), samples: 15_000);
        int fit = (1024 * 1024) / (big.Length + 256);
        for (int i = 0; i < fit + 20; i++)
        {
            write.Receiver.Accept(SampleProfile.Scraped(write.Time, $"service-{i}", bytes: big));
        }

        await write.LoggedAsync(Events.EndpointFailing);
        Assert.True(write.Count("queue_bytes") <= 1024 * 1024);
        int queued = (int)write.Count("queued");
        Assert.Equal(fit + 20 - queued, write.Dropped("queue_full"));
        Assert.Equal("queue_full", write.Log.Of(Events.ProfilesDropped)[0]["reason"]);

        await server.RestartAsync();
        await write.AdvanceAsync(TimeSpan.FromSeconds(5));
        await write.LoggedAsync(Events.ProfileDelivered, queued);

        // The one that was under way cannot be evicted; of the others the newest are left.
        HashSet<string> delivered = [.. server.Accepted.Select(push => push.ServiceName)];
        Assert.All(Enumerable.Range(21, fit - 1), i => Assert.Contains($"service-{i}", delivered));
    }

    [Fact]
    public async Task Queue_ProfileLargerThanTheQueue_IsDroppedAlone()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server, endpoint => endpoint with { Queue = new QueueArguments { MaxBytes = 1024 * 1024 } });

        write.Accept("small");
        write.Receiver.Accept(SampleProfile.Scraped(write.Time, "huge", bytes: new byte[2 * 1024 * 1024]));
        await write.LoggedAsync(Events.ProfileDelivered);

        Assert.Equal(1, write.Dropped("queue_full"));
        Assert.Equal("small", Assert.Single(server.Accepted).ServiceName);
    }

    [Fact]
    public async Task Stop_WithADeadServer_EndsWithinTheGraceAndCountsWhatIsLeft()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        server.Script = _ => StandInAnswer.Hang;
        await using Running write = Write.To(server);
        for (int i = 0; i < 20; i++)
        {
            write.Accept($"service-{i}");
        }

        await Running.Bounded(server.WaitForArrivalsAsync(8));
        DateTimeOffset stoppedAt = write.Time.GetUtcNow();
        await write.StopAsync();

        // The clock moves in steps while the stop waits; without a grace of its own it would go on for as long as remote_timeout.
        Assert.True(write.Time.GetUtcNow() - stoppedAt < TimeSpan.FromHours(1));
        Assert.Equal(20, write.Dropped("shutdown"));
        write.Accept("after");
        Assert.Equal(21, write.Dropped("shutdown"));
    }

    [Fact]
    public async Task Stop_WithAHealthyServer_DeliversWhatIsQueued()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server);
        var release = new TaskCompletionSource();
        server.Script = _ => new StandInAnswer { ContentType = "application/proto", After = release.Task, Stores = true };
        for (int i = 0; i < 40; i++)
        {
            write.Accept($"service-{i}");
        }

        await Running.Bounded(server.WaitForArrivalsAsync(8));
        Task stopped = write.CancelAsync();
        release.SetResult();
        await Running.Bounded(stopped);

        Assert.Equal(40, write.Count("delivered"));
    }
}
