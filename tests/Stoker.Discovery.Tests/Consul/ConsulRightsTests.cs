namespace Stoker.Discovery.Tests.Consul;

/// <summary>What Consul leaves out of an answer because the token may not read it has not gone.</summary>
public sealed class ConsulRightsTests
{
    [Fact]
    public async Task Run_TokenThatLosesItsRights_KeepsServicesAndInstances()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulFaultTests.StartWebAsync(run);
        consul.IsFilteredByAcls = true;
        consul.Set("web");
        await run.UntilAsync(() => run.Failures.Count == 2);
        Assert.Contains(" catalog: the token no longer reads any service that is wanted: ", run.Failures[0], StringComparison.Ordinal);
        Assert.Contains(" service web: the token no longer reads any instance of this service: ", run.Failures[1], StringComparison.Ordinal);
        Assert.Equal(["10.0.0.2:80"], run.Addresses);

        consul.IsFilteredByAcls = false;
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.3", 80));
        await ConsulFaultTests.RetryUntilAsync(run, () => run.Failures.Count == 0);
        Assert.Equal(["10.0.0.3:80"], run.Addresses);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_ChangedArgumentsWithATokenThatReadsNothing_KeepTheTargets(bool areServicesNamed)
    {
        string[] services = areServicesNamed ? ["web"] : [];
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulFaultTests.StartWebAsync(run);
        consul.IsFilteredByAcls = true;
        consul.Set("web");
        await ConsulSourceTests.StartAsync(run, consul, new() { Services = services, TagSeparator = ";" });
        await run.UntilRoundAsync();
        Assert.Equal(["10.0.0.2:80"], run.Addresses);
        Assert.All(run.Failures, failure => Assert.Contains("the token no longer reads any", failure, StringComparison.Ordinal));
        Assert.NotEmpty(run.Failures);
    }

    [Fact]
    public async Task Run_FilteredAnswerWithoutAnythingKnown_IsNoFailure()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.IsFilteredByAcls = true;
        await ConsulSourceTests.StartAsync(run, consul, new() { Services = ["web"] });
        await run.UntilRoundAsync();
        Assert.Empty(run.Failures);
        Assert.StartsWith("answer: Consul left out what the token may not read", Assert.Single(run.Skipped), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FilteredAnswerWithLess_TakesIt()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulFaultTests.StartWebAsync(run);
        consul.IsFilteredByAcls = true;
        consul.Set("db", ConsulStandIn.Instance("db-1", "10.0.0.4", 80));
        await run.UntilAsync(() => run.Addresses.Count == 2);
        await consul.WaitForHeldAsync(3);
        consul.Set("web");
        await run.UntilAsync(() => run.Addresses is ["10.0.0.4:80"]);
        Assert.DoesNotContain(run.Failures, failure => failure.Contains("catalog", StringComparison.Ordinal));
    }
}
