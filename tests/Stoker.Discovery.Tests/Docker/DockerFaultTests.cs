using System.Net.Sockets;
using Stoker.Discovery.Api;
using Stoker.Discovery.Docker;
using Stoker.Discovery.Tests.Api;

namespace Stoker.Discovery.Tests.Docker;

/// <summary>What goes wrong with an engine, and that nothing is lost by it.</summary>
public sealed class DockerFaultTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Run_EngineThatIsDown_KeepsTargetsAndRecovers()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        engine.Containers = $"[{DockerStandIn.Container("c1", "a", "10.0.0.1", 1)}]";
        await using var run = new RunningSource();
        await DockerSourceTests.StartAsync(run, engine);
        await run.UntilAsync(() => run.Addresses.Count == 1);

        await engine.Server.StopAsync();
        await run.PassAsync(Interval);
        await run.UntilAsync(() => run.Failures.Count == 1);
        Assert.Contains("Connection refused", run.Failures[0], StringComparison.Ordinal);
        Assert.Contains("is it running there", run.Failures[0], StringComparison.Ordinal);
        Assert.Equal(["10.0.0.1:1"], run.Addresses);
        Assert.Single(run.Log.Of(8000));
        Assert.Equal(1, await run.MetricAsync("prometheus_sd_refresh_failures_total", "mechanism=\"docker\""));

        await engine.Server.StartAsync();
        engine.Containers = $"[{DockerStandIn.Container("c1", "a", "10.0.0.9", 1)}]";
        await run.PassAsync(Interval);
        await run.UntilAsync(() => run.Addresses is ["10.0.0.9:1"]);
        Assert.Empty(run.Failures);
        Assert.Single(run.Log.Of(8001));
    }

    [Theory]
    [InlineData("/_ping", 60, "1m0s")]
    [InlineData("/v1.52/containers/json", 20, "20s")]
    [InlineData("/v1.52/networks", 3600, "1m0s")]
    public async Task Run_EngineThatHangs_IsGivenUpAfterTheIntervalOrAMinute(string path, int intervalSeconds, string expected)
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        var hung = new TaskCompletionSource();
        engine.Server.Script = async (http, ended) =>
        {
            if (http.Request.Path == path)
            {
                hung.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended);
            }

            return false;
        };
        await using var run = new RunningSource();
        await DockerSourceTests.StartAsync(run, engine, new() { RefreshInterval = TimeSpan.FromSeconds(intervalSeconds) });
        await RunningSource.Bounded(hung.Task);
        run.Time.Advance(Interval);
        await run.UntilAsync(() => run.Failures.Count == 1);
        Assert.EndsWith($"GET {path} was not answered within {expected}", run.Failures[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AnswerThatStopsInTheMiddle_IsGivenUpAfterTheInterval()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        var hung = new TaskCompletionSource();
        engine.Server.Script = async (http, ended) =>
        {
            if (!http.Request.Path.Value!.EndsWith("/containers/json", StringComparison.Ordinal))
            {
                return false;
            }

            http.Response.ContentType = "application/json";
            await http.Response.Body.WriteAsync("[{\"Id\":"u8.ToArray(), ended);
            await http.Response.Body.FlushAsync(ended);
            hung.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended);
            return true;
        };
        await using var run = new RunningSource();
        await DockerSourceTests.StartAsync(run, engine);
        await RunningSource.Bounded(hung.Task);
        run.Time.Advance(Interval);
        await run.UntilAsync(() => run.Failures.Count == 1);
        Assert.EndsWith("was not answered within 1m0s", run.Failures[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AnswerCutAtAnyPlace_KeepsTargets()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        engine.Containers = $"[{DockerStandIn.Container("c1", "a", "10.0.0.1", 1)}]";
        await using var run = new RunningSource();
        await DockerSourceTests.StartAsync(run, engine);
        await run.UntilAsync(() => run.Addresses.Count == 1);

        int? sent = null;
        engine.Server.Script = async (http, _) =>
        {
            if (sent is not { } length || !http.Request.Path.Value!.EndsWith("/containers/json", StringComparison.Ordinal))
            {
                return false;
            }

            await StandInServer.TruncateAsync(http, engine.Containers, length);
            return true;
        };
        foreach (int length in (int[])[0, 1, 40, engine.Containers.Length - 1])
        {
            sent = length;
            await run.PassAsync(Interval);
            await run.UntilAsync(() => run.Failures.Count == 1);
            Assert.Equal(["10.0.0.1:1"], run.Addresses);

            // A good answer between two, so that each failure shows.
            sent = null;
            await run.PassAsync(Interval);
            await run.UntilAsync(() => run.Failures.Count == 0);
        }
    }

    [Theory]
    [InlineData("text/html", "<html>", "answered with text/html, not JSON")]
    [InlineData("application/json", "<html>", "is not what the API documents")]
    [InlineData("application/json", "{}", "is not what the API documents")]
    [InlineData("application/json", "\"a\"", "is not what the API documents")]
    [InlineData("application/json", "[{}", "is not what the API documents")]
    [InlineData("application/json", "", "is not what the API documents")]
    public async Task Run_SomethingElse_IsAFaultThatSaysSo(string type, string body, string expected)
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        engine.Containers = $"[{DockerStandIn.Container("c1", "a", "10.0.0.1", 1)}]";
        await using var run = new RunningSource();
        await DockerSourceTests.StartAsync(run, engine);
        await run.UntilAsync(() => run.Addresses.Count == 1);

        engine.Server.Script = async (http, _) =>
        {
            await StandInServer.AnswerAsync(http, 200, type, body);
            return true;
        };
        await run.PassAsync(Interval);
        await run.UntilAsync(() => run.Failures.Count == 1);
        Assert.Contains(expected, run.Failures[0], StringComparison.Ordinal);
        Assert.Equal(["10.0.0.1:1"], run.Addresses);
    }

    [Fact]
    public async Task Run_AnswerBeyondTheLimit_IsRefused()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        engine.Server.Script = async (http, ended) =>
        {
            if (!http.Request.Path.Value!.EndsWith("/containers/json", StringComparison.Ordinal))
            {
                return false;
            }

            http.Response.ContentType = "application/json";
            await http.Response.Body.WriteAsync("["u8.ToArray(), ended);
            byte[] blank = new byte[1 << 20];
            Array.Fill(blank, (byte)' ');
            for (int i = 0; i < 70; i++)
            {
                await http.Response.Body.WriteAsync(blank, ended);
            }

            return true;
        };
        await using var run = new RunningSource();
        await DockerSourceTests.StartAsync(run, engine);
        await run.UntilAsync(() => run.Failures.Count == 1);
        Assert.Contains("the answer is larger than 64 MiB", run.Failures[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BrokenContainer_CostsOnlyItself()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        engine.Containers = $$"""
            [{"Id":"bad1","Names":["/bad"],"Ports":"none"}, null, 7, {{DockerStandIn.Container("c1", "good", "10.0.0.1", 1)}},
             {"Id":"\ud800","Labels":[]}, {"Id":"bad2","Names":["/x"],"Ports":[{"PrivatePort":70000,"Type":"tcp"}]}]
            """;
        engine.Networks = """["x", {"Id":"n1","Name":"bridge","Scope":"local"}]""";
        await using var run = new RunningSource();
        await DockerSourceTests.StartAsync(run, engine);
        await run.UntilAsync(() => run.Addresses is ["10.0.0.1:1"]);
        Assert.Equal(
            [
                "container 1 (bad1): Ports has another type than the API documents",
                "container 2: it is null",
                "container 3: it has another type than the API documents",
                "container 5 (\\ud800): Id has another type than the API documents",
                "container 6 (bad2): Ports[0].PrivatePort has another type than the API documents",
                "network 1: it has another type than the API documents",
            ],
            run.Skipped);
        Assert.Empty(run.Failures);
    }

    [Fact]
    public async Task Run_NoSocket_SaysWhatToDo()
    {
        using var folder = new SocketFolder();
        await using var run = new RunningSource();
        await run.StartAsync(new DockerSource(new DockerArguments { Host = $"unix://{folder.Socket}" }, run.Context));
        await run.UntilAsync(() => run.Failures.Count == 1);
        Assert.Contains(
            $"there is no socket at {folder.Socket}: is the service running, and, in a container, is the socket mounted",
            run.Failures[0],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SocketThatNobodyServes_SaysSo()
    {
        using var folder = new SocketFolder();
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(folder.Socket));
            await using var run = new RunningSource();
            await run.StartAsync(new DockerSource(new DockerArguments { Host = $"unix://{folder.Socket}" }, run.Context));
            await run.UntilAsync(() => run.Failures.Count == 1);
            Assert.Contains($"nothing listens on {folder.Socket}", run.Failures[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Explain_NoPermission_NamesTheUserAndTheRemedy()
    {
        string text = UnixSocketTransport.Explain("/run/docker.sock", new HttpRequestException("x", new SocketException((int)SocketError.AccessDenied)));
        Assert.StartsWith(
            $"no permission to open /run/docker.sock: the user \"{Environment.UserName}\" must belong to the group that owns it",
            text,
            StringComparison.Ordinal);
        Assert.Contains("usermod -aG", text, StringComparison.Ordinal);
    }
}
