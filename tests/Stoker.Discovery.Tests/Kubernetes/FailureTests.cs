using Stoker.Discovery.Kubernetes;
using Stoker.TestKit;

namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>What a server refuses, how that is explained, and that targets stay meanwhile.</summary>
public sealed class FailureTests
{
    private const string Role = "role = \"pod\"";

    [Theory]
    [InlineData(401, "401: the API server does not know the credentials")]
    [InlineData(403, "403: the agent may not list pods in all namespaces: grant its account the verbs list and watch on pods in a ClusterRole")]
    [InlineData(404, "404: the API server has no pods in version v1")]
    [InlineData(400, "400: the API server does not understand the request; does it know the fields of the selectors?")]
    [InlineData(429, "429: the API server asks for fewer requests")]
    [InlineData(500, "500: the API server has a fault")]
    [InlineData(302, "status 302 was not expected")]
    public async Task List_ThatIsRefused_SaysWhyAndIsTriedAgain(int status, string reason)
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        var gate = new TaskCompletionSource();
        server.Prepare(_ => true, new PreparedAnswer(status));
        server.BeforeList = _ => gate.Task;
        await using var watching = Watching.Start(server, Role);

        await watching.WaitForFailureAsync(reason);
        await watching.WaitForFailureAsync("; the server says: prepared by the test");
        await watching.UntilRoundAsync();
        gate.SetResult();
        await watching.WaitForTargetsAsync(1);

        Assert.All(watching.Store.Read(question => question.Failure), Assert.Null);
        Assert.Contains("prometheus_sd_kubernetes_failures_total{component_path=\"/\",component_id=\"discovery.kubernetes.test\"} 1", await watching.MetricsTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_InOneNamespaceThatIsForbidden_NamesTheRoleThatIsMissing()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        server.Prepare(request => request.Path.Contains("/bank/", StringComparison.Ordinal), new PreparedAnswer(403), times: 1000);
        await using var watching = Watching.Start(server, """
            role = "pod"
            namespaces {
              names = ["shop", "bank"]
            }
            """);

        await watching.WaitForFailureAsync("may not list pods in the namespace bank: grant its account the verbs list and watch on pods in a Role of that namespace or a ClusterRole");
        await watching.WaitForTargetsAsync(1);
        await watching.UntilRoundAsync();
    }

    [Fact]
    public async Task List_OfSomethingElse_AsksWhetherThisIsAnApiServer()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Prepare(_ => true, new PreparedAnswer(200, "<!doctype html><title>Sign in</title>"), times: 2);
        server.Prepare(_ => true, new PreparedAnswer(200, """{"items":[]}"""), times: 2);
        await using var watching = Watching.Start(server, Role);

