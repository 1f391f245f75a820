using System.Text.Json;
using Stoker.TestKit.Programs;

namespace Stoker.EndToEndTests;

/// <summary><c>stoker targets</c> and <c>stoker explain</c> over targets that have to be found first.</summary>
public sealed class InspectionTests
{
    private const string List = """
        [
          {"targets": ["10.0.0.7:6060", "10.0.0.8:6060"], "labels": {"__meta_app": "cart"}},
          {"targets": ["10.0.0.9:6060", 9090], "labels": {"__meta_app": "shop"}}
        ]
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Targets_OfADynamicSource_AreThoseThatItNames()
    {
        await using TargetSource source = await TargetSource.StartAsync(List, Cancellation);
        CommandResult result = await RunAsync(source.Url, "targets", "--json");
        Assert.Equal(0, result.ExitCode);
        string?[] urls = [.. JsonDocument.Parse(result.Output).RootElement.EnumerateArray().Select(target => target.GetProperty("url").GetString())];
        Assert.Equal(15, urls.Length);
        Assert.Contains("http://10.0.0.8:6060/debug/pprof/allocs", urls);
        Assert.DoesNotContain("http://10.0.0.9:6060/debug/pprof/allocs", urls);
    }

    [Fact]
    public async Task Explain_OfADynamicSource_FollowsWhatItNames()
    {
        await using TargetSource source = await TargetSource.StartAsync(List, Cancellation);
        CommandResult kept = await RunAsync(source.Url, "explain", "10.0.0.8:6060");
        Assert.Equal((0, ""), (kept.ExitCode, kept.Errors));
        Assert.Contains("service_name becomes \"cart\"", kept.Output, StringComparison.Ordinal);
        Assert.Contains("  scraped  http://10.0.0.8:6060/debug/pprof/allocs", kept.Output, StringComparison.Ordinal);

        CommandResult dropped = await RunAsync(source.Url, "explain", "10.0.0.9:6060");
        Assert.Equal(0, dropped.ExitCode);
        Assert.EndsWith("  result   dropped by rule 1", dropped.Output, StringComparison.Ordinal);

        CommandResult absent = await RunAsync(source.Url, "explain", "10.0.1.8:6060");
        Assert.Equal(1, absent.ExitCode);
        Assert.Contains("did you mean \"10.0.0.8:6060\"?", absent.Errors, StringComparison.Ordinal);
        Assert.Contains("  discovery.http.apps: 3 found", absent.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Targets_OfASourceThatFails_SaysSoAndPrintsTheOthers()
    {
        await using TargetSource source = await TargetSource.StartAsync(List, Cancellation);
        source.List = null;
        CommandResult result = await RunAsync(source.Url, "targets");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("http://127.0.0.1:1/debug/pprof/allocs", result.Output, StringComparison.Ordinal);
        Assert.Contains($"discovery.http.apps: {source.Url}: the answer has the status 500", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Targets_OfASourceThatDoesNotAnswer_WaitsAsLongAsItIsTold()
    {
        await using RawTarget silent = RawTarget.Start(
            async (stream, cancellationToken) => await stream.ReadAtLeastAsync(new byte[1 << 20], 1 << 20, throwOnEndOfStream: false, cancellationToken));
        CommandResult result = await RunAsync($"http://{silent.Address}/", "targets", "--discovery-timeout", "500ms");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("http://127.0.0.1:1/debug/pprof/allocs", result.Output, StringComparison.Ordinal);
        Assert.Contains("discovery.http.apps: no answer within 500ms", result.Errors, StringComparison.Ordinal);
    }

    private static async Task<CommandResult> RunAsync(string url, string command, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("config.alloy", $$"""
            discovery.http "apps" {
              url = "{{url}}"
            }

            discovery.relabel "apps" {
              targets = discovery.http.apps.targets

              rule {
                source_labels = ["__meta_app"]
                regex         = "cart"
                action        = "keep"
              }

              rule {
                source_labels = ["__meta_app"]
                target_label  = "service_name"
              }
            }

            pyroscope.scrape "found" {
              targets    = discovery.relabel.apps.output
              forward_to = []
            }

            pyroscope.scrape "own" {
              targets    = [{"__address__" = "127.0.0.1:1"}]
              forward_to = []
            }
            """);
        return await StokerProgram.RunAsync(Cancellation, [command, file, .. arguments]);
    }
}
