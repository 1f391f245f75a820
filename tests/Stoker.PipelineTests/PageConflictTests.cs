using Stoker.Graph;
using Stoker.Syntax;
using Stoker.TestKit;

namespace Stoker.PipelineTests;

/// <summary>
/// What the reference page of <c>pyroscope.scrape</c> forbids or requires, as whole files: the component does not start, and the error is at the
/// line and column that the user has to change.
/// </summary>
public sealed class PageConflictTests
{
    // The body begins on line 4.
    private const string Head = "pyroscope.scrape \"x\" {\n  targets = []\n  forward_to = []\n";

    // What is added to it stands on its fifth line.
    private const string OpenOAuth2 = "oauth2 {\n  client_id = \"a\"\n  client_secret = \"b\"\n  token_url = \"https://login.example/\"\n";

    private const string OAuth2 = OpenOAuth2 + "}";

    private static readonly (string Name, string Text)[] Credentials =
    [
        ("authorization", "authorization {\n  credentials = \"c\"\n}"),
        ("basic_auth", "basic_auth {\n  username = \"u\"\n}"),
        ("bearer_token", "bearer_token = \"t\""),
        ("bearer_token_file", "bearer_token_file = \"/t\""),
        ("oauth2", OAuth2),
    ];

    public static TheoryData<string, string> CredentialPairs => new(
        from first in Credentials from second in Credentials where first != second select (first.Name, second.Name));

    [Theory]
    [MemberData(nameof(CredentialPairs))]
    public async Task TwoOfTheFiveCredentials_AreAnErrorAtTheLaterOne(string first, string second)
    {
        string text = Credentials.Single(one => one.Name == first).Text;
        Diagnostic error = await OnlyErrorAsync($"{text}\n{Credentials.Single(one => one.Name == second).Text}");

        Assert.StartsWith($"{second} cannot be used together with {first}: ", error.Message, StringComparison.Ordinal);
        Assert.Equal((4 + text.Split('\n').Length, 1), Place(error));
    }

