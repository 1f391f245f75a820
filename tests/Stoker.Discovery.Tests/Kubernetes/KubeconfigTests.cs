using System.Text;
using Stoker.Discovery.Kubernetes;
using Stoker.TestKit;

namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>Kubeconfig files and plugins that are not as they should be: each is a failure with a reason, and no request goes out.</summary>
public sealed class KubeconfigTests : IDisposable
{
    private const string Seed = """
        apiVersion: v1
        kind: Config
        current-context: prod
        contexts:
        - name: prod
          context: { cluster: prod, user: admin, namespace: shop }
        clusters:
        - name: prod
          cluster:
            server: https://api.prod.example:6443/base
            proxy-url: http://proxy.example:3128
        users:
        - name: admin
          user:
            token: abc
            as-groups: [a, b]
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stoker-kube-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("htp://u:secret@proxy:3128", "has a proxy-url with the scheme \"htp\"; a proxy is reached by http, https, socks5 or socks5h")]
    [InlineData("http://", "has a proxy-url that is no URL")]
    [InlineData("'http://u:secret@a b'", "has a proxy-url that is no URL")]
    public async Task ProxyUrl_ThatNamesNoProxy_IsAFailureBeforeAnyRequest(string proxy, string reason)
    {
        await using ApiStandIn server = await ApiStandIn.StartAsync();
        string path = Write("config", Seed.Replace("http://proxy.example:3128", proxy, StringComparison.Ordinal)
            .Replace("https://api.prod.example:6443/base", server.Url, StringComparison.Ordinal));
        await using var watching = Watching.Start($"role = \"pod\"\nkubeconfig_file = \"{path}\"");

        await watching.WaitForFailureAsync(reason);

        Assert.Empty(server.Requests);
        Assert.DoesNotContain("secret", string.Concat(watching.Failures), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("proxy.example:3128")]
    [InlineData("socks5h://proxy.example")]
    public void ProxyUrl_AsProxyUrlOfAConfigurationMayBe_IsTaken(string proxy) => Assert.Equal(
        proxy, Kubeconfig.Parse("/k", Seed.Replace("http://proxy.example:3128", proxy, StringComparison.Ordinal)).Settings.Http.Proxy.ProxyUrl);

    [Theory]
    [InlineData("token: abc", "token: \"a\\nb\"", "has a user whose token holds a line break")]
    [InlineData("[a, b]", "[\"a\\u0001\"]", "has a user whose as-groups holds a line break")]
    [InlineData("token: abc", "username: \"a:b\"", "has a username with a colon")]
    public void User_ThatNoHeaderCanCarry_IsAFailure(string part, string other, string reason)
    {
        var failure = Assert.Throws<HttpRequestException>(() => Kubeconfig.Parse("/k", Seed.Replace(part, other, StringComparison.Ordinal)));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Kubeconfig_ChangedText_IsReadOrRefused()
    {
        string[] tokens =
        [
            "- ", "  ", "\n", "{", "}", "[", "]", ": ", "? ", "&a ", "*a ", "<<: ", "!!str ", "!x ", "|\n", ">-\n", "'", "\"", "\\x", "\\UFFFFFFFF",
            "%YAML 9.9\n", "%TAG ! x\n", "---\n", "...\n", "#", "@", "`", "\t", "\0", "\u0085", "\uFEFF", "exec: ", "://",
        ];
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder(Seed);
            for (int changes = random.Next(1, 6); changes > 0; changes--)
            {
                int at = random.Next(text.Length + 1);
                text.Remove(at, Math.Min(random.Next(8), text.Length - at));
                text.Insert(at, tokens[random.Next(tokens.Length)]);
            }

            try
            {
                Kubeconfig.Parse("/k", text.ToString());
            }
            catch (HttpRequestException exception)
            {
                Assert.StartsWith("kubeconfig_file \"/k\" ", exception.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 19_999);
    }

    [Fact]
    public async Task ExecPlugin_ThatPrintsTheZeroTime_GivesATokenThatDoesNotExpire()
    {
        string count = Path.Combine(_folder.FullName, "count");
        KubeconfigAccess access = Plugin($$"""
            echo x >> {{count}}
            printf '{"apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t","expirationTimestamp":"0001-01-01T00:00:00Z"} }'
            """);

        Assert.Equal("t", (await access.GetAsync(TestContext.Current.CancellationToken)).Http.BearerToken.Content);
        Assert.Equal("t", (await access.GetAsync(TestContext.Current.CancellationToken)).Http.BearerToken.Content);
        Assert.Single(await File.ReadAllLinesAsync(count, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ExecPlugin_WhoseTokenExpiredAtTheBeginningOfTime_IsRunAgain()
    {
        KubeconfigAccess access = Plugin("""
            printf '{"apiVersion":"client.authentication.k8s.io/v1","status":{"token":"'$$'","expirationTimestamp":"0001-01-01T00:00:01Z"} }'
            """);

        string first = (await access.GetAsync(TestContext.Current.CancellationToken)).Http.BearerToken.Content;
        Assert.NotEqual(first, (await access.GetAsync(TestContext.Current.CancellationToken)).Http.BearerToken.Content);
    }

    private KubeconfigAccess Plugin(string script, TimeProvider? time = null) => new(
        Write("config", Seed.Replace("    token: abc", $$"""
                exec:
                      apiVersion: client.authentication.k8s.io/v1
                      command: /bin/sh
                      args: [ "{{Write("plugin.sh", script)}}" ]
            """, StringComparison.Ordinal)),
        time ?? new ManualTimeProvider());

    private string Write(string name, string text)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
