using Stoker.Components;
using Stoker.Delivery.Write;
using Stoker.Labels;
using Stoker.TestKit.Pyroscope;

namespace Stoker.Delivery.Tests.Write;

/// <summary>What goes over the wire when all is well.</summary>
public sealed class PushTests
{
    [Fact]
    public async Task Push_OfAProfile_IsTakenByAStrictServerAsItWas()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.Start(new EndpointArguments { Url = server.Url });
        write.Time.JumpWallClock(TimeProvider.System.GetUtcNow() - write.Time.GetUtcNow());
        RawProfile profile = SampleProfile.Scraped(write.Time, "checkout", "memory", labels: [("instance", "10.0.0.1:80"), ("städte", "Köln 🌍"), ("__delta__", "false")]);

        write.Receiver.Accept(profile);
        await Running.Bounded(server.WaitForAcceptedAsync(1));

        ReceivedPush received = Assert.Single(server.Accepted);
        Assert.Equal(profile.Labels, received.Labels);
        Assert.Equal(profile.Bytes.ToArray(), received.Bytes);
        Assert.Equal("6f9b7a52-0000-4000-8000-000000000001", received.Headers["X-Stoker-Id"]);
        Assert.Equal("Stoker/0.0.0 (test)", received.Headers["User-Agent"]);
        Assert.Equal("10000", received.Headers["Connect-Timeout-Ms"]);
        await write.LoggedAsync(Events.ProfileDelivered);
        Assert.Equal("healthy", write.State("state"));
        Assert.Equal("1 endpoint, 1 profiles delivered, 0 queued, 0 dropped", write.Health);
    }

    [Fact]
    public async Task Push_OfALargePlainProfile_ArrivesWhole()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server);
        byte[] plain = SampleProfile.CreatePlain(TimeProvider.System.GetUtcNow(), samples: 15_000);

        write.Receiver.Accept(SampleProfile.Scraped(write.Time, "checkout", bytes: plain));
        await Running.Bounded(server.WaitForAcceptedAsync(1));

        Assert.Equal(plain, Assert.Single(server.Accepted).Bytes);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("/", "")]
    [InlineData("/pyroscope", "/pyroscope")]
    [InlineData("/a/b///", "/a/b")]
    public async Task Push_ToAUrlWithAPath_GoesBelowIt(string path, string prefix)
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        server.PathPrefix = prefix;
        await using Running write = Write.Start(new EndpointArguments { Url = server.Url + path });

        write.Receiver.Accept(SampleProfile.Scraped(write.Time, "checkout", bytes: Write.PresentProfile));

        await Running.Bounded(server.WaitForAcceptedAsync(1));
    }

    [Fact]
    public async Task Push_WithHeadersAndCredentialsInTheUrl_SendsThemAndShowsNoPassword()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.Start(new EndpointArguments
        {
            Url = $"http://ann:hunter2@127.0.0.1:{server.Port}",
            Headers = new Dictionary<string, string> { ["X-Scope-OrgID"] = "team-a" },
        });

        write.Receiver.Accept(SampleProfile.Scraped(write.Time, "checkout", bytes: Write.PresentProfile));
        await Running.Bounded(server.WaitForAcceptedAsync(1));

        ReceivedPush received = Assert.Single(server.Accepted);
        Assert.Equal("team-a", received.Headers["X-Scope-OrgID"]);
        Assert.Equal("Basic " + Convert.ToBase64String("ann:hunter2"u8), received.Headers["Authorization"]);
        Assert.DoesNotContain("hunter2", write.State("url"), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", await write.ExportMetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_InternalAndExternal_AreStrippedAndOverridden()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Running.Start(PyroscopeWriteComponent.Definition, new WriteArguments
        {
            Endpoints = [new EndpointArguments { Url = server.Url }],
            ExternalLabels = new Dictionary<string, string> { ["cluster"] = "eu", ["pod"] = "", ["env"] = "prod", ["__meta_x"] = "y" },
        });

        write.Receiver.Accept(SampleProfile.Scraped(
            write.Time, "checkout", bytes: Write.PresentProfile, labels: [("pod", "p-1"), ("env", "dev"), ("__address__", "a:1"), ("__delta__", "false")]));
        await Running.Bounded(server.WaitForAcceptedAsync(1));

        LabelSet expected = LabelSet.Of(
            ("__name__", "process_cpu"), ("__delta__", "false"), ("service_name", "checkout"), ("cluster", "eu"), ("env", "prod"));
        Assert.Equal(expected, Assert.Single(server.Accepted).Labels);
    }

    [Fact]
    public async Task Labels_ThatNoServerTakes_AreDroppedWithTheReason()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server);

        write.Receiver.Accept(SampleProfile.Scraped(write.Time, "checkout", type: ""));
        write.Receiver.Accept(SampleProfile.Scraped(write.Time, "half a pair: \ud83c"));

        Assert.Equal(2, write.Dropped("invalid_labels"));
        Assert.Contains("service_name is not valid Unicode text", write.State("last_drop"), StringComparison.Ordinal);
        Assert.Contains("__name__", Assert.Single(write.Log.Of(Events.ProfilesDropped))["detail"], StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Metrics_AfterADelivery_CountIt()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        await using Running write = Write.To(server);

        write.Receiver.Accept(SampleProfile.Scraped(write.Time, "checkout", bytes: Write.PresentProfile));
        await write.LoggedAsync(Events.ProfileDelivered);

        string metrics = await write.ExportMetricsAsync();
        string labels = $"component_path=\"/\",component_id=\"pyroscope.write.test\",endpoint=\"{server.Url}\"";
        Assert.Contains($"pyroscope_write_sent_profiles_total{{{labels}}} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"pyroscope_write_sent_bytes_total{{{labels}}} {Write.PresentProfile.Length}\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"pyroscope_write_dropped_profiles_total{{{labels}}} 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"pyroscope_write_latency_count{{{labels},type=\"push_endpoint\"}} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"stoker_delivery_latency_seconds_count{{{labels}}} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains($"stoker_write_queue_limit_bytes{{{labels}}} 67108864\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accept_WithoutEndpoints_IsHarmless()
    {
        await using Running write = Write.Start();

        write.Receiver.Accept(SampleProfile.Scraped(write.Time, "checkout"));

        Assert.Equal("no endpoints: profiles go nowhere", write.Health);
        Assert.Empty(write.Describe());
    }
}