        await watching.WaitForFailureAsync("is this the URL of an API server?");
    }

    [Fact]
    public async Task List_ThatEndsInTheMiddle_FailsAndKeepsTheTargets()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        await using var watching = Watching.Start(server, Role);
        await watching.WaitForTargetsAsync(1);
        server.Prepare(request => !request.IsWatch, new PreparedAnswer(200, """{"metadata":{"resourceVersion":"9999"},"items":["""), times: 1000);
        await server.WaitForRequestAsync(request => request.IsWatch);

        server.Forget();
        await watching.WaitForFailureAsync("the list ended in the middle");

        Assert.Single(watching.Targets);
    }

    [Fact]
    public async Task Server_ThatIsAway_SaysSo()
    {
        ApiStandIn server = await ApiStandIn.StartAsync();
        string url = server.Url;
        await server.DisposeAsync();
        await using var watching = Watching.Start($"role = \"pod\"\napi_server = \"{url}\"");

        await watching.WaitForFailureAsync("connection refused");
    }

    [Fact]
    public async Task RetryAfter_OfAServerThatIsBusy_IsKept()
    {
        var time = new ManualTimeProvider();
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Prepare(_ => true, new PreparedAnswer(429, RetryAfter: "40"));
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        await using var watching = Watching.Start(server, Role, time);

        await Watching.Bounded(time.WaitForTimerDueInAsync(TimeSpan.FromSeconds(40)));
        time.Advance(TimeSpan.FromSeconds(39.9));
        Assert.Single(server.Requests);
        time.Advance(TimeSpan.FromSeconds(0.1));

        await watching.WaitForTargetsAsync(1);
    }

    [Fact]
    public async Task Watch_OfAServerThatIsBusyOrHasAFault_IsTriedAgainWithoutListing()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        server.Prepare(request => request.IsWatch, new PreparedAnswer(500));
        server.Prepare(request => request.IsWatch, new PreparedAnswer(504));
        server.Prepare(request => request.IsWatch, new PreparedAnswer(429));
        await using var watching = Watching.Start(server, Role);
        await watching.WaitForTargetsAsync(1);

        await server.WaitForRequestAsync(request => request.IsWatch, 4);
        server.Cluster.Put("pods", Manifests.Pod("shop", "b", "10.0.0.2"));
        await watching.WaitForTargetsAsync(2);

        Assert.Single(server.Requests, request => !request.IsWatch);
        Assert.All(watching.Store.Read(question => question.Failure), Assert.Null);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(500)]
    [InlineData(504)]
    public async Task Watch_ThatIsAlwaysRefused_IsMadeUpForByListsAndStaysAFailure(int status)
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        bool isRefused = true;
        server.Prepare(request => request.IsWatch && Volatile.Read(ref isRefused), new PreparedAnswer(status), times: 100_000);
        await using var watching = Watching.Start(server, Role);
        await watching.WaitForFailureAsync($"{status}: ");

        server.Cluster.Put("pods", Manifests.Pod("shop", "b", "10.0.0.2"));
        await watching.WaitForTargetsAsync(2);
        server.Cluster.Delete("pods", "shop/a");
        await watching.WaitForTargetsAsync(1);

        Assert.Equal(
            [("changes of pods in all namespaces", true), ("pods in all namespaces", false)],
            watching.Store.Read(question => (question.Name, question.Failure is not null)));
        Volatile.Write(ref isRefused, false);
        await watching.UntilAsync(() => watching.Store.Read(question => question.Name).SequenceEqual(["pods in all namespaces"]));
    }

    [Fact]
    public async Task Watch_WhoseConnectionAlwaysBreaks_IsAFailureUntilAnEventComes()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        await using var watching = Watching.Start(server, Role);
        await watching.WaitForTargetsAsync(1);
        for (int i = 1; i <= 3; i++)
        {
            await server.WaitForRequestAsync(request => request.IsWatch, i);
            Assert.Empty(watching.Failures);
            server.BreakWatches();
        }

        await watching.WaitForFailureAsync("the connection breaks after ");
        await server.WaitForRequestAsync(request => request.IsWatch, 4);
        server.Cluster.Put("pods", Manifests.Pod("shop", "b", "10.0.0.2"));
        await watching.WaitForTargetsAsync(2);
        await watching.UntilAsync(() => watching.Failures.Count == 0);
        Assert.Single(server.Requests, request => !request.IsWatch);
    }

    [Fact]
    public async Task Watch_ThatEndsAtOnceWithAnEvent_WaitsBeforeTheNext()
    {
        var time = new ManualTimeProvider();
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        string events = "{\"type\":\"MODIFIED\",\"object\":" + Manifests.Pod("shop", "a", "10.0.0.9").ReplaceLineEndings(" ") + "}\n";
        server.Prepare(request => request.IsWatch, new PreparedAnswer(200, events), times: 100_000);
        await using var watching = Watching.Start(server, Role, time);
        await watching.UntilAsync(() => watching.Addresses.SequenceEqual(["10.0.0.9:8080"]));

        // The wait of the next watch; without it, the deadline of a watch would be the only timer.
        await Watching.Bounded(time.WaitForTimersAsync(1));
        Assert.Single(server.Requests, request => request.IsWatch);
        time.Advance(WatchBackoff.Longest);
        await server.WaitForRequestAsync(request => request.IsWatch, 2);
    }

    [Theory]
    [InlineData("""{"metadata":{"resourceVersion":"7","continue":"same"},"items":[]}""")]
    [InlineData("""{"metadata":{"resourceVersion":"7","continue":"same"},"items":[{"metadata":{"name":"a","namespace":"shop"} }]}""")]
    public async Task List_WhosePagesLeadBackToThemselves_IsAFailure(string page)
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Prepare(_ => true, new PreparedAnswer(200, page), times: 100_000);
        await using var watching = Watching.Start(server, Role);

        await watching.WaitForFailureAsync("the list of pods does not end");
    }
}
