using System.Net.Sockets;
using Stoker.Discovery.Api;
using Stoker.Discovery.Docker;
using Stoker.Discovery.Tests.Api;
using Stoker.Http;

namespace Stoker.Discovery.Tests.Docker;

/// <summary>The source against a stand-in that speaks the engine's API.</summary>
public sealed class DockerSourceTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Run_OverTcp_AsksInTheEnginesOwnVersion()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        engine.Containers = $"[{DockerStandIn.Container("c1", "cart", "10.0.0.2", 6060)}]";
        await using var run = new RunningSource();
        await StartAsync(run, engine);

        await run.UntilAsync(() => run.Addresses is ["10.0.0.2:6060"]);
        await run.UntilRoundAsync();

        Assert.Equal(["/_ping", "/v1.52/containers/json", "/v1.52/networks"], engine.Server.Requests.Select(request => request.Path));
        Assert.All(engine.Server.Requests, request => Assert.Empty(request.Query));
        Assert.Equal("Stoker/0.0.0 (test)", engine.Server.Requests[0].Headers["User-Agent"]);
        Assert.Equal(0, await run.MetricAsync("prometheus_sd_refresh_failures_total", "mechanism=\"docker\""));
    }

    [Fact]
    public async Task Run_OverAUnixSocket_FindsTheSame()
    {
        using var folder = new SocketFolder();
        await using DockerStandIn engine = await DockerStandIn.StartAsync(folder.Socket);
        engine.Containers = $"[{DockerStandIn.Container("c1", "cart", "10.0.0.2", 6060)}]";
        await using var run = new RunningSource();

        // Neither means anything for a socket, and neither may disturb.
        await StartAsync(run, engine, new() { Http = new() { Proxy = new() { ProxyUrl = "http://127.0.0.1:1" }, Tls = new() { ServerName = "x" } } });

        await run.UntilAsync(() => run.Addresses is ["10.0.0.2:6060"]);
        Assert.Equal([$"unix://{folder.Socket}"], run.Store.Read(question => question.Name));
    }

    [Theory]
    [InlineData("1.44")]
    [InlineData("1.99")]
    public async Task Run_EngineOfAnotherAge_IsAskedInItsVersion(string version)
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        (engine.Version, engine.OldestVersion) = (version, version);
        await using var run = new RunningSource();
        await StartAsync(run, engine);
        await run.UntilRoundAsync();
        Assert.Empty(run.Failures);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("../../containers")]
    public async Task Run_EngineThatDoesNotNameItsVersion_IsAskedWithout(string? version)
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        engine.Version = version;
        await using var run = new RunningSource();
        await StartAsync(run, engine);
        await run.UntilRoundAsync();
        Assert.Empty(run.Failures);
        Assert.Equal(["/_ping", "/containers/json", "/networks"], engine.Server.Requests.Select(request => request.Path));
    }

    [Fact]
    public async Task Run_ProxyThatForbidsPing_IsAskedWithoutAVersion()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        engine.Server.Script = async (http, _) =>
        {
            if (http.Request.Path != "/_ping")
            {
                return false;
            }

            await StandInServer.AnswerAsync(http, 403, "text/html", "Forbidden");
            return true;
        };
        await using var run = new RunningSource();
        await StartAsync(run, engine);
        await run.UntilRoundAsync();
        Assert.Empty(run.Failures);
    }

    [Fact]
    public async Task Run_EngineReplacedByAnOlderOne_IsAskedAnewForItsVersion()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        await using var run = new RunningSource();
        await StartAsync(run, engine);
        await run.UntilRoundAsync();

        engine.Version = "1.50";
        await run.PassAsync(Interval);
        await run.UntilAsync(() => run.Failures.Count == 1);
        Assert.Contains("GET /v1.52/containers/json answered 400 Bad Request: client version 1.52 is too new", run.Failures[0], StringComparison.Ordinal);
        await run.PassAsync(Interval);
        await run.UntilAsync(() => run.Failures.Count == 0);
    }

    [Fact]
    public async Task Run_Filters_GoAlongAsJson()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        engine.Containers = $"""
            [{DockerStandIn.Container("c1", "cart", "10.0.0.2", 1).Replace("\"Labels\":{}", "\"Labels\":{\"a\":\"b&c\"}", StringComparison.Ordinal)},
             {DockerStandIn.Container("c2", "shop", "10.0.0.3", 1)}]
            """;
        await using var run = new RunningSource();
        await StartAsync(run, engine, new()
        {
            Filters = [new() { Name = "label", Values = ["a=b&c"] }, new() { Name = "status", Values = ["running"] }, new() { Name = "label", Values = ["a"] }],
        });
        await run.UntilAsync(() => run.Addresses is ["10.0.0.2:1"]);
        Assert.Equal("""{"label":["a=b\u0026c","a"],"status":["running"]}""", engine.Server.Requests[1].Query["filters"].Single());
    }

    [Fact]
    public async Task Run_FilterThatTheEngineRefuses_ShowsItsMessage()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        await using var run = new RunningSource();
        await StartAsync(run, engine, new() { Filters = [new() { Name = "colour", Values = ["red"] }] });
        await run.UntilAsync(() => run.Failures.Count == 1);
        Assert.Contains("answered 400 Bad Request: invalid filter", run.Failures[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Credentials_GoAlong()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        engine.Authorization = "Bearer t0ken";
        await using var run = new RunningSource();
        await StartAsync(run, engine);
        await run.UntilAsync(() => run.Failures.Count == 1);
        Assert.Contains("401 Unauthorized: authorization denied", run.Failures[0], StringComparison.Ordinal);

        await StartAsync(run, engine, new() { Http = new HttpClientArguments { BearerToken = new Syntax.Values.SecretValue("t0ken") } });
        await run.UntilAsync(() => run.Failures.Count == 0);
    }

    [Fact]
    public async Task Run_Refresh_SeesContainersComeAndGo()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        engine.Containers = $"[{DockerStandIn.Container("c1", "a", "10.0.0.1", 1)}]";
        await using var run = new RunningSource();
        await StartAsync(run, engine);
        await run.UntilAsync(() => run.Addresses is ["10.0.0.1:1"]);

        engine.Containers = $"[{DockerStandIn.Container("c2", "b", "10.0.0.2", 1)}]";
        await run.PassAsync(Interval);
        await run.UntilAsync(() => run.Addresses is ["10.0.0.2:1"]);

        engine.Containers = "[]";
        await run.PassAsync(Interval);
        await run.UntilAsync(() => run.Addresses.Count == 0);
    }

    [Fact]
    public async Task Run_EngineThatIsDown_KeepsTargetsAndRecovers()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        engine.Containers = $"[{DockerStandIn.Container("c1", "a", "10.0.0.1", 1)}]";
        await using var run = new RunningSource();
        await StartAsync(run, engine);
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
        await StartAsync(run, engine, new() { RefreshInterval = TimeSpan.FromSeconds(intervalSeconds) });
        await hung.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
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
        await StartAsync(run, engine);
        await hung.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
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
        await StartAsync(run, engine);
        await run.UntilAsync(() => run.Addresses.Count == 1);

        int sent = 0;
        engine.Server.Script = async (http, _) =>
        {
            if (!http.Request.Path.Value!.EndsWith("/containers/json", StringComparison.Ordinal))
            {
                return false;
            }

            await StandInServer.TruncateAsync(http, engine.Containers, sent);
            return true;
        };
        foreach (int length in (int[])[0, 1, 40, engine.Containers.Length - 1])
        {
            sent = length;
            double before = (await run.MetricAsync("prometheus_sd_refresh_failures_total", "docker"))!.Value;
            await run.PassAsync(Interval);
            await run.Time.WaitForTimerDueInAsync(Interval).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            await Eventually(async () => await run.MetricAsync("prometheus_sd_refresh_failures_total", "docker") == before + 1);
            Assert.Single(run.Failures);
            Assert.Equal(["10.0.0.1:1"], run.Addresses);
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
        await StartAsync(run, engine);
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
        await StartAsync(run, engine);
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
        await StartAsync(run, engine);
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
    public async Task Run_FiftyThousandContainers_AreAllFound()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        engine.Containers = "[" + string.Join(',', Enumerable.Range(0, 50_000).Select(i =>
            DockerStandIn.Container($"c{i}", $"n{i}", $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}", 6060))) + "]";
        await using var run = new RunningSource();
        await StartAsync(run, engine);
        await run.UntilAsync(() => run.Addresses.Count == 50_000);
        Assert.Equal(50_000, run.Addresses.Distinct().Count());
    }

    [Fact]
    public async Task Run_ChangedArguments_KeepTheTargetsUntilTheNewAnswer()
    {
        await using DockerStandIn engine = await DockerStandIn.StartAsync();
        engine.Containers = $"[{DockerStandIn.Container("c1", "a", "10.0.0.1")}]";
        await using var run = new RunningSource();
        await StartAsync(run, engine);
        await run.UntilAsync(() => run.Addresses is ["10.0.0.1:80"]);

        await engine.Server.StopAsync();
        await StartAsync(run, engine, new() { Port = 81 });
        await run.UntilAsync(() => run.Failures.Count == 1);
        Assert.Equal(["10.0.0.1:80"], run.Addresses);

        await engine.Server.StartAsync();
        await run.PassAsync(Interval);
        await run.UntilAsync(() => run.Addresses is ["10.0.0.1:81"]);
    }

    [Fact]
    public async Task Run_NoSocket_SaysWhatToDo()
    {
        using var folder = new SocketFolder();
        await using var run = new RunningSource();
        await run.StartAsync(new DockerSource(new DockerArguments { Host = $"unix://{folder.Socket}" }, run.Context));
        await run.UntilAsync(() => run.Failures.Count == 1);
        Assert.Contains($"there is no socket at {folder.Socket}: is the service running, and, in a container, is the socket mounted", run.Failures[0], StringComparison.Ordinal);
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
        Assert.StartsWith($"no permission to open /run/docker.sock: the user \"{Environment.UserName}\" must belong to the group that owns it", text, StringComparison.Ordinal);
        Assert.Contains("usermod -aG", text, StringComparison.Ordinal);
    }

    private static Task StartAsync(RunningSource run, DockerStandIn engine, DockerArguments? arguments = null) =>
        run.StartAsync(new DockerSource((arguments ?? new DockerArguments()) with { Host = engine.Host }, run.Context));

    private static async Task Eventually(Func<Task<bool>> isReached)
    {
        for (int i = 0; !await isReached(); i++)
        {
            Assert.True(i < 3000, "not reached within 30 s");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A folder for a socket, with a path that is short enough for one.</summary>
    private sealed class SocketFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stk");

        public string Socket => Path.Combine(_folder.FullName, "s");

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
