using Stoker.TestKit.OAuth2;
using Stoker.TestKit.Programs;

namespace Stoker.EndToEndTests;

/// <summary>The program against targets that want an OAuth2 token.</summary>
public sealed class OAuth2Tests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// The token comes through the proxy that the environment names, as the block asks for it, and the scrapes do not go there. Tokens expire after
    /// four seconds and the secret is replaced on the way: no scrape fails.
    /// </summary>
    [Theory]
    [InlineData("HTTP_PROXY")]
    [InlineData("http_proxy")]
    public async Task Scrapes_WithExpiringTokensAndAReplacedSecret_AllSucceed(string variable)
    {
        byte[] profile = Sources.Profile("prometheus.allocs.b.pb.gz");
        int scrapes = 0;
        var direct = new List<bool>();
        await using TokenServer server = await TokenServer.StartAsync();
        (server.ClientSecret, server.Lifetime, server.Scopes) = ("first s3cret", TimeSpan.FromSeconds(4), "profiles");
        server.Protected = async http =>
        {
            Interlocked.Increment(ref scrapes);
            lock (direct)
            {
                direct.Add(http.Request.Host.Host == "127.0.0.1");
            }

            await http.Response.Body.WriteAsync(profile);
        };
        using var folder = new TemporaryFolder();
        string secret = folder.Write("secret", "first s3cret\n");
        string file = folder.Write("oauth2.alloy", $$"""
            pyroscope.scrape "x" {
              targets         = [{"__address__" = "127.0.0.1:{{server.Port}}"}]
              forward_to      = [stoker.files.out.receiver]
              scrape_interval = "2s"
              oauth2 {
                client_id              = "stoker"
                client_secret_file     = "{{secret}}"
                token_url              = "http://login.invalid/token"
                scopes                 = ["profiles"]
                proxy_from_environment = true
              }
            }
            stoker.files "out" {
              directory = "profiles"
            }
            """);

        await using ChildProcess stoker = StokerProgram.Start(
            ["run", file, $"--server.http.listen-addr=127.0.0.1:{FreePorts.Take(1)[0]}", $"--storage.path={folder.PathOf("storage")}"],
            folder.FullPath,
            new Dictionary<string, string> { [variable] = $"http://127.0.0.1:{server.Port}" });
        await ScrapesAsync(10);
        server.ClientSecret = "second s3cret";
        File.Move(folder.Write("secret.next", "second s3cret"), secret, overwrite: true);
        await Polling.UntilAsync(
            "a token by the second secret", TimeSpan.FromSeconds(60),
            () => server.Requests.Any(request => request is { Secret: "second s3cret", Status: 200 }), Cancellation, () => stoker.Tail);
        server.RevokeAll();
        await ScrapesAsync(scrapes + 10);

        string said = string.Join('\n', [.. stoker.Output, .. stoker.Errors]);
        Assert.DoesNotContain("scrape failed", said, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", said, StringComparison.Ordinal);
        Assert.All(server.Issued, token => Assert.DoesNotContain(token, said, StringComparison.Ordinal));
        Assert.DoesNotContain(false, direct);

        Task ScrapesAsync(int count) => Polling.UntilAsync(
            $"{count} scrapes with a token", TimeSpan.FromSeconds(60), () => Volatile.Read(ref scrapes) >= count, Cancellation, () => stoker.Tail);
    }
}
