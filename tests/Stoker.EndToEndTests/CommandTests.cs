using System.Runtime.InteropServices;
using System.Text.Json;
using Stoker.TestKit.Programs;

namespace Stoker.EndToEndTests;

/// <summary>The commands that end by themselves: what they print and their exit codes.</summary>
public sealed class CommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("quickstart.alloy")]
    [InlineData("go-program-to-pyroscope.alloy")]
    [InlineData("page-static-targets.alloy")]
    [InlineData("kubernetes.alloy")]
    [InlineData("page-enabling-and-disabling.alloy")]
    [InlineData("discovery-http.alloy")]
    [InlineData("kubernetes-annotations.alloy")]
    [InlineData("modules/agent.alloy")]
    [InlineData("local-files/agent.alloy")]
    public async Task Validate_OfEachExample_IsSilentAndSucceeds(string example)
    {
        CommandResult result = await StokerProgram.RunAsync(Cancellation, "validate", Sources.Example(example));

        Assert.Equal((0, "", ""), (result.ExitCode, result.Output, result.Errors));
    }

    [Fact]
    public async Task Fmt_OfALinkNamedWithoutADirectory_WritesItsTarget()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("real.alloy", "a=1\n");
        File.CreateSymbolicLink(folder.PathOf("link.alloy"), "real.alloy");

        await using ChildProcess fmt = StokerProgram.Start(["fmt", "-w", "link.alloy"], folder.FullPath);

        Assert.True(await fmt.WaitForExitAsync(Cancellation) == 0, fmt.Tail);
        Assert.Equal("a = 1\n", await File.ReadAllTextAsync(file, Cancellation));
    }

    [Fact]
    public async Task Validate_OfAFileWithManyMistakes_ReportsEachWithItsPlace()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("many.alloy", """
            pyroscope.scrape "one" {
              targets           = []
              forward_to        = [pyroscope.write.nowhere.receiver]
              scrape_intervall  = "15s"
            }

            pyroscope.scrape "two" {
              targets                  = []
              forward_to               = []
              scrape_interval          = "15s"
              delta_profiling_duration = "16s"
              bearer_token             = "a"
              bearer_token_file        = "/b"
            }

            pyroscope.scrape "three" {
              targets         = []
              forward_to      = []
              scrape_interval = true
            }

            pyroscope.scrape "four" {
              targets    = []
              forward_to = []
              profiling_config {
                profile.custom "x" {
                  enabled = true
                  path    = "/x"
                }
                profile.custom "x" {
                  enabled = true
                  path    = "/y"
                }
              }
            }

            pyroscope.scraape "five" { }

            pyroscope.scrape "six" {
              targets    = [{"service_name" = "no address"}]
              forward_to = []
            }
            """);

        CommandResult result = await StokerProgram.RunAsync(Cancellation, "validate", file);

        Assert.Equal(1, result.ExitCode);
        string said = result.Output + result.Errors;
        Assert.Multiple(
            () => Assert.Matches(@"many\.alloy:3:\d+", said),
            () => Assert.Matches(@"many\.alloy:4:\d+", said),
            () => Assert.Matches(@"many\.alloy:11:\d+", said),
            () => Assert.Matches(@"many\.alloy:1[23]:\d+", said),
            () => Assert.Matches(@"many\.alloy:19:\d+", said),
            () => Assert.Matches(@"many\.alloy:(26|30):\d+", said),
            () => Assert.Matches(@"many\.alloy:37:\d+", said),
            () => Assert.Matches(@"many\.alloy:40:\d+.*__address__", said),
            () => Assert.Contains("scrape_interval\"", said, StringComparison.Ordinal),
            () => Assert.Contains("pyroscope.scrape", said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Validate_OfAFileWithWarningsOnly_Succeeds()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("warning.alloy", """
            pyroscope.scrape "one" {
              targets         = []
              forward_to      = []
              scrape_interval = "15s"
              scrape_timeout  = "10s"
            }
            """);

        CommandResult result = await StokerProgram.RunAsync(Cancellation, "validate", file);

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"warning\.alloy:5:\d+", result.Output + result.Errors);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("validate")]
    [InlineData("targets")]
    public async Task Command_OnAFileThatIsNotThere_NamesItAndFails(string command)
    {
        using var folder = new TemporaryFolder();

        CommandResult result = await StokerProgram.RunAsync(Cancellation, command, folder.PathOf("absent.alloy"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("absent.alloy", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Targets_OfThePagesFirstExample_AreItsTenUrls()
    {
        string[] profiles = ["allocs", "block", "goroutine", "mutex", "profile?seconds=14"];
        string[] expected = [.. from host in (string[])["localhost:4040", "localhost:12345"] from profile in profiles select $"http://{host}/debug/pprof/{profile}"];

        JsonElement[] targets = await TargetsOfAsync("page-static-targets.alloy");

        Assert.Equal(expected.Order(StringComparer.Ordinal), targets.Select(Url).Order(StringComparer.Ordinal));
        JsonElement allocs = Assert.Single(targets, target => Url(target) == "http://localhost:12345/debug/pprof/allocs");
        Assert.Equal("pyroscope.scrape.local", allocs.GetProperty("component").GetString());
        Assert.Equal("memory", allocs.GetProperty("profile_type").GetString());
        Assert.Equal("15s", allocs.GetProperty("interval").GetString());
        Assert.Equal("18s", allocs.GetProperty("deadline").GetString());
        Assert.Equal("alloy", allocs.GetProperty("labels").GetProperty("service_name").GetString());
        Assert.Equal("pyroscope.scrape.local", allocs.GetProperty("labels").GetProperty("job").GetString());
        Assert.Equal("localhost:12345", allocs.GetProperty("labels").GetProperty("instance").GetString());
    }

    [Fact]
    public async Task Targets_OfThePagesLastExample_AreItsFourUrls()
    {
        string[] expected =
        [
            "http://localhost:12345/debug/fgprof?seconds=14",
            "http://localhost:12345/debug/pprof/allocs",
            "http://localhost:12345/debug/pprof/goroutine",
            "http://localhost:12345/debug/pprof/profile?seconds=14",
        ];

        JsonElement[] targets = await TargetsOfAsync("page-enabling-and-disabling.alloy");

        Assert.Equal(expected, targets.Select(Url).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Targets_AsATable_ShowEveryUrlOnALineOfItsOwn()
    {
        CommandResult result = await StokerProgram.RunAsync(Cancellation, "targets", Sources.Example("page-static-targets.alloy"));

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(10, result.Output.Split('\n').Count(line => line.Contains("http://localhost:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Scrape_OfAProfile_ExplainsIt()
    {
        await using RawTarget target = RawTarget.StartWith(200, "application/octet-stream", Sources.Profile("prometheus.allocs.b.pb.gz"));

        CommandResult result = await StokerProgram.RunAsync(Cancellation, "scrape", $"http://{target.Address}/debug/pprof/allocs");

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("alloc_space", result.Output, StringComparison.Ordinal);
        Assert.Contains("200", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_OfAPageThatIsNoProfile_SaysWhatItIsAndFails()
    {
        await using RawTarget target = RawTarget.StartWith(200, "text/html", "<!DOCTYPE html><title>Log in</title>");

        CommandResult result = await StokerProgram.RunAsync(Cancellation, "scrape", $"http://{target.Address}/debug/pprof/allocs");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("HTML", result.Output + result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scrape_AsJson_IsJson()
    {
        await using RawTarget target = RawTarget.StartWith(200, "application/octet-stream", Sources.Profile("prometheus.allocs.b.pb.gz"));

        CommandResult result = await StokerProgram.RunAsync(Cancellation, "scrape", $"http://{target.Address}/debug/pprof/allocs", "--json");

        Assert.Equal(0, result.ExitCode);
        using JsonDocument json = JsonDocument.Parse(result.Output);
        Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
    }

    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task Run_OnASignal_StopsCleanlyInTheMiddleOfAScrape(PosixSignal signal)
    {
        await using RawTarget hanging = RawTarget.Start((_, cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken));
        await using StokerProcess stoker = await StokerProcess.StartAsync(Configurations.MemoryOnly([hanging.Address]), Cancellation);
        await Polling.UntilAsync("a scrape is under way", TimeSpan.FromSeconds(30), () => hanging.Arrivals.Count > 0, Cancellation);

        int exitCode = await stoker.StopAsync(signal, Cancellation);

        Assert.Equal(0, exitCode);
        Assert.DoesNotContain(stoker.Log, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_WithStopAfter_EndsByItself()
    {
        await using StokerProcess stoker = await StokerProcess.StartAsync(Configurations.MemoryOnly([]), Cancellation, "--stop-after=1s");

        Assert.Equal(0, await stoker.Process.WaitForExitAsync(Cancellation));
    }

    [Fact]
    public async Task Run_WithAJsonLog_WritesItsLastLinesAsJsonToo()
    {
        await using StokerProcess stoker = await StokerProcess.StartAsync(
            Configurations.MemoryOnly([]) + "\nlogging {\n  format = \"json\"\n}\n", Cancellation);

        Assert.Equal(0, await stoker.StopAsync(PosixSignal.SIGTERM, Cancellation));

        using JsonDocument last = JsonDocument.Parse(stoker.Log[^1]);
        Assert.Equal("Stoker has stopped", last.RootElement.GetProperty("msg").GetString());
    }

    [Fact]
    public async Task Run_OnAFileWithAMistake_SaysWhereAndFails()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("bad.alloy", "pyroscope.scrape \"x\" {\n  targets = [\n");

        CommandResult result = await StokerProgram.RunAsync(
            Cancellation, "run", file, $"--server.http.listen-addr=127.0.0.1:{FreePorts.Take(1)[0]}", $"--storage.path={folder.PathOf("storage")}");

        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"bad\.alloy:\d+:\d+", result.Errors);
    }

    [Fact]
    public async Task Run_OnAPortThatIsTaken_NamesItAndFails()
    {
        await using RawTarget taken = RawTarget.StartWith(200, "text/plain", "mine");
        using var folder = new TemporaryFolder();
        string file = folder.Write("empty.alloy", "");

        CommandResult result = await StokerProgram.RunAsync(
            Cancellation, "run", file, $"--server.http.listen-addr={taken.Address}", $"--storage.path={folder.PathOf("storage")}", "--stop-after=20s");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(taken.Address, result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--no-such-flag")]
    [InlineData("--stop-after=soon")]
    [InlineData("--stop-after=2000h")]
    [InlineData("--feature.component-shutdown-deadline=2000h")]
    public async Task Run_WithAFlagThatIsWrong_NamesItAndFails(string flag)
    {
        CommandResult result = await StokerProgram.RunAsync(Cancellation, "run", Sources.Example("quickstart.alloy"), flag);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(flag.Split('=')[0], result.Errors, StringComparison.Ordinal);
    }

    private static async Task<JsonElement[]> TargetsOfAsync(string example)
    {
        CommandResult result = await StokerProgram.RunAsync(Cancellation, "targets", Sources.Example(example), "--json");
        Assert.Equal(0, result.ExitCode);
        return [.. JsonDocument.Parse(result.Output).RootElement.EnumerateArray()];
    }

    private static string Url(JsonElement target) => target.GetProperty("url").GetString()!;
}
