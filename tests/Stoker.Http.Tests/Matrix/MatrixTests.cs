using System.Net;
using static Stoker.Http.Tests.Client;

namespace Stoker.Http.Tests;

/// <summary>
/// Every way to authenticate with every TLS setting through every kind of proxy, with HTTP/2 on and off, against nginx, tinyproxy and a token server. Each
/// row asserts what the server saw of it, not only that it was content.
/// </summary>
public sealed class MatrixTests(MatrixEnds ends) : IClassFixture<MatrixEnds>
{
    private const string Team = "blue";

    private static readonly string[] Authentications =
        ["none", "basic_auth", "authorization", "bearer_token", "bearer_token_file", "oauth2", "client certificate"];

    private static readonly string[] Transports =
        ["http", "TLS 1.2", "TLS 1.3", "ca_file", "insecure_skip_verify", "server_name", "min_version too high", "wrong authority"];

    private static readonly string[] Proxies =
        ["none", "proxy_url", "proxy_url with user", "proxy_url without user", "no_proxy", "environment", "environment excluded", "proxy_connect_header"];

    public static TheoryData<string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (string authentication in Authentications)
            {
                foreach (string transport in Transports)
                {
                    foreach (string proxy in Proxies)
                    {
                        rows.Add(authentication, transport, proxy);
                    }
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Get_EachCombination_IsSeenByTheServerAsItWasSet(string authentication, string transport, string proxy)
    {
        await ends.StartAsync();
        foreach (bool http2 in (bool[])[true, false])
        {
            await RunAsync(authentication, transport, proxy, http2);
        }
    }

    private async Task RunAsync(string authentication, string transport, string proxy, bool http2)
    {
        HttpClientArguments arguments = Authenticate(authentication) with { EnableHttp2 = http2 };
        arguments = arguments with
        {
            HttpHeaders = Headers(("X-Team", [Team])),
            Proxy = Through(proxy),
            Tls = Secure(transport, authentication == "client certificate"),
        };
        using HttpMessageInvoker client = HttpConnections.Create(
            arguments, CreateContext(TimeProvider.System), ConnectionTimes.Default, name => Environment(proxy, name));
        string path = authentication switch
        {
            "none" => "/none",
            "basic_auth" => "/basic",
            "oauth2" => "/oauth2",
            "client certificate" => transport == "http" ? "/none" : "/certificate",
            _ => "/bearer",
        };
        string url = $"{(transport == "http" ? "http" : "https")}://{MatrixEnds.Host}:{Port(transport)}{path}";

        if (Failure(transport, proxy) is { } failure)
        {
            ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(() => client.GetAsync(url));
            Assert.Contains(failure, exception.Message, StringComparison.Ordinal);
            return;
        }

        using HttpResponseMessage response = await client.GetAsync(url);
        if (proxy is "proxy_url without user" or "proxy_connect_header" && transport == "http")
        {
            // What proxy_connect_header holds goes with CONNECT only, so for plain http the proxy was told nothing.
            Assert.Equal(HttpStatusCode.ProxyAuthenticationRequired, response.StatusCode);
            return;
        }

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("ok", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Expected(authentication, transport, proxy, http2), Saw(response));
    }

    private HttpClientArguments Authenticate(string authentication) => authentication switch
    {
        "basic_auth" => new() { BasicAuth = new BasicAuthArguments { Username = MatrixEnds.User, Password = Secret(MatrixEnds.Password) } },
        "authorization" => new() { Authorization = new AuthorizationArguments { Type = "Bearer", Credentials = Secret(MatrixEnds.BearerToken) } },
        "bearer_token" => new() { BearerToken = Secret(MatrixEnds.BearerToken) },
        "bearer_token_file" => new() { BearerTokenFile = ends.TokenFile },
        "oauth2" => new()
        {
            OAuth2 = new OAuth2Arguments { ClientId = ends.Tokens.ClientId, ClientSecret = Secret(ends.Tokens.ClientSecret), TokenUrl = ends.Tokens.TokenUrl },
        },
        _ => new(),
    };

    private TlsArguments? Secure(string transport, bool withCertificate)
    {
        TlsArguments? tls = transport switch
        {
            "TLS 1.2" or "TLS 1.3" => new() { CaPem = ends.CaPem },
            "ca_file" => new() { CaFile = ends.CaFile },
            "insecure_skip_verify" => new() { InsecureSkipVerify = true },
            "server_name" => new() { CaPem = ends.CaPem, ServerName = MatrixEnds.ServerName },
            "min_version too high" => new() { CaPem = ends.CaPem, MinVersion = "TLS13" },
            _ => null,
        };
        return withCertificate
            ? (tls ?? new()) with { CertPem = ends.ClientCertificate.ExportCertificatePem(), KeyPem = Secret(ends.ClientCertificate.KeyPem()) }
            : tls;
    }

    private ProxyArguments Through(string proxy)
    {
        string open = $"http://127.0.0.1:{ends.OpenProxyPort}";
        string closed = $"127.0.0.1:{ends.ClosedProxyPort}";
        return proxy switch
        {
            "proxy_url" => new() { ProxyUrl = open },
            "proxy_url with user" => new() { ProxyUrl = $"http://{MatrixEnds.ProxyUser}:{MatrixEnds.ProxyPassword}@{closed}" },
            "proxy_url without user" => new() { ProxyUrl = $"http://{closed}" },
            "no_proxy" => new() { ProxyUrl = "http://127.0.0.1:1", NoProxy = "elsewhere.example, 0.0.0.0/8" },
            "environment" or "environment excluded" => new() { FromEnvironment = true },
            "proxy_connect_header" => new()
            {
                ProxyUrl = closed,
                ConnectHeader = Headers((
                    "Proxy-Authorization",
                    ["Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{MatrixEnds.ProxyUser}:{MatrixEnds.ProxyPassword}"))])),
            },
            _ => new(),
        };
    }

