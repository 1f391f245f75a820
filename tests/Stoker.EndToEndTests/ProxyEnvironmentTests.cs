using Stoker.TestKit.Programs;

namespace Stoker.EndToEndTests;

/// <summary>The proxy that the environment of the process names is used where the file asks for it, and only there.</summary>
public sealed class ProxyEnvironmentTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("HTTP_PROXY")]
    [InlineData("http_proxy")]
    public async Task ProxyFromEnvironment_SendsTheScrapeThere(string variable)
    {
        await using RawTarget proxy = RawTarget.StartWith(200, "application/octet-stream", Sources.Profile("prometheus.allocs.b.pb.gz"));
        using var folder = new TemporaryFolder();
        string file = folder.Write("proxy.alloy", """
            pyroscope.scrape "asks" {
              targets                = [{"__address__" = "asks.invalid:6060"}]
              forward_to             = [stoker.files.out.receiver]
              scrape_interval        = "2s"
              proxy_from_environment = true
            }
            pyroscope.scrape "does_not" {
              targets         = [{"__address__" = "does-not.invalid:6060"}]
              forward_to      = [stoker.files.out.receiver]
              scrape_interval = "2s"
            }
            stoker.files "out" {
              directory = "profiles"
            }
            """);

        await using ChildProcess stoker = StokerProgram.Start(
            ["run", file, $"--server.http.listen-addr=127.0.0.1:{FreePorts.Take(1)[0]}", $"--storage.path={folder.PathOf("storage")}"],
            folder.FullPath,
            new Dictionary<string, string> { [variable] = $"http://{proxy.Address}" });
        await Polling.UntilAsync("three scrapes through the proxy", TimeSpan.FromSeconds(60), () => proxy.RequestLines.Count >= 3, Cancellation, () => stoker.Tail);
        await stoker.WaitForLineAsync("does-not.invalid", Cancellation);

        Assert.All(proxy.RequestLines, line => Assert.StartsWith("GET http://asks.invalid:6060/debug/pprof/", line, StringComparison.Ordinal));
    }
}
