using Stoker.TestKit.Pyroscope;

namespace Stoker.Delivery.Tests.Write;

/// <summary>A profile that the server never takes does not keep it from taking others.</summary>
public sealed class PoisonTests
{
    [Theory]
    [InlineData("unknown", "server_error")]
    [InlineData("resource_exhausted", "rate_limited")]
    public async Task Profile_FailingWhileOthersPass_IsDroppedAfterItsRetries(string code, string reason)
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server, endpoint => endpoint with { MaxBackoffRetries = 3 });
        server.Script = push => push.ServiceName == "poison" ? StandInAnswer.Error(code, "I cannot") : null;

        write.Accept("poison");
        int others = 0;
        while (write.Log.Of(Events.ProfilesDropped).Count == 0)
        {
            int failures = write.Log.Of(Events.PushFailed).Count;
            await write.LoggedAsync(Events.PushFailed, Math.Max(1, failures));
            await write.AdvanceAsync(TimeSpan.FromSeconds(2));
            write.Accept($"good-{others}");
            others++;
            await Running.Bounded(server.WaitForAcceptedAsync(others));
            await write.LoggedAsync(Events.ProfileDelivered, others);
            Assert.True(others < 200, "the poison is never dropped");
        }

        // At least one failure that may have been the server's, and then three of its own.
        Assert.Equal(1, write.Dropped(reason));
        Assert.InRange(server.Requests.Count(request => request.Series[0].ServiceName == "poison"), 4, 8);
        Assert.Contains("I cannot", write.State("last_drop"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profile_WhoseConnectionAlwaysBreaks_DoesNotHoldTheOthersUp()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server);
        server.Script = push => push.ServiceName == "poison" ? StandInAnswer.Reset : null;

        write.Accept("poison");
        await write.LoggedAsync(Events.EndpointFailing);
        for (int i = 1; i <= 10; i++)
        {
            write.Accept($"good-{i}");
            await write.AdvanceAsync(TimeSpan.FromSeconds(1));
            await write.LoggedAsync(Events.ProfileDelivered, i);
        }

        Assert.Equal(10, write.Count("delivered"));
        Assert.Equal(1, write.Count("queued"));
    }
}
