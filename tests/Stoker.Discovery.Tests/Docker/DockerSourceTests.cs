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

    internal static Task StartAsync(RunningSource run, DockerStandIn engine, DockerArguments? arguments = null) =>
        run.StartAsync(new DockerSource((arguments ?? new DockerArguments()) with { Host = engine.Host }, run.Context));
}
