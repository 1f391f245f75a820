using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using static Stoker.Http.Tests.Client;

namespace Stoker.Http.Tests;

/// <summary>The HTTP client's part of the reference page of <c>pyroscope.scrape</c>, from text to the wire.</summary>
public sealed class PageClientTests
{
    /// <summary>Every argument of a block with a value of its own, so that none can land where another belongs.</summary>
    public static TheoryData<string, HttpClientArguments> Whole => new()
    {
        {
            """
            bearer_token_file = "/token"
            enable_http2 = false
            follow_redirects = false
            proxy_url = "http://p:1"
            no_proxy = "b"
            """,
            new HttpClientArguments
            {
                BearerTokenFile = "/token", EnableHttp2 = false, FollowRedirects = false, Proxy = new ProxyArguments { ProxyUrl = "http://p:1", NoProxy = "b" },
            }
        },
        {
            """
            bearer_token = "t"
            proxy_from_environment = true
            proxy_connect_header = { "X-A" = ["1", "2"] }
            """,
            new HttpClientArguments
            {
                BearerToken = Secret("t"), Proxy = new ProxyArguments { FromEnvironment = true, ConnectHeader = Headers(("X-A", ["1", "2"])) },
            }
        },
        {
            """
            basic_auth {
              username = "u"
              password = "p"
            }
            """,
            new HttpClientArguments { BasicAuth = new BasicAuthArguments { Username = "u", Password = Secret("p") } }
        },
        {
            """
            basic_auth {
              password_file = "/p"
            }
            """,
            new HttpClientArguments { BasicAuth = new BasicAuthArguments { PasswordFile = "/p" } }
        },
        {
            """
            authorization {
              type = "T"
              credentials = "c"
            }
            """,
            new HttpClientArguments { Authorization = new AuthorizationArguments { Type = "T", Credentials = Secret("c") } }
        },
        {
            """
            authorization {
              credentials_file = "/c"
            }
            """,
            new HttpClientArguments { Authorization = new AuthorizationArguments { Type = "Bearer", CredentialsFile = "/c" } }
        },
        {
            """
            oauth2 {
              client_id = "id"
              client_secret = "secret"
              endpoint_params = { "a" = "1" }
              proxy_url = "http://p:1"
              no_proxy = "n"
              proxy_connect_header = { "X-A" = ["1"] }
              scopes = ["s", "t"]
              token_url = "https://l/"
              tls_config {
                server_name = "name"
              }
            }
            """,
            new HttpClientArguments
            {
                OAuth2 = new OAuth2Arguments
                {
                    ClientId = "id", ClientSecret = Secret("secret"), EndpointParams = new Dictionary<string, string> { ["a"] = "1" },
                    Proxy = new ProxyArguments { ProxyUrl = "http://p:1", NoProxy = "n", ConnectHeader = Headers(("X-A", ["1"])) },
                    Scopes = ["s", "t"], TokenUrl = "https://l/", Tls = new TlsArguments { ServerName = "name" },
                },
            }
        },
        {
            """
            oauth2 {
              client_id = "id"
              client_secret_file = "/secret"
              proxy_from_environment = true
              token_url = "https://l/"
            }
            """,
            new HttpClientArguments
            {
                OAuth2 = new OAuth2Arguments
                {
                    ClientId = "id", ClientSecretFile = "/secret", Proxy = new ProxyArguments { FromEnvironment = true }, TokenUrl = "https://l/",
                },
            }
        },
        {
            """
            tls_config {
              ca_file = "/ca"
              cert_file = "/cert"
              key_file = "/key"
              insecure_skip_verify = true
              min_version = "TLS13"
              server_name = "name"
            }
            """,
            new HttpClientArguments
            {
                Tls = new TlsArguments
                {
                    CaFile = "/ca", CertFile = "/cert", KeyFile = "/key", InsecureSkipVerify = true, MinVersion = "TLS13", ServerName = "name",
                },
            }
        },
    };

    // A client with no tls_config, and one without a min_version in it, take what Go takes by default.
    public static TheoryData<string, ushort[]> TlsVersions => new()
    {
        { "", [0x0303, 0x0304] },
        { "tls_config { insecure_skip_verify = true }", [0x0303, 0x0304] },
        { "tls_config { min_version = \"TLS10\" }", [0x0301, 0x0302, 0x0303, 0x0304] },
        { "tls_config { min_version = \"TLS11\" }", [0x0302, 0x0303, 0x0304] },
        { "tls_config { min_version = \"TLS12\" }", [0x0303, 0x0304] },
        { "tls_config { min_version = \"TLS13\" }", [0x0304] },
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public void Read_EveryArgument_LandsWhereItBelongs(string text, HttpClientArguments expected)
    {
        (HttpClientArguments? arguments, IReadOnlyList<string> errors, _) = ConfigurationText.Read(text);

        Assert.Empty(errors);
        Assert.Equal(expected, arguments);
    }

    [Fact]
    public void Read_PemTexts_LandWhereTheyBelong()
    {
        using var authority = new Authority();
        using X509Certificate2 pair = authority.Issue("client");

        TlsArguments tls = Read($"tls_config {{\nca_pem = `{authority.Pem}`\ncert_pem = `{pair.ExportCertificatePem()}`\nkey_pem = `{pair.KeyPem()}`\n}}").Tls!;

        Assert.Equal((authority.Pem, pair.ExportCertificatePem(), pair.KeyPem()), (tls.CaPem, tls.CertPem, tls.KeyPem.Content));
    }

    [Theory]
    [MemberData(nameof(TlsVersions))]
    public async Task Get_MinVersion_IsTheLowestThatIsOffered(string text, ushort[] expected)
    {
        await using var server = new ClientHello();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetOnceAsync(Read(text), server.Url));

        Assert.Equal(expected, await server.OfferedAsync());
    }

