using Stoker.Discovery.Consul;
using Stoker.Discovery.Tests.Api;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Tests.Consul;

/// <summary>The normal course, against a stand-in whose blocking queries block.</summary>
public sealed class ConsulSourceTests
{
    [Fact]
    public async Task Run_AllServices_AreFoundAndWatched()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.2", 80), ConsulStandIn.Instance("web-2", "10.0.0.3", 80));
        consul.Set("db", ConsulStandIn.Instance("db-1", "10.0.0.4", 5432));
        await StartAsync(run, consul);

        await run.UntilRoundAsync();
        Assert.Equal(["10.0.0.4:5432", "10.0.0.2:80", "10.0.0.3:80"], run.Addresses);
        await consul.WaitForHeldAsync(3);

        consul.Set("web", ConsulStandIn.Instance("web-9", "10.0.0.9", 80));
        await run.UntilAsync(() => run.Addresses is ["10.0.0.4:5432", "10.0.0.9:80"]);
        Assert.Empty(run.Failures);
        Assert.Equal(0, await run.MetricAsync("prometheus_sd_consul_rpc_failures_total"));
        Assert.True(await run.MetricAsync("prometheus_sd_consul_rpc_duration_seconds_count", "call=\"service\"") >= 3);
        Assert.True(await run.MetricAsync("prometheus_sd_consul_rpc_duration_seconds_count", "call=\"services\"") >= 1);
    }

    [Fact]
    public async Task Run_OverAUnixSocket_FindsTheSame()
    {
        using var folder = new SocketFolder();
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time, folder.Socket);
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.2", 80));
        await run.StartAsync(new ConsulSource(new ConsulArguments { Server = $"unix://{folder.Socket}" }, run.Context));
        await run.UntilAsync(() => run.Addresses is ["10.0.0.2:80"]);
    }

    [Fact]
    public async Task Run_ServicesThatComeAndGo_AreWatchedAndRetired()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.2", 80));
        await StartAsync(run, consul);
        await run.UntilAsync(() => run.Addresses is ["10.0.0.2:80"]);

        consul.Set("cart", ConsulStandIn.Instance("cart-1", "10.0.0.5", 80));
        await run.UntilAsync(() => run.Addresses is ["10.0.0.5:80", "10.0.0.2:80"]);
        await consul.WaitForHeldAsync(3);

        consul.Set("web");
        await run.UntilAsync(() => run.Store.Read(question => question.Name).Count == 2);
        Assert.Equal(["10.0.0.5:80"], run.Addresses);
        await consul.WaitForHeldAsync(1);
    }

    [Fact]
    public async Task Run_NamedServices_NeedNoCatalog()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.Set("web shop/1", ConsulStandIn.Instance("web-1", "10.0.0.2", 80));
        consul.Set("db", ConsulStandIn.Instance("db-1", "10.0.0.4", 80));
        await StartAsync(run, consul, new() { Services = ["web shop/1", "absent", "web shop/1"] });

        await run.UntilRoundAsync();
        Assert.Equal(["10.0.0.2:80"], run.Addresses);
        await consul.WaitForHeldAsync(2);
        Assert.DoesNotContain(consul.Server.Requests, request => request.Path == "/v1/catalog/services");

        consul.Set("absent", ConsulStandIn.Instance("a", "10.0.0.7", 80));
        await run.UntilAsync(() => run.Addresses.Count == 2);
    }

    [Fact]
    public async Task Run_Tags_AllOfThemMustBeThere()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.2", 80, "a", "b"), ConsulStandIn.Instance("web-2", "10.0.0.3", 80, "a"));
        consul.Set("db", ConsulStandIn.Instance("db-1", "10.0.0.4", 80, "a"));
        consul.Set("other", ConsulStandIn.Instance("o-1", "10.0.0.5", 80, "a", "b"));
        await StartAsync(run, consul, new() { Services = ["web", "db"], Tags = ["a", "b"] });

        await run.UntilRoundAsync();
        Assert.Equal(["10.0.0.2:80"], run.Addresses);
        await consul.WaitForHeldAsync(2);
        StandInRequest health = Assert.Single(consul.Server.Requests, request => request.Path == "/v1/health/service/web" && !request.Query.ContainsKey("index"));
        Assert.Equal(["a", "b"], health.Query["tag"]);

        // A service that loses a tag is not watched any more.
        consul.Set("web", ConsulStandIn.Instance("web-2", "10.0.0.3", 80, "a"));
        await run.UntilAsync(() => run.Store.Read(question => question.Name).Count == 1);
        Assert.Empty(run.Addresses);
    }

    [Fact]
    public async Task Run_EveryParameter_GoesAlong()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.Token = "s3cret";
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.2", 80));
        await StartAsync(run, consul, new()
        {
            Token = new SecretValue("s3cret"),
            Datacenter = "dc&1",
            Namespace = "n",
            Partition = "p",
            NodeMeta = new Dictionary<string, string> { ["rack"] = "a b", ["env"] = "x" },
        });
        await run.UntilRoundAsync();
        await consul.WaitForHeldAsync(2);

        Assert.Empty(run.Failures);
        Assert.All(consul.Server.Requests, request =>
        {
            Assert.Equal(["dc&1"], request.Query["dc"]);
            Assert.Equal(["n"], request.Query["ns"]);
            Assert.Equal(["p"], request.Query["partition"]);
            Assert.Equal([""], request.Query["stale"]);
            Assert.Equal(["env:x", "rack:a b"], request.Query["node-meta"]);
        });
        Assert.Equal(["120s"], consul.Server.Requests[^1].Query["wait"]);
    }

    [Fact]
    public async Task Run_WithoutStaleAnswers_AsksForTheDefault()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        await StartAsync(run, consul, new() { AllowStale = false });
        await run.UntilRoundAsync();
        Assert.Empty(consul.Server.Requests[0].Query);
    }

    [Fact]
    public async Task Run_QuietTime_IsOneQueryForEachWait()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.2", 80));
        await StartAsync(run, consul, new() { Services = ["web"] });
        await consul.WaitForHeldAsync(1);
        Assert.Equal(2, consul.Server.Requests.Count);

        for (int i = 1; i <= 3; i++)
        {
            run.Time.Advance(ConsulApi.Wait);
            await consul.Server.WaitForRequestsAsync(2 + i);
            await consul.WaitForHeldAsync(1);
            Assert.Equal(2 + i, consul.Server.Requests.Count);
        }

        Assert.Empty(run.Failures);
        Assert.Equal(["10.0.0.2:80"], run.Addresses);
    }

    [Fact]
    public async Task Run_AnswerThatChangesAllTheTime_IsAskedAtThePaceOfTheInterval()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        var interval = TimeSpan.FromSeconds(41);
        await StartAsync(run, consul, new() { Services = ["web"], RefreshInterval = interval });
        await consul.WaitForHeldAsync(1);

        // The first change passes at once, the second empties the bucket.
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.1", 80));
        await run.UntilAsync(() => run.Addresses is ["10.0.0.1:80"]);
        await consul.WaitForHeldAsync(1);
        int before = consul.Server.Requests.Count;
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.2", 80));
        await run.UntilAsync(() => run.Addresses is ["10.0.0.2:80"]);
        await run.SleepsAsync(interval);
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.3", 80));
        Assert.Equal(before, consul.Server.Requests.Count);

        run.Time.Advance(interval);
        await run.UntilAsync(() => run.Addresses is ["10.0.0.3:80"]);
    }

    [Fact]
    public async Task Run_FiftyThousandInstances_AreAllFound()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.Set("web", [.. Enumerable.Range(0, 50_000).Select(i => ConsulStandIn.Instance($"web-{i}", $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}", 80))]);
        await StartAsync(run, consul);
        await run.UntilAsync(() => run.Addresses.Count == 50_000);
    }

    [Fact]
    public async Task Run_ManyServices_AreAllWatched()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        for (int i = 0; i < 200; i++)
        {
            consul.Set($"s{i}", ConsulStandIn.Instance($"s{i}", "10.0.0.1", 1000 + i));
        }

        await StartAsync(run, consul);
        await run.UntilRoundAsync();
        Assert.Equal(200, run.Addresses.Count);
        await consul.WaitForHeldAsync(201);
    }

    [Fact]
    public async Task Run_Stopped_LeavesNoQueryBehind()
    {
        var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.2", 80));
        await StartAsync(run, consul);
        await consul.WaitForHeldAsync(2);
        await run.DisposeAsync();
        await consul.WaitForHeldAsync(0);
        Assert.Empty(run.Failures);
    }

    internal static Task StartAsync(RunningSource run, ConsulStandIn consul, ConsulArguments? arguments = null) =>
        run.StartAsync(new ConsulSource((arguments ?? new ConsulArguments()) with { Server = consul.Address }, run.Context) { Random = () => 0 });
}