    private string? Environment(string proxy, string name) => (proxy, name) switch
    {
        ("environment", "HTTP_PROXY" or "HTTPS_PROXY") => $"127.0.0.1:{ends.OpenProxyPort}",
        ("environment excluded", "http_proxy" or "https_proxy") => "127.0.0.1:1",
        ("environment excluded", "no_proxy") => $"{MatrixEnds.Host}",
        _ => null,
    };

    private int Port(string transport) => transport switch
    {
        "http" => ends.Plain,
        "TLS 1.2" or "min_version too high" => ends.Tls12,
        "server_name" => ends.Named,
        _ => ends.Tls13,
    };

    /// <summary>A part of the message where the combination cannot work; the proxy comes before the server.</summary>
    private static string? Failure(string transport, string proxy) =>
        transport == "http" ? null
        : proxy == "proxy_url without user" ? "status 407 Proxy Authentication Required; it wants credentials"
        : transport switch
        {
            "min_version too high" => "the server does not speak TLS 1.3, and min_version forbids less",
            "wrong authority" => "its issuer \"CN=Stoker tests\" is none that this machine trusts",
            _ => null,
        };

    private static string Expected(string authentication, string transport, string proxy, bool http2)
    {
        bool secure = transport != "http";
        string address = proxy switch
        {
            "proxy_url" or "environment" => MatrixEnds.OpenProxyAddress,
            "proxy_url with user" or "proxy_connect_header" => MatrixEnds.ClosedProxyAddress,
            _ => "127.0.0.1",
        };
        string protocol = secure && http2 ? "HTTP/2.0" : secure || address == "127.0.0.1" ? "HTTP/1.1" : "HTTP/1.1 or 1.0";
        string authorization = authentication switch
        {
            "none" or "client certificate" => "",
            "basic_auth" => "Basic " + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{MatrixEnds.User}:{MatrixEnds.Password}")),
            "oauth2" => "Bearer a token of the server",
            _ => $"Bearer {MatrixEnds.BearerToken}",
        };
        return string.Join('\n',
            $"address {address}",
            $"protocol {protocol}",
            $"TLS {(!secure ? "" : transport == "TLS 1.2" ? "TLSv1.2" : "TLSv1.3")}",
            $"name {(transport == "server_name" ? MatrixEnds.ServerName : "")}",
            $"subject {(authentication == "client certificate" && secure ? "CN=profiler" : "")}",
            $"user {(authentication == "basic_auth" ? MatrixEnds.User : "")}",
            $"authorization {authorization}",
            "proxy authorization ",
            $"team {Team}");
    }

    private string Saw(HttpResponseMessage response)
    {
        string address = Of("Address");
        string protocol = Of("Protocol");

        // What a proxy itself speaks to the server of a plain http URL is the proxy's matter.
        bool proxied = address != "127.0.0.1" && Of("Tls").Length == 0;
        string authorization = Of("Authorization");
        bool ofTokens = authorization.StartsWith("Bearer ", StringComparison.Ordinal) && ends.Tokens.IsValid(authorization["Bearer ".Length..]);
        return string.Join('\n',
            $"address {address}",
            $"protocol {(proxied && protocol is "HTTP/1.0" or "HTTP/1.1" ? "HTTP/1.1 or 1.0" : protocol)}",
            $"TLS {Of("Tls")}",
            $"name {Of("Name")}",
            $"subject {Of("Subject")}",
            $"user {Of("User")}",
            $"authorization {(ofTokens ? "Bearer a token of the server" : authorization)}",
            $"proxy authorization {Of("Proxy-Authorization")}",
            $"team {Of("Team")}");

        string Of(string name) => response.Headers.TryGetValues("X-Saw-" + name, out IEnumerable<string>? values) ? string.Join(',', values) : "";
    }
}