    [Theory]
    [InlineData("pem")]
    [InlineData("file")]
    public async Task Get_CertificatesOfTheConfiguration_AreThoseOfTheConnection(string kind)
    {
        using var folder = new TemporaryFolder();
        using var authority = new Authority();
        using X509Certificate2 certificate = authority.Issue("server");
        using X509Certificate2 own = authority.Issue("me");
        var clients = new ConcurrentQueue<string>();
        await using LoopbackServer server = await LoopbackServer.StartAsync(certificate, onClientCertificate: client => clients.Enqueue(client.Subject));
        string text = kind == "pem"
            ? $"ca_pem = `{authority.Pem}`\ncert_pem = `{own.ExportCertificatePem()}`\nkey_pem = `{own.KeyPem()}`"
            : $"ca_file = \"{folder.Write("ca", authority.Pem)}\"\ncert_file = \"{folder.Write("cert", own.ExportCertificatePem())}\"\nkey_file = \"{folder.Write("key", own.KeyPem())}\"";

        using HttpResponseMessage response = await GetOnceAsync(Read($"tls_config {{\n{text}\n}}"), server.Url(scheme: "https"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["CN=me"], clients);
    }

    [Theory]
    [InlineData("", "HTTP/2")]
    [InlineData("enable_http2 = true", "HTTP/2")]
    [InlineData("enable_http2 = false", "HTTP/1.1")]
    public async Task Get_EnableHttp2_DecidesWhatIsNegotiated(string text, string protocol)
    {
        using var authority = new Authority();
        using X509Certificate2 certificate = authority.Issue("server");
        await using LoopbackServer server = await LoopbackServer.StartAsync(certificate);

        using HttpResponseMessage response = await GetOnceAsync(Read($"{text}\ntls_config {{ insecure_skip_verify = true }}"), server.Url(scheme: "https"));

        Assert.Equal(protocol, server.Last.Protocol);
    }

    /// <summary>
    /// What stands in no_proxy goes straight, everything else through the proxy: addresses, networks and names, with a port or without. What goes
    /// straight fails: nothing listens on port 1, and no name in .invalid is resolved. The address is 0.0.0.0, because 127.0.0.1 never goes to a proxy
    /// that has exclusions.
    /// </summary>
    [Theory]
    [InlineData("0.0.0.0", "http://0.0.0.0:1/x", true)]
    [InlineData("0.0.0.0:1", "http://0.0.0.0:1/x", true)]
    [InlineData("0.0.0.0:2", "http://0.0.0.0:1/x", false)]
    [InlineData("0.0.0.0/8", "http://0.0.0.0:1/x", true)]
    [InlineData("1.0.0.0/8", "http://0.0.0.0:1/x", false)]
    [InlineData("a.example, 0.0.0.0", "http://0.0.0.0:1/x", true)]
    [InlineData("target.invalid", "http://target.invalid:1/x", true)]
    [InlineData("invalid", "http://target.invalid:1/x", true)]
    [InlineData("target.invalid:1", "http://target.invalid:1/x", true)]
    [InlineData("target.invalid:2", "http://target.invalid:1/x", false)]
    [InlineData("get.invalid", "http://target.invalid:1/x", false)]
    public async Task Get_NoProxy_IsWhatGoesStraight(string noProxy, string url, bool straight)
    {
        await using LoopbackServer proxy = await LoopbackServer.StartAsync();
        Task<HttpResponseMessage> get = GetOnceAsync(Read($"proxy_url = \"http://127.0.0.1:{proxy.Port}\"\nno_proxy = \"{noProxy}\""), url);

        if (straight)
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => get);
            Assert.Empty(proxy.Seen);
        }
        else
        {
            using HttpResponseMessage response = await get;
            Assert.Equal(url, proxy.Last.Target);
        }
    }

    [Fact]
    public void Environment_EachSchemeTakesItsVariable_InEitherCase()
    {
        ProxyRules upper = FromEnvironment(("HTTP_PROXY", "http://plain:1"), ("HTTPS_PROXY", "http://secure:2"), ("NO_PROXY", "direct.example"));
        ProxyRules lower = FromEnvironment(("http_proxy", "http://plain:1"), ("https_proxy", "http://secure:2"), ("no_proxy", "direct.example"));

        foreach (ProxyRules rules in (ProxyRules[])[upper, lower])
        {
            Assert.Equal("http://plain:1/", rules.Find(new Uri("http://a.example/"))!.Address.ToString());
            Assert.Equal("http://secure:2/", rules.Find(new Uri("https://a.example/"))!.Address.ToString());
            Assert.Null(rules.Find(new Uri("http://direct.example/")));
            Assert.Null(rules.Find(new Uri("https://direct.example/")));
        }

        Assert.Null(FromEnvironment(("HTTPS_PROXY", "http://secure:2")).Find(new Uri("http://a.example/")));
    }

    [Fact]
    public void Environment_NotAskedFor_IsNotRead() =>
        Assert.Null(ProxyRules.Create(Read("").Proxy, name => throw new InvalidOperationException(name)));

    private static ProxyRules FromEnvironment(params (string Name, string Value)[] variables) =>
        ProxyRules.Create(Read("proxy_from_environment = true").Proxy, name => variables.FirstOrDefault(variable => variable.Name == name).Value)!;

    private static HttpClientArguments Read(string text)
    {
        (HttpClientArguments? arguments, IReadOnlyList<string> errors, _) = ConfigurationText.Read(text);
        Assert.Empty(errors);
        return arguments!;
    }
}