    [Theory]
    [InlineData("basic_auth {\n  password = \"p\"\n  password_file = \"/p\"\n}", 6, 3, "password and password_file are mutually exclusive")]
    [InlineData("authorization {\n  credentials_file = \"/c\"\n  credentials = \"c\"\n}", 6, 3, "credentials and credentials_file are mutually exclusive")]
    [InlineData("oauth2 {\n  client_id = \"a\"\n  token_url = \"https://l/\"\n  client_secret = \"b\"\n  client_secret_file = \"/b\"\n}", 8, 3, "client_secret and client_secret_file are mutually exclusive")]
    [InlineData("oauth2 {\n  client_secret = \"b\"\n  token_url = \"https://l/\"\n}", 4, 1, "oauth2 needs a client_id")]
    [InlineData("oauth2 {\n  client_id = \"a\"\n  client_secret = \"b\"\n}", 4, 1, "oauth2 needs a token_url")]
    [InlineData("oauth2 {\n  client_id = \"a\"\n  token_url = \"https://l/\"\n}", 4, 1, "oauth2 needs client_secret or client_secret_file")]
    [InlineData("tls_config {\n  ca_file = \"/a\"\n  ca_pem = \"\"\n  cert_file = \"/c\"\n}", 7, 3, "cert_file needs the private key too: add key_pem or key_file")]
    [InlineData("tls_config {\n  key_file = \"/k\"\n}", 5, 3, "key_file needs the certificate too: add cert_pem or cert_file")]
    [InlineData("tls_config {\n  min_version = \"TLS14\"\n}", 5, 17, "should be one of \"TLS10\", \"TLS11\", \"TLS12\", \"TLS13\"")]
    [InlineData("no_proxy = \"a.example\"", 4, 1, "no_proxy needs proxy_url")]
    [InlineData("proxy_url = \"http://p:1\"\nproxy_from_environment = true", 4, 1, "proxy_url cannot be used together with proxy_from_environment")]
    [InlineData("proxy_from_environment = true\nno_proxy = \"a.example\"", 5, 1, "no_proxy cannot be used together with proxy_from_environment")]
    [InlineData("proxy_connect_header = { \"X-A\" = [\"b\"] }", 4, 1, "proxy_connect_header needs proxy_url or proxy_from_environment")]
    [InlineData("delta_profiling_duration = \"1s\"", 4, 1, "must be larger than 1s")]
    [InlineData("scrape_interval = \"16s\"\ndelta_profiling_duration = \"16s\"", 5, 1, "must be at most scrape_interval - 1s, which is 15s")]
    [InlineData("clustering {\n}", 4, 1, "missing required attribute \"enabled\"")]
    [InlineData("profiling_config {\n  profile.custom {\n    enabled = true\n    path = \"/p\"\n  }\n}", 5, 3, "needs a label")]
    [InlineData("profiling_config {\n  profile.custom \"a\" {\n    path = \"/p\"\n  }\n}", 5, 3, "missing required attribute \"enabled\"")]
    [InlineData("profiling_config {\n  profile.custom \"a\" {\n    enabled = true\n  }\n}", 5, 3, "missing required attribute \"path\"")]
    [InlineData("profiling_config {\n  profile.custom \"a\" {\n    enabled = true\n    path = \"/p\"\n  }\n  profile.custom \"a\" {\n    enabled = false\n    path = \"/q\"\n  }\n}", 9, 18, "stands already")]
    public async Task Conflict_InABody_IsOneErrorAtItsPlace(string text, int line, int column, string message)
    {
        Diagnostic error = await OnlyErrorAsync(text);

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), Place(error));
    }

    /// <summary>The rules on proxies inside oauth2, where the arguments of the same names in the body make no difference.</summary>
    [Theory]
    [InlineData(OpenOAuth2 + "  no_proxy = \"a.example\"\n}", 8, 3, "no_proxy needs proxy_url")]
    [InlineData("proxy_url = \"http://p:1\"\n" + OpenOAuth2 + "  no_proxy = \"a.example\"\n}", 9, 3, "no_proxy needs proxy_url")]
    [InlineData(OpenOAuth2 + "  proxy_from_environment = true\n  proxy_url = \"http://p:1\"\n}", 9, 3, "proxy_url cannot be used together with proxy_from_environment")]
    [InlineData(OpenOAuth2 + "  proxy_from_environment = true\n  no_proxy = \"a.example\"\n}", 9, 3, "no_proxy cannot be used together with proxy_from_environment")]
    [InlineData(OpenOAuth2 + "  proxy_connect_header = { \"X-A\" = [\"b\"] }\n}", 8, 3, "proxy_connect_header needs proxy_url or proxy_from_environment")]
    [InlineData("proxy_from_environment = true\n" + OpenOAuth2 + "  proxy_connect_header = { \"X-A\" = [\"b\"] }\n}", 9, 3, "proxy_connect_header needs proxy_url or proxy_from_environment")]
    public async Task ProxyRule_InsideOAuth2_IsOneErrorAtItsPlace(string text, int line, int column, string message)
    {
        Diagnostic error = await OnlyErrorAsync(text);

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), Place(error));
    }

    /// <summary>Outside as inside oauth2: addresses, networks and names, with ports where they may have some; and what only looks like a network.</summary>
    [Theory]
    [InlineData("", 5, 1)]
    [InlineData(OpenOAuth2, 9, 3)]
    public async Task NoProxy_WithAnEntryThatIsNoNetwork_IsAWarningAtItsPlace(string open, int line, int column)
    {
        const string good = "10.0.0.1, 10.0.0.1:81, 10.0.0.0/8, fd00::/8, [fd00::1]:81, a.example, a.example:81, .b.example";

        Assert.Empty(await WarningsAsync(good));
        Diagnostic warning = Assert.Single(await WarningsAsync($"{good}, 10.0.0.0/33"));
        Assert.Equal("\"10.0.0.0/33\" in no_proxy is no network in CIDR notation and matches nothing", warning.Message);
        Assert.Equal((line, column), Place(warning));

        async Task<IEnumerable<Diagnostic>> WarningsAsync(string entries)
        {
            string arguments = $"  proxy_url = \"http://p:1\"\n  no_proxy = \"{entries}\"";
            await using var pipeline = new Pipeline(
                Whole(open.Length == 0 ? arguments.Replace("  ", "", StringComparison.Ordinal) : $"{open}{arguments}\n}}"), Nothing());
            ReloadResult result = await pipeline.LoadAsync();
            Assert.True(result.Applied, string.Join('\n', result.Diagnostics));
            return result.Diagnostics.Where(found => found.Message.Contains("no_proxy", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("ca_pem", "ca_file")]
    [InlineData("cert_pem", "cert_file")]
    [InlineData("key_pem", "key_file")]
    public async Task BothOfAPairInTlsConfig_AreAnErrorAtTheLaterOne(string first, string second)
    {
        foreach ((string above, string below) in ((string, string)[])[(first, second), (second, first)])
        {
            await using var pipeline = new Pipeline(Whole($"tls_config {{\n  {above} = \"x\"\n  {below} = \"x\"\n}}"), Nothing());

            ReloadResult result = await pipeline.LoadAsync();

            Assert.False(result.Applied);
            Diagnostic error = Assert.Single(result.Diagnostics, found => found.Message.Contains("mutually exclusive", StringComparison.Ordinal));
            Assert.StartsWith($"{first} and {second} are", error.Message, StringComparison.Ordinal);
            Assert.Equal((6, 3), Place(error));
        }
    }

    [Theory]
    [InlineData("pyroscope.scrape \"x\" {\n  forward_to = []\n}", 1, 1, "missing required attribute \"targets\"")]
    [InlineData("pyroscope.scrape \"x\" {\n  targets = []\n}", 1, 1, "missing required attribute \"forward_to\"")]
    [InlineData("pyroscope.scrape {\n  targets = []\n  forward_to = []\n}", 1, 1, "needs a label")]
    [InlineData(Head + "}\n" + Head + "}", 5, 1, "stands already")]
    [InlineData("pyroscope.scrape \"x\" {\n  targets = [{\"service_name\" = \"a\"}]\n  forward_to = []\n}", 2, 14, "it has no __address__ label")]
    [InlineData(Head + "}\npyroscope.write \"y\" {\n  endpoint {\n    url = pyroscope.scrape.x.targets\n  }\n}", 7, 30, "targets")]
    public async Task Mistake_InAFile_IsOneErrorAtItsPlace(string file, int line, int column, string message)
    {
        await using var pipeline = new Pipeline(file, Nothing());

        ReloadResult result = await pipeline.LoadAsync();

        Assert.False(result.Applied);
        Diagnostic error = Assert.Single(result.Diagnostics);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal((line, column), Place(error));
    }

    [Fact]
    public async Task Component_ExportsNothing()
    {
        await using var pipeline = new Pipeline(Whole(""), Nothing());

        Assert.True((await pipeline.LoadAsync()).Applied);

        Assert.Empty(pipeline.Component("pyroscope.scrape.x").Exports.Fields);
    }

    private static async Task<Diagnostic> OnlyErrorAsync(string body)
    {
        await using var pipeline = new Pipeline(Whole(body), Nothing());

        ReloadResult result = await pipeline.LoadAsync();

        Assert.False(result.Applied);
        return Assert.Single(result.Diagnostics, found => found.Severity == DiagnosticSeverity.Error);
    }

    private static string Whole(string body) => $"{Head}{body}\n}}";

    private static ScriptedHttpHandler Nothing() => new(_ => throw new HttpRequestException());

    private static (int Line, int Column) Place(Diagnostic diagnostic)
    {
        (int line, int column) = diagnostic.Span!.Value.File.GetLineAndColumn(diagnostic.Span.Value.Start);
        return (line, column);
    }
}
