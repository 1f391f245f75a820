using System.Net;
using System.Net.Sockets;
using Stoker.Components;
using Stoker.TestKit;
using Stoker.TestKit.OAuth2;
using static Stoker.Http.Tests.Client;

namespace Stoker.Http.Tests;

/// <summary>No failure of a client shows what is secret in its arguments, whatever goes wrong.</summary>
public sealed class SecretsTests : IDisposable
{
    private const string Hidden = "h1dden/+ =";

    private readonly TemporaryFolder _folder = new();
    private readonly Socket _closed = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    // Bound but not listening: the port belongs to nobody else, and connections to it are refused.
    public SecretsTests() => _closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public static TheoryData<string> Arguments => ["bearer_token", "bearer_token_file", "basic_auth", "password_file", "authorization", "credentials_file", "oauth2", "client_secret_file", "token_url", "proxy_url", "oauth2 proxy_url", "http_headers", "key_pem"];

    private string ClosedPort => $"127.0.0.1:{((IPEndPoint)_closed.LocalEndPoint!).Port}";

    [Theory]
    [MemberData(nameof(Arguments))]
    public async Task Failure_OfAnyKind_ShowsNoSecret(string argument)
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync(http =>
        {
            http.Response.Redirect($"ftp://ada:{Uri.EscapeDataString(Hidden)}@elsewhere/?key={Uri.EscapeDataString(Hidden)}");
            return Task.CompletedTask;
        });
        await using TokenServer tokens = await TokenServer.StartAsync();
        tokens.ClientSecret = Hidden;
        HttpClientArguments arguments = With(argument, tokens);
        var log = new CapturingLogger();
        var shown = new List<string>();
        foreach (string url in (string[])[$"http://{ClosedPort}/", server.Url(), server.Url(scheme: "https"), "http://nowhere.invalid/"])
        {
            foreach (bool refuses in (bool[])[false, true])
            {
                // The token server repeats all that it was sent.
                tokens.Script = request => refuses
                    ? TokenServerAnswer.Error("invalid_client", $"{request.Secret} {string.Join(' ', request.Headers)}", 401)
                    : null;
                using HttpMessageInvoker client = Create(arguments, logger: log);
                shown.Add((await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync(url))).ToString());
            }
        }

        shown.AddRange(log.Take().Select(line => line.ToString()));
        shown.AddRange(Flatten(HttpClientArguments.Schema.Render(arguments)));
        shown.Add(arguments.ToString());
        shown.Add($"{arguments.OAuth2}{arguments.BasicAuth}{arguments.Authorization}{arguments.Tls}{arguments.Proxy}");
        Assert.All(
            (string[])[Hidden, Uri.EscapeDataString(Hidden), WebUtility.UrlEncode(Hidden), Base64($"ada:{Hidden}"), Base64($"stoker:{WebUtility.UrlEncode(Hidden)}"), .. tokens.Issued],
            secret => Assert.DoesNotContain(shown, text => text.Contains(secret, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task Answer_ThatRepeatsWhatWasSent_CanBeShownWithoutIt()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync();
        var arguments = new HttpClientArguments
        {
            BasicAuth = new BasicAuthArguments { Username = "ada", Password = Secret("pass:word") },
            HttpHeaders = Headers(("X-Key", ["k3y-of-mine", "no"])),
        };
        using HttpMessageInvoker client = Create(arguments);
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url());
        using HttpResponseMessage response = await client.SendAsync(request);
        SentSecrets secrets = SentSecrets.Of(request)!;

        Assert.Equal("Basic (secret) ada:(secret), (secret) no", secrets.Hide($"Basic {Base64("ada:pass:word")} ada:pass:word, k3y-of-mine no"));
        Assert.Equal("cut at (secret)", secrets.Hide("cut at k3y-of"));
        Assert.Equal("cut at k3y", secrets.Hide("cut at k3y"));
        using var own = new HttpRequestMessage(HttpMethod.Get, server.Url());
        own.Headers.TryAddWithoutValidation("Authorization", "Mine my-own-secret");
        using HttpResponseMessage other = await client.SendAsync(own);
        Assert.Equal("(secret)", SentSecrets.Of(own)!.Hide("my-own-secret"));
        using var many = new HttpRequestMessage(HttpMethod.Get, server.Url());
        many.Headers.TryAddWithoutValidation("X-Api-Key", "key-of-the-request");
        many.Headers.TryAddWithoutValidation("X-Scope-OrgID", "tenant-one");
        using HttpResponseMessage third = await client.SendAsync(many);
        using HttpResponseMessage fourth = await Create(new HttpClientArguments { BearerToken = Secret("other-token") }).SendAsync(many);
        Assert.Equal(
            "(secret), tenant-one, (secret), (secret)", SentSecrets.Of(many)!.Hide("key-of-the-request, tenant-one, pass:word, other-token"));
        using HttpMessageInvoker bare = Create(new HttpClientArguments());
        using var nothing = new HttpRequestMessage(HttpMethod.Get, server.Url());
        using HttpResponseMessage last = await bare.SendAsync(nothing);
        Assert.Null(SentSecrets.Of(nothing));
    }

    public void Dispose()
    {
        _folder.Dispose();
        _closed.Dispose();
    }

    private HttpClientArguments With(string argument, TokenServer tokens)
    {
        string file = _folder.Write("secret", Hidden);
        var oauth2 = new OAuth2Arguments { ClientId = "stoker", ClientSecret = Secret(Hidden), TokenUrl = tokens.TokenUrl };
        string proxy = $"http://ada:{Uri.EscapeDataString(Hidden)}@{ClosedPort}";
        return argument switch
        {
            "bearer_token" => new HttpClientArguments { BearerToken = Secret(Hidden) },
            "bearer_token_file" => new HttpClientArguments { BearerTokenFile = file },
            "basic_auth" => new HttpClientArguments { BasicAuth = new BasicAuthArguments { Username = "ada", Password = Secret(Hidden) } },
            "password_file" => new HttpClientArguments { BasicAuth = new BasicAuthArguments { Username = "ada", PasswordFile = file } },
            "authorization" => new HttpClientArguments { Authorization = new AuthorizationArguments { Credentials = Secret(Hidden) } },
            "credentials_file" => new HttpClientArguments { Authorization = new AuthorizationArguments { CredentialsFile = file } },
            "oauth2" => new HttpClientArguments { OAuth2 = oauth2 },
            "client_secret_file" => new HttpClientArguments { OAuth2 = oauth2 with { ClientSecret = Secret(""), ClientSecretFile = file } },
            "token_url" => new HttpClientArguments
            {
                OAuth2 = oauth2 with { TokenUrl = $"http://ada:{Uri.EscapeDataString(Hidden)}@{ClosedPort}/token" },
            },
            "proxy_url" => new HttpClientArguments { Proxy = new ProxyArguments { ProxyUrl = proxy } },
            "oauth2 proxy_url" => new HttpClientArguments { OAuth2 = oauth2 with { Proxy = new ProxyArguments { ProxyUrl = proxy } } },
            "http_headers" => new HttpClientArguments { HttpHeaders = Headers(("X-Key", [Hidden])) },
            _ => new HttpClientArguments { Tls = new TlsArguments { CertPem = "x", KeyPem = Secret(Hidden) } },
        };
    }

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    private static IEnumerable<string> Flatten(IEnumerable<BodyItem> items) => items.SelectMany(item => item switch
    {
        BodyBlock block => Flatten(block.Body),
        BodyAttribute attribute => [$"{attribute.Name}={Components.Arguments.ValueText.Format(attribute.Value)}"],
        _ => [],
    });
}
