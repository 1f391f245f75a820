using Stoker.Discovery.Consul;

namespace Stoker.Discovery.Tests.Consul;

/// <summary>A Consul that takes every query and answers none.</summary>
public sealed class ConsulHangTests
{
    [Fact]
    public async Task Run_TenThousandServicesOfAServerThatHangs_HaveFailedAfterTwoDeadlines()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.Server.Script = async (_, ended) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended);
            return true;
        };
        string[] services = [.. Enumerable.Range(0, ConsulServices.MaxServices).Select(i => $"s{i}")];
        await ConsulSourceTests.StartAsync(run, consul, new() { Services = services });
        await RunningSource.Bounded(consul.Server.WaitForRequestsAsync(FreshQueries.MaxAtOnce));
        run.Time.Advance(ConsulApi.FreshDeadline);

        // Those that wait fail now; the slots that became free may have gone to some of them before.
        await run.UntilAsync(() => FailedOf(run) >= services.Length - FreshQueries.MaxAtOnce);
        run.Time.Advance(ConsulApi.FreshDeadline);
        await run.UntilRoundAsync();
        Assert.Equal(services.Length, FailedOf(run));
        Assert.Contains(
            "not asked, because Consul did not answer what was asked before within its deadline; does it hang?", run.Store.Read(question => question.Failure));
    }

    [Fact]
    public async Task Run_ServerThatAnswersAgain_IsAskedForAll()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        string[] services = [.. Enumerable.Range(0, 100).Select(i => $"s{i}")];
        foreach (string service in services)
        {
            consul.Set(service, ConsulStandIn.Instance(service, "10.0.0.1", 80));
        }

        consul.Server.Script = async (_, ended) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended);
            return true;
        };
        await ConsulSourceTests.StartAsync(run, consul, new() { Services = services });
        await RunningSource.Bounded(consul.Server.WaitForRequestsAsync(FreshQueries.MaxAtOnce));
        consul.Server.Script = null;
        run.Time.Advance(ConsulApi.FreshDeadline);
        await run.UntilAsync(() => FailedOf(run) + run.Addresses.Count == services.Length);
        await ConsulFaultTests.RetryUntilAsync(run, () => run.Addresses.Count == services.Length);
        Assert.Empty(run.Failures);
        await consul.WaitForHeldAsync(services.Length);
    }

    private static int FailedOf(RunningSource run) => run.Store.Read(question => question.Failure).Count(failure => failure is not null);
}
