using Stoker.Discovery.Kubernetes;
using Stoker.TestKit;

namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>Lists and watches, as the API's protocol has them.</summary>
public sealed class ProtocolTests
{
    private const string Role = "role = \"pod\"";

    [Fact]
    public async Task Requests_OfAWatch_AreThoseOfTheProtocol()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        await using var watching = Watching.Start(server, Role);
        await server.WaitForRequestAsync(request => request.IsWatch);

        SeenApiRequest list = server.Requests[0];
        Assert.Equal(("/api/v1/pods", "0", "500"), (list.Path, list["resourceVersion"], list["limit"]));
        SeenApiRequest watch = server.Requests[1];
        Assert.Equal(("/api/v1/pods", $"{server.Cluster.Version}", "true"), (watch.Path, watch["resourceVersion"], watch["allowWatchBookmarks"]));
        Assert.InRange(int.Parse(watch["timeoutSeconds"]), 300, 600);
        Assert.Equal("Stoker/0.0.0 (test)", watch.UserAgent);
    }

    [Fact]
    public async Task List_OfManyPages_IsReadToItsEnd()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        for (int i = 0; i < 1201; i++)
        {
            server.Cluster.Put("pods", Manifests.Pod("shop", $"p{i}", $"10.0.{i / 250}.{i % 250}"));
        }

        await using var watching = Watching.Start(server, Role);

        await watching.WaitForTargetsAsync(1201);
        Assert.Equal(3, server.Requests.Count(request => !request.IsWatch));
        Assert.Equal(1201, watching.Store.Read(question => question.Objects).Single());
    }

    [Fact]
    public async Task List_WhosePlaceHasExpired_IsReadInOnePiece()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        for (int i = 0; i < 600; i++)
        {
            server.Cluster.Put("pods", Manifests.Pod("shop", $"p{i}", $"10.0.{i / 250}.{i % 250}"));
        }

        server.Prepare(request => request["continue"].Length > 0, new PreparedAnswer(410));
        await using var watching = Watching.Start(server, Role);

        await watching.WaitForTargetsAsync(600);
        Assert.Equal(["500", "500", ""], server.Requests.Where(request => !request.IsWatch).Select(request => request["limit"]));
        Assert.All(watching.Store.Read(question => question.Failure), Assert.Null);
    }

    [Fact]
    public async Task List_OfAnObjectThatCannotBeRead_CostsOnlyThatObject()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        server.Cluster.Put("pods", """{ "metadata": { "name": "b", "namespace": "shop" }, "status": { "podIP": 7 } }""");
        await using var watching = Watching.Start(server, Role);

        await watching.WaitForAddressesAsync("10.0.0.1:8080");
        await watching.UntilRoundAsync();

        Assert.Equal(
            ["shop/b: the field status.podIP holds something else than the API's reference says"],
            watching.Store.Read(question => string.Join('|', question.Skipped.Select(skipped => $"{skipped.Entry}: {skipped.Reason}"))));
    }

    [Theory]
    [InlineData("a", 1)]
    [InlineData("a", 3)]
    [InlineData("n", 1)]
    [InlineData("n", 3)]
    public async Task Object_OverTheLimit_IsLeftOutAndTheOthersAreNot(string name, int times)
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        string filling = $"\"{new string('\\', 2)}{string.Concat(Enumerable.Repeat(@"\""{[", times * ListReader.MaxObjectBytes / 4))}";
        string hostile = Manifests.Pod("shop", name, "10.0.0.9").Replace("\"uid-", filling, StringComparison.Ordinal);
        server.Cluster.Put("pods", hostile);
        server.Cluster.Put("pods", Manifests.Pod("shop", "m", "10.0.0.1"));
        server.Cluster.Put("pods", Manifests.Pod("shop", "z", "10.0.0.2"));
        await using var watching = Watching.Start(server, Role);
        await watching.WaitForAddressesAsync("10.0.0.1:8080", "10.0.0.2:8080");
        await server.WaitForRequestAsync(request => request.IsWatch);
        await watching.UntilAsync(() => watching.Skipped.SequenceEqual([$"shop/{name}: it has more than 4 MiB"]));

        server.Cluster.Put("pods", hostile);
        server.Cluster.Put("pods", Manifests.Pod("shop", "m", "10.0.0.3"));
        await watching.WaitForAddressesAsync("10.0.0.2:8080", "10.0.0.3:8080");
        await watching.UntilAsync(() => watching.Skipped.SequenceEqual([$"shop/{name}: it has more than 4 MiB"]));
    }

    [Fact]
    public async Task Watch_ThatEnds_IsResumedWhereItWas()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        await using var watching = Watching.Start(server, Role);
        await server.WaitForRequestAsync(request => request.IsWatch);
        server.Cluster.Put("pods", Manifests.Pod("shop", "b", "10.0.0.2"));
        await watching.WaitForTargetsAsync(2);
        long seen = server.Cluster.Version;

        server.EndWatches();
        await server.WaitForRequestAsync(request => request.IsWatch, 2);
        server.Cluster.Put("pods", Manifests.Pod("shop", "c", "10.0.0.3"));
        await watching.WaitForTargetsAsync(3);

        Assert.Equal($"{seen}", server.Requests[2]["resourceVersion"]);
        Assert.Single(server.Requests, request => !request.IsWatch);
    }

    [Fact]
    public async Task Watch_WhoseConnectionBreaksInAnEvent_LosesNothing()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        server.Cluster.Put("pods", Manifests.Pod("shop", "b", "10.0.0.2"));
        await using var watching = Watching.Start(server, Role);
        await server.WaitForRequestAsync(request => request.IsWatch);
        await watching.WaitForTargetsAsync(2);

        server.BreakWatches();
        server.Cluster.Delete("pods", "shop/a");
        server.Cluster.Put("pods", Manifests.Pod("shop", "c", "10.0.0.3"));

        await watching.WaitForAddressesAsync("10.0.0.2:8080", "10.0.0.3:8080");
        Assert.Single(server.Requests, request => !request.IsWatch);
    }

    [Fact]
    public async Task Bookmark_OfAQuietWatch_MovesTheBeginningOfTheNext()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        await using var watching = Watching.Start(server, Role);
        await watching.WaitForTargetsAsync(1);
        await server.WaitForRequestAsync(request => request.IsWatch);

        // Others change things that this watch is not about, until its own place would be forgotten.
        server.Cluster.Put("services", Manifests.Service("shop", "web"));
        server.Cluster.Forget();
        server.Bookmark();
        server.EndWatches();
        await server.WaitForRequestAsync(request => request.IsWatch, 2);
        server.Cluster.Put("pods", Manifests.Pod("shop", "b", "10.0.0.2"));
        await watching.WaitForTargetsAsync(2);

        Assert.Single(server.Requests, request => !request.IsWatch);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Watch_WhosePlaceIsForgotten_ListsAnewWithoutLosingATarget(bool asStatus)
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.GoneAsStatus = asStatus;
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        server.Cluster.Put("pods", Manifests.Pod("shop", "b", "10.0.0.2"));
        await using var watching = Watching.Start(server, Role);
        await watching.WaitForTargetsAsync(2);
        await server.WaitForRequestAsync(request => request.IsWatch);
        var list = new TaskCompletionSource();
        server.BeforeList = _ => list.Task;

        // Away meanwhile: one pod goes, one comes.
        server.Cluster.Delete("pods", "shop/a");
        server.Cluster.Put("pods", Manifests.Pod("shop", "c", "10.0.0.3"));
        server.Forget();
        await server.WaitForRequestAsync(request => !request.IsWatch, 2);
        Assert.Contains(watching.Targets, target => target["__address__"] == "10.0.0.2:8080");
        list.SetResult();

        await watching.WaitForAddressesAsync("10.0.0.2:8080", "10.0.0.3:8080");
        Assert.Equal("", server.Requests.Where(request => !request.IsWatch).ElementAt(1)["resourceVersion"]);
        Assert.All(watching.Store.Read(question => question.Failure), Assert.Null);
    }

    [Theory]
    [InlineData("""{"type":"ERROR","object":{"kind":"Status","code":500,"message":"etcd is away"}}""", "etcd is away")]
    [InlineData("""{"type":"ERROR","object":[]}""", "was not expected")]
    [InlineData("""{"type":"SURPRISE","object":{}}""", "no event of a watch")]
    [InlineData("""<html>bad gateway</html>""", "no event of a watch")]
    public async Task Watch_ThatGoesAstray_IsListedAnew(string line, string reason)
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        var list = new TaskCompletionSource();
        await using var watching = Watching.Start(server, Role);
        await watching.WaitForTargetsAsync(1);
        await server.WaitForRequestAsync(request => request.IsWatch);
        server.BeforeList = _ => list.Task;

        server.SendLine(line);
        await watching.WaitForFailureAsync(reason);
        list.SetResult();

        await watching.UntilAsync(() => watching.Store.Read(question => question.Failure).All(failure => failure is null));
        Assert.Single(watching.Targets);
    }

    [Fact]
    public async Task Watch_WithAnObjectThatCannotBeRead_KeepsWhatWasKnownOfIt()
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        await using var watching = Watching.Start(server, Role);
        await watching.WaitForTargetsAsync(1);
        await server.WaitForRequestAsync(request => request.IsWatch);

        server.Cluster.Put("pods", """{ "metadata": { "name": "a", "namespace": "shop" }, "spec": "none" }""");
        await watching.UntilAsync(() => watching.Store.Read(question => question.SkippedCount).Sum() == 1);
        Assert.Single(watching.Targets);

        // After a list that does not know better either, still.
        server.Forget();
        await server.WaitForRequestAsync(request => request.IsWatch, 3);
        server.Cluster.Put("pods", Manifests.Pod("shop", "b", "10.0.0.2"));
        await watching.WaitForAddressesAsync("10.0.0.1:8080", "10.0.0.2:8080");
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.3"));
        await watching.WaitForAddressesAsync("10.0.0.2:8080", "10.0.0.3:8080");
        await watching.UntilAsync(() => watching.Store.Read(question => question.SkippedCount).Sum() == 0);
    }

    [Fact]
    public async Task Watch_ThatSaysNothingBeyondItsTime_IsCutAndResumed()
    {
        var time = new ManualTimeProvider();
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        await using var watching = Watching.Start(server, Role, time);
        await watching.WaitForTargetsAsync(1);
        await server.WaitForRequestAsync(request => request.IsWatch);
        await Watching.Bounded(time.WaitForTimerDueInAsync(TimeSpan.FromSeconds(int.Parse(server.Requests[1]["timeoutSeconds"]) + 30)));

        // The stand-in does not end the watch itself, as a server would that is cut off.
        time.Advance(TimeSpan.FromSeconds(630));
        await Watching.Bounded(time.WaitForTimersAsync(1));
        time.Advance(WatchBackoff.Longest);
        await server.WaitForRequestAsync(request => request.IsWatch, 2);

        Assert.Single(server.Requests, request => !request.IsWatch);
    }

    [Fact]
    public async Task List_ThatSaysNothing_FailsAfterAMinuteAndIsTriedAgain()
    {
        var time = new ManualTimeProvider();
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        server.Cluster.Put("pods", Manifests.Pod("shop", "a", "10.0.0.1"));
        var list = new TaskCompletionSource();
        server.BeforeList = _ => list.Task;
        await using var watching = Watching.Start(server, Role, time);
        await server.WaitForRequestAsync(request => !request.IsWatch);
        await Watching.Bounded(time.WaitForTimerDueInAsync(Reflector.SilentList));

        time.Advance(Reflector.SilentList);
        await watching.WaitForFailureAsync("said nothing for 60 s");
        list.SetResult();
        await Watching.Bounded(time.WaitForTimersAsync(1));
        time.Advance(WatchBackoff.Longest);

        await watching.WaitForTargetsAsync(1);
    }

    [Fact]
    public void Backoff_OfFailuresInARow_GrowsFrom800MillisecondsTo30Seconds()
    {
        var time = new ManualTimeProvider();
        var backoff = new WatchBackoff(time);
        double[] shortest = [0.8, 1.6, 3.2, 6.4, 12.8, 15, 15, 15];

        foreach (double seconds in shortest)
        {
            TimeSpan wait = backoff.Next();
            Assert.InRange(wait.TotalSeconds, seconds, seconds * 2);
            Assert.True(wait <= WatchBackoff.Longest);
            time.Advance(wait);
        }

        time.Advance(TimeSpan.FromMinutes(3));
        Assert.InRange(backoff.Next().TotalSeconds, 0.8, 1.6);
    }
}
