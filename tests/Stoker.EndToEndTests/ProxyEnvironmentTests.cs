using Stoker.TestKit.Programs;

namespace Stoker.EndToEndTests;

/// <summary>The proxy that the environment of the process names is used where the file asks for it, and only there.</summary>
public sealed class ProxyEnvironmentTests
{
    private const string OAuth2 = """
        oauth2 {
            client_id              = "a"
            client_secret          = "b"
            token_url              = "https://login.example/"
            proxy_from_environment = true
          }
        """;

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

    /// <summary>A variable that holds no proxy is a mistake where the file asks for it, in the body and inside oauth2, and nowhere else.</summary>
    [Theory]
    [InlineData("HTTP_PROXY", "proxy_from_environment = true", "4:3")]
    [InlineData("HTTPS_PROXY", "proxy_from_environment = true", "4:3")]
    [InlineData("HTTP_PROXY", OAuth2, "8:5")]
    [InlineData("HTTP_PROXY", "", null)]
    public async Task Variable_ThatHoldsNoProxy_IsAnErrorWhereTheFileAsksForIt(string variable, string arguments, string? place)
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("proxy.alloy", $"pyroscope.scrape \"x\" {{\n  targets    = []\n  forward_to = []\n  {arguments}\n}}\n");

        await using ChildProcess stoker = StokerProgram.Start(
            ["validate", file], folder.FullPath, new Dictionary<string, string> { [variable] = "ftp://proxy.example" });
        int exitCode = await stoker.WaitForExitAsync(Cancellation);

        Assert.Equal(place is null ? 0 : 1, exitCode);
        string said = string.Join('\n', [.. stoker.Output, .. stoker.Errors]);
        if (place is not null)
        {
            Assert.Contains($"proxy.alloy:{place}: the environment variable {variable} has the scheme \"ftp\"", said, StringComparison.Ordinal);
        }
    }
}
