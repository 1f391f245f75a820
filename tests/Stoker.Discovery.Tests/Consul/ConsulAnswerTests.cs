using Stoker.Discovery.Tests.Api;

namespace Stoker.Discovery.Tests.Consul;

/// <summary>Answers of Consul that are not what they should be: each costs only itself.</summary>
public sealed class ConsulAnswerTests
{
    [Theory]
    [InlineData("text/html", "<html>")]
    [InlineData("application/json", "[]")]
    [InlineData("application/json", "null")]
    [InlineData("application/json", "{\"web\":[")]
    public async Task Run_CatalogThatIsSomethingElse_KeepsServices(string type, string body)
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulFaultTests.StartWebAsync(run);
        consul.Server.Script = async (http, _) =>
        {
            if (http.Request.Path != "/v1/catalog/services")
            {
                return false;
            }

            await StandInServer.AnswerAsync(http, 200, type, body);
            return true;
        };
        consul.Set("new", ConsulStandIn.Instance("n", "10.0.0.7", 80));
        await run.UntilAsync(() => run.Addresses.Count == 2 && run.Failures.Count == 1);
        Assert.Contains(" catalog: ", run.Failures[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BrokenInstance_CostsOnlyItself()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.Server.Script = async (http, ended) =>
        {
            if (http.Request.Query.ContainsKey("index"))
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended);
            }

            http.Response.Headers["X-Consul-Index"] = "7";
            string good = ConsulStandIn.Instance("web-1", "10.0.0.2", 80).ToJsonString();
            await StandInServer.AnswerAsync(
                http, 200, "application/json", $$"""[{"Service":{"Port":"http"} }, {{good}}, null, {"Node":{},"Service":{"ID":"x"} }, 3, {"Node":{"Meta":[]} }]""");
            return true;
        };
        await ConsulSourceTests.StartAsync(run, consul, new() { Services = ["web"] });
        await run.UntilRoundAsync();
        Assert.Equal(["10.0.0.2:80"], run.Addresses);
        Assert.Equal(
            [
                "instance 1: Service.Port has another type than the API documents",
                "instance 3: it is null",
                "instance 4 (x): neither the service nor its node has an address",
                "instance 5: it has another type than the API documents",
                "instance 6: Node.Meta has another type than the API documents",
            ],
            run.Skipped);
    }

    [Fact]
    public async Task Run_OddServices_AreSkippedWithAReason()
    {
        await using var run = new RunningSource();
        await using ConsulStandIn consul = await ConsulStandIn.StartAsync(run.Time);
        consul.Set("web", ConsulStandIn.Instance("web-1", "10.0.0.2", 80, "a"));
        consul.Server.Script = async (http, ended) =>
        {
            if (http.Request.Path != "/v1/catalog/services")
            {
                return false;
            }

            if (http.Request.Query.ContainsKey("index"))
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended);
            }

            http.Response.Headers["X-Consul-Index"] = "7";
            await StandInServer.AnswerAsync(http, 200, "application/json", """{"..":["a"],"":["a"],"a\nb":["a"],"web":["a"],"odd":"a","odder":[1],"none":null,"other":[]}""");
            return true;
        };
        await ConsulSourceTests.StartAsync(run, consul, new() { Tags = ["a"] });
        await run.UntilRoundAsync();
        Assert.Equal(["10.0.0.2:80"], run.Addresses);
        Assert.Equal(
            [
                "service : it has a name that cannot be asked for",
                "service ..: it has a name that cannot be asked for",
                "service a b: it has a name that cannot be asked for",
                "service odd: its tags are no list of strings",
                "service odder: its tags are no list of strings",
            ],
            run.Skipped);
    }
}
