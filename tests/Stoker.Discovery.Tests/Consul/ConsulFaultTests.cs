using Stoker.Discovery.Consul;
using Stoker.Discovery.Tests.Api;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Tests.Consul;

/// <summary>What goes wrong with Consul, and that nothing is lost by it.</summary>
public sealed class ConsulFaultTests
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Run_ServerThatIsDown_KeepsTargetsAndRecovers()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await StartWebAsync(run);

        await consul.Server.StopAsync();
        await run.UntilAsync(() => run.Failures.Count == 2);
        Assert.Equal(["10.0.0.2:80"], run.Addresses);
        Assert.True(await run.MetricAsync("prometheus_sd_consul_rpc_failures_total") >= 2);

        // Another past: the index begins again, and the instances have changed meanwhile.
        consul.ResetIndex();
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.8", 80));
        await consul.Server.StartAsync();
        await RetryUntilAsync(run, () => run.Addresses is ["10.0.0.8:80"] && run.Failures.Count == 0);
        await consul.WaitForHeldAsync(2);
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.9", 80));
        await run.UntilAsync(() => run.Addresses is ["10.0.0.9:80"]);
    }

    [Fact]
    public async Task Run_IndexThatGoesBackwards_IsAskedFromTheBeginning()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await StartWebAsync(run, new() { Services = ["web"] });
        consul.ResetIndex();
        run.Time.Advance(ConsulApi.Wait);
        await consul.Server.WaitForRequestsAsync(4);
        await consul.WaitForHeldAsync(1);
        Assert.False(consul.Server.Requests[2].Query.ContainsKey("index"));
        Assert.Equal(["5"], consul.Server.Requests[3].Query["index"]);
        Assert.Empty(run.Failures);
    }

    [Fact]
    public async Task Run_IndexOfZero_NeverBecomesABusyLoop()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.ClaimedIndex = 0;
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.2", 80));
        var interval = TimeSpan.FromSeconds(41);
        await ConsulSourceTests.StartAsync(run, consul, new() { Services = ["web"], RefreshInterval = interval });

        // 1 is asked next, which the state is beyond, so that it is answered at once; then the pace holds.
        await run.SleepsAsync(interval);
        Assert.Equal("1", consul.Server.Requests[1].Query["index"].Single());
        Assert.Equal(3, consul.Server.Requests.Count);
        Assert.Equal(["10.0.0.2:80"], run.Addresses);
    }

    [Theory]
    [InlineData(500, "No cluster leader", "500 Internal Server Error: No cluster leader; Consul's servers are electing one")]
    [InlineData(403, "rpc error making call: ACL not found", "403 Forbidden: rpc error making call: ACL not found; the token needs service:read and node:read")]
    [InlineData(404, "404 page not found", "404 Not Found: 404 page not found; is this the HTTP API of Consul?")]
    [InlineData(429, "", "429 Too Many Requests")]
    [InlineData(204, "", "204 No Content")]
    public async Task Run_Refusal_KeepsTargetsAndSaysWhatToDo(int status, string body, string expected)
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await StartWebAsync(run, new() { Services = ["web"] });
        consul.Server.Script = async (http, _) =>
        {
            http.Response.StatusCode = status;
            if (body.Length > 0)
            {
                await StandInServer.AnswerAsync(http, status, "text/plain", body);
            }

            return true;
        };
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.3", 80));
        await run.UntilAsync(() => run.Addresses is ["10.0.0.3:80"] && run.Failures.Count == 1);
        Assert.Contains(expected, run.Failures[0], StringComparison.Ordinal);

        consul.Server.Script = null;
        await RetryUntilAsync(run, () => run.Failures.Count == 0);
        Assert.Equal(["10.0.0.3:80"], run.Addresses);
    }

    [Fact]
    public async Task Run_MissingToken_IsAFaultOfTheCatalogAndTheRoundEnds()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.Token = "s3cret";
        await ConsulSourceTests.StartAsync(run, consul, new() { Token = new SecretValue("wr0ng") });
        await run.UntilRoundAsync();
        string failure = Assert.Single(run.Failures);
        Assert.StartsWith($"http://{consul.Address} catalog: GET /v1/catalog/services answered 403 Forbidden: rpc error", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_TokenAndRedirectToAnotherHost_LosesTheToken()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn other = await ConsulStandIn.StartAsync(run.Time);
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.Token = "s3cret";
        consul.Server.Script = (http, _) =>
        {
            http.Response.Redirect($"http://{other.Address}{http.Request.Path}");
            return Task.FromResult(true);
        };
        await ConsulSourceTests.StartAsync(run, consul, new() { Services = ["web"], Token = new SecretValue("s3cret") });
        await run.UntilRoundAsync();
        await other.Server.WaitForRequestsAsync(1);
        Assert.Equal("s3cret", consul.Server.Requests[0].Headers["X-Consul-Token"]);
        Assert.False(other.Server.Requests[0].Headers.ContainsKey("X-Consul-Token"));
    }

    [Fact]
    public async Task Run_AnswersThatTheTokenFilters_AreShown()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.IsFilteredByAcls = true;
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.2", 80));
        await ConsulSourceTests.StartAsync(run, consul);
        await run.UntilRoundAsync();
        Assert.Equal(2, run.Skipped.Count);
        Assert.All(run.Skipped, skipped => Assert.StartsWith("answer: Consul left out what the token may not read", skipped, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_BlockedQueryThatIsCut_IsAFaultAndIsAskedAgain()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.2", 80));

        // Each time anew, because the transport itself asks again where a connection that it had used before breaks.
        var cut = new TaskCompletionSource();
        consul.Server.Script = async (http, ended) =>
        {
            if (!http.Request.Query.ContainsKey("index"))
            {
                return false;
            }

            await cut.Task.WaitAsync(ended);
            http.Abort();
            return true;
        };
        await ConsulSourceTests.StartAsync(run, consul, new() { Services = ["web"] });
        await run.UntilAsync(() => run.Addresses.Count == 1);
        await consul.Server.WaitForRequestsAsync(2);
        cut.SetResult();
        await run.UntilAsync(() => run.Failures.Count == 1);
        Assert.Equal(["10.0.0.2:80"], run.Addresses);

        consul.Server.Script = null;
        int before = consul.Server.Requests.Count;
        await RetryUntilAsync(run, () => run.Failures.Count == 0);
        Assert.False(consul.Server.Requests[before].Query.ContainsKey("index"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    public async Task Run_AnswerThatBreaksOff_KeepsTargets(int sent)
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await StartWebAsync(run, new() { Services = ["web"] });
        string body = $"[{ConsulStandIn.Instance("web-1", "10.0.0.3", 80).ToJsonString()}]";
        consul.Server.Script = async (http, _) =>
        {
            await StandInServer.TruncateAsync(http, body, sent);
            return true;
        };
        consul.Set("other", ConsulStandIn.Instance("o", "10.0.0.7", 1));
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.4", 80));
        await run.UntilAsync(() => run.Addresses is ["10.0.0.4:80"] && run.Failures.Count == 1);
        consul.Server.Script = null;
        await RetryUntilAsync(run, () => run.Failures.Count == 0);
        Assert.Equal(["10.0.0.4:80"], run.Addresses);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_ServerThatHangs_IsGivenUpAfterTheDeadline(bool waits)
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.2", 80));
        consul.Server.Script = async (http, ended) =>
        {
            if (http.Request.Query.ContainsKey("index") == waits)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended);
            }

            return false;
        };
        await ConsulSourceTests.StartAsync(run, consul, new() { Services = ["web"] });
        await consul.Server.WaitForRequestsAsync(waits ? 2 : 1);
        if (waits)
        {
            await run.UntilAsync(() => run.Addresses.Count == 1);
        }

        TimeSpan deadline = waits ? ConsulApi.BlockingDeadline : ConsulApi.FreshDeadline;
        Assert.True(ConsulApi.BlockingDeadline > ConsulApi.Wait * 17 / 16);
        run.Time.Advance(deadline);
        await run.UntilAsync(() => run.Failures.Count == 1);
        Assert.Contains("was not answered within", run.Failures[0], StringComparison.Ordinal);
        Assert.Equal(waits ? 1 : 0, run.Addresses.Count);
    }

    [Fact]
    public async Task Run_ChangedArgumentsWhileConsulIsDown_KeepTheTargetsUntilEachServiceIsAnswered()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.Set("db", ConsulStandIn.Instance("db-1", "10.0.0.4", 80));
        consul.Set("gone", ConsulStandIn.Instance("gone-1", "10.0.0.5", 80));
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.2", 80));
        await ConsulSourceTests.StartAsync(run, consul);
        await run.UntilRoundAsync();
        string[] all = ["10.0.0.4:80", "10.0.0.5:80", "10.0.0.2:80"];
        Assert.Equal(all, run.Addresses);

        await consul.Server.StopAsync();
        await ConsulSourceTests.StartAsync(run, consul, new() { TagSeparator = ";" });
        await run.UntilRoundAsync();
        Assert.Equal(all, run.Addresses);

        // The catalog is answered, one service is not: its targets stay, those of the service that is gone go.
        consul.Set("gone");
        var db = new TaskCompletionSource();
        consul.Server.Script = async (http, ended) =>
        {
            if (http.Request.Path == "/v1/health/service/db")
            {
                await db.Task.WaitAsync(ended);
            }

            return false;
        };
        await consul.Server.StartAsync();
        await RetryUntilAsync(run, () => run.Targets.Any(target => target["__meta_consul_tags"] == ";;"));
        await run.UntilAsync(() => run.Addresses.Count == 2);
        Assert.Equal(["10.0.0.4:80", "10.0.0.2:80"], run.Addresses);
        Assert.Equal(",,", run.Targets[0]["__meta_consul_tags"]);
        db.SetResult();
        await run.UntilAsync(() => run.Targets[0]["__meta_consul_tags"] == ";;");
    }

    /// <summary>A Consul with one service, which the source has found and waits for changes of.</summary>
    internal static async Task<ConsulStandIn> StartWebAsync(RunningSource run, ConsulArguments? arguments = null)
    {
        ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.2", 80));
        await ConsulSourceTests.StartAsync(run, consul, arguments);
        await run.UntilRoundAsync();
        await consul.WaitForHeldAsync(arguments is null ? 2 : 1);
        return consul;
    }

    /// <summary>Lets the waits before second tries pass, of all that failed once, until something is reached.</summary>
    internal static async Task RetryUntilAsync(RunningSource run, Func<bool> isReached)
    {
        Task reached = run.UntilAsync(isReached);
        while (await Task.WhenAny(reached, run.SleepsAsync(FirstRetry)) != reached)
        {
            run.Time.Advance(FirstRetry);
        }

        await reached;
    }
}
