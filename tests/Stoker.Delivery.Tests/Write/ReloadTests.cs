using Stoker.Delivery.Write;
using Stoker.TestKit.Pyroscope;

namespace Stoker.Delivery.Tests.Write;

/// <summary>Arguments that change while profiles are queued and under way.</summary>
public sealed class ReloadTests
{
    [Fact]
    public async Task Reload_NewUrl_IsUsedAtOnceForWhatIsRetriedAndWhatHangs()
    {
        await using PyroscopeStandIn old = await PyroscopeStandIn.StartAsync();
        await using PyroscopeStandIn fresh = await PyroscopeStandIn.StartAsync();
        old.Script = push => push.ServiceName == "hangs" ? StandInAnswer.Hang : StandInAnswer.Error("unavailable", "no");
        await using Running write = Write.Start(new EndpointArguments { Url = old.Url });
        write.Accept("hangs");
        await Running.Bounded(old.WaitForArrivalsAsync(1));
        write.Accept("retried");
        await write.LoggedAsync(Events.EndpointFailing);
        write.Accept("queued");

        write.Apply(new WriteArguments { Endpoints = [new EndpointArguments { Url = fresh.Url }] });
        write.Accept("new");

        // Not one tick of the clock: neither the backoff nor the deadline of what hangs is waited for by the others.
        await Running.Bounded(fresh.WaitForAcceptedAsync(3));
        Assert.Equal(["new", "queued", "retried"], fresh.Accepted.Select(push => push.ServiceName).Order());

        await write.LoggedAsync(Events.ProfileDelivered, 3);
        write.Time.Advance(TimeSpan.FromSeconds(10));
        await Running.Bounded(fresh.WaitForAcceptedAsync(4));
        await write.LoggedAsync(Events.ProfileDelivered, 4);
        Assert.Equal(fresh.Url, write.State("url"));
        Assert.DoesNotContain(old.Url, await write.ExportMetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_NewHeaders_GoWithTheNextTry()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        server.Script = push => push.Headers.ContainsKey("X-Scope-OrgID") ? null : StandInAnswer.Error("unauthenticated", "no org id");
        await using Running write = Write.To(server);
        write.Accept();
        await write.LoggedAsync(Events.EndpointFailing);

        write.Apply(new WriteArguments
        {
            Endpoints = [new EndpointArguments { Url = server.Url, Headers = new Dictionary<string, string> { ["X-Scope-OrgID"] = "a" } }],
        });

        await write.LoggedAsync(Events.EndpointRecovered);
        Assert.Equal(1, write.Count("delivered"));
    }

    [Fact]
    public async Task Reload_EndpointsInAnotherOrder_KeepTheirQueuesByName()
    {
        await using PyroscopeStandIn a = await PyroscopeStandIn.StartAsync();
        await using PyroscopeStandIn b = await PyroscopeStandIn.StartAsync();
        await a.StopAsync();
        var first = new EndpointArguments { Name = "a", Url = a.Url };
        var second = new EndpointArguments { Name = "b", Url = b.Url };
        await using Running write = Write.Start(first, second);
        write.Accept();
        await write.LoggedAsync(Events.ProfileDelivered);
        await write.LoggedAsync(Events.EndpointFailing);

        write.Apply(new WriteArguments { Endpoints = [second, first] });

        Assert.Equal("b", write.State("name", endpoint: 0));
        Assert.Equal(1, write.Count("delivered", endpoint: 0));
        Assert.Equal("a", write.State("name", endpoint: 1));
        Assert.Equal(1, write.Count("queued", endpoint: 1));
    }

    [Fact]
    public async Task Reload_TwoEndpointsSwapUrls_BothKeepTheirMetrics()
    {
        await using PyroscopeStandIn a = await PyroscopeStandIn.StartAsync();
        await using PyroscopeStandIn b = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.Start(new EndpointArguments { Url = a.Url }, new EndpointArguments { Url = b.Url });

        write.Apply(new WriteArguments { Endpoints = [new EndpointArguments { Url = b.Url }, new EndpointArguments { Url = a.Url }] });
        write.Accept();
        await write.LoggedAsync(Events.ProfileDelivered, 2);

        string metrics = await write.ExportMetricsAsync();
        Assert.Contains($"pyroscope_write_sent_profiles_total{{component_path=\"/\",component_id=\"pyroscope.write.test\",endpoint=\"{a.Url}\"}} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"pyroscope_write_sent_profiles_total{{component_path=\"/\",component_id=\"pyroscope.write.test\",endpoint=\"{b.Url}\"}} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_EndpointRemoved_DropsItsQueueAndItsMetricsAndKeepsTheOther()
    {
        await using PyroscopeStandIn gone = await PyroscopeStandIn.StartAsync();
        await using PyroscopeStandIn kept = await PyroscopeStandIn.StartAsync();
        await gone.StopAsync();
        var first = new EndpointArguments { Url = kept.Url };
        await using Running write = Write.Start(first, new EndpointArguments { Url = gone.Url });
        write.Accept();
        await write.LoggedAsync(Events.EndpointFailing);
        await write.LoggedAsync(Events.ProfileDelivered);

        write.Apply(new WriteArguments { Endpoints = [first] });
        await write.LoggedAsync(2005);
        write.Accept("after");
        await Running.Bounded(kept.WaitForAcceptedAsync(2));

        Assert.Single(write.Describe());
        Assert.DoesNotContain(gone.Url, await write.ExportMetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_SameArguments_ChangesNothing()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        server.Script = _ => StandInAnswer.Plain(404);
        await using Running write = Write.Start(new EndpointArguments { Url = server.Url });
        write.Accept();
        await write.LoggedAsync(Events.EndpointFailing);

        write.Apply(new WriteArguments { Endpoints = [new EndpointArguments { Url = server.Url, Headers = new Dictionary<string, string>() }] });

        // A reload that does not concern the endpoint does not end its wait.
        await write.AdvanceAsync(TimeSpan.FromSeconds(20));
        Assert.Single(server.Requests);
        Assert.Equal("failing", write.State("state"));
    }

    [Fact]
    public async Task Reload_ExternalLabels_GoWithTheNextProfile()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server);

        write.Apply(new WriteArguments
        {
            Endpoints = [new EndpointArguments { Url = server.Url }],
            ExternalLabels = new Dictionary<string, string> { ["cluster"] = "eu" },
        });
        write.Accept();
        await Running.Bounded(server.WaitForAcceptedAsync(1));

        Assert.Equal("eu", Assert.Single(server.Accepted).Labels["cluster"]);
    }
}
