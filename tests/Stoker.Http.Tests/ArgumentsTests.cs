using System.Security.Cryptography.X509Certificates;
using Stoker.Components;
using static Stoker.Http.Tests.Client;

namespace Stoker.Http.Tests;

public sealed class ArgumentsTests
{
    private const string AtMostOne =
        "at most one of authorization, basic_auth, bearer_token, bearer_token_file and oauth2 can be provided";

    private const string HeadersLine =
        """http_headers = { "authorization" = ["a"], "Content-Type" = ["b"], "Expires" = ["c"], "X-A" = ["d\r\ne"] }""";

    private const string EndpointParams = """endpoint_params = { "scope" = "t", "client_secret" = "x", "client_id" = "y" }""";

    public static TheoryData<string, string[]> Mistakes => new()
    {
        {
            """
            bearer_token = "a"
            bearer_token_file = "/b"
            """,
            [$"bearer_token_file = \"/b\": bearer_token_file cannot be used together with bearer_token: {AtMostOne}"]
        },
        {
            """
            basic_auth { username = "a" }
            authorization { credentials = "c" }
            oauth2 {
              client_id = "a"
              client_secret = "b"
              token_url = "https://login.example/token"
            }
            """,
            [
                $"authorization: authorization cannot be used together with basic_auth: {AtMostOne}",
                $"oauth2: oauth2 cannot be used together with basic_auth: {AtMostOne}",
            ]
        },
        {
            """
            basic_auth {
              password_file = "/p"
              password = "s3cret"
              username = "a:b"
            }
            """,
            [
                "password = \"s3cret\": password and password_file are mutually exclusive: only one of them can be provided",
                "username = \"a:b\": a username with a colon cannot be sent: the server would take the rest of it for the password",
            ]
        },
        {
            """
            authorization {
              type = " Basic"
              credentials = "c"
              credentials_file = "/c"
            }
            """,
            [
                "type = \" Basic\": authorization type cannot be \"Basic\"; use a basic_auth block for it",
                "credentials_file = \"/c\": credentials and credentials_file are mutually exclusive: only one of them can be provided",
            ]
        },
        {
            """
            bearer_token = "line\nbreak"
            """,
            ["bearer_token = \"line\\nbreak\": bearer_token holds a line break or another control character, which a header cannot carry"]
        },
        {
            "oauth2 { }",
            [
                "oauth2: oauth2 needs a client_id",
                "oauth2: oauth2 needs a token_url",
                "oauth2: oauth2 needs client_secret or client_secret_file",
            ]
        },
        {
            """
            oauth2 {
              client_id = "a"
              client_secret = "b"
              client_secret_file = "/c"
              token_url = "login.example"
              no_proxy = "a"
              proxy_connect_header = { "X-A" = ["b"] }
              tls_config {
                ca_pem = "x"
                ca_file = "/y"
              }
            }
            """,
            [
                "client_secret_file = \"/c\": client_secret and client_secret_file are mutually exclusive: only one of them can be provided",
                "token_url = \"login.example\": token_url should be a whole URL with http or https, such as \"https://login.example/token\"",
                "no_proxy = \"a\": no_proxy needs proxy_url",
                "proxy_connect_header = { \"X-A\" = [\"b\"] }: proxy_connect_header needs proxy_url or proxy_from_environment",
                "ca_pem = \"x\": ca_pem holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)",
                "ca_file = \"/y\": ca_pem and ca_file are mutually exclusive: only one of them can be provided",
            ]
        },
        {
            "oauth2 {\n  client_id = \"a\"\n  client_secret = \"b\"\n  token_url = \"ftp://l/\"\n  scopes = [\"s\"]\n  " + EndpointParams + "\n}",
            [
                "token_url = \"ftp://l/\": token_url should be a whole URL with http or https, such as \"https://login.example/token\"",
                EndpointParams + ": endpoint_params cannot hold \"scope\" together with scopes; add it to scopes",
                EndpointParams + ": endpoint_params cannot hold \"client_secret\", which would show it; use client_secret or client_secret_file",
                EndpointParams + ": endpoint_params cannot hold another \"client_id\" than the argument client_id",
            ]
        },
        {
            "oauth2 {\n  client_id = \"a\"\n  client_secret = \"b\"\n  token_url = \"http://l/\"\n  proxy_url = \"http://p\"\n  proxy_from_environment = true\n"
            + "  tls_config {\n    cert_file = \"/c\"\n    key_pem = \"\"\n  }\n}",
            [
                "proxy_url = \"http://p\": proxy_url cannot be used together with proxy_from_environment",
                "cert_file = \"/c\": cert_file needs the private key too: add key_pem or key_file",
            ]
        },
        {
            """
            tls_config {
              cert_file = "/c"
            }
            """,
            ["cert_file = \"/c\": cert_file needs the private key too: add key_pem or key_file"]
        },
        {
            """
            tls_config {
              key_pem = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
              key_file = "/k"
            }
            """,
            [
                "key_pem = \"-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----\": key_pem needs the certificate too: add cert_pem or cert_file",
                "key_file = \"/k\": key_pem and key_file are mutually exclusive: only one of them can be provided",
            ]
        },
        {
            """
            tls_config {
              cert_pem = "x"
              cert_file = "/x"
              key_pem = "y"
            }
            """,
            [
                "cert_pem = \"x\": cert_pem holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)",
                "cert_file = \"/x\": cert_pem and cert_file are mutually exclusive: only one of them can be provided",
                "key_pem = \"y\": key_pem holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)",
            ]
        },
        {
            """
            proxy_url = "http://p"
            no_proxy = "a"
            proxy_from_environment = true
            """,
            [
                "proxy_url = \"http://p\": proxy_url cannot be used together with proxy_from_environment",
                "no_proxy = \"a\": no_proxy cannot be used together with proxy_from_environment; set the variable NO_PROXY instead",
            ]
        },
        {
            """
            no_proxy = "a"
            proxy_connect_header = { "Bad Name" = ["x"] }
            """,
            [
                "no_proxy = \"a\": no_proxy needs proxy_url",
                "proxy_connect_header = { \"Bad Name\" = [\"x\"] }: proxy_connect_header needs proxy_url or proxy_from_environment",
                "proxy_connect_header = { \"Bad Name\" = [\"x\"] }: \"Bad Name\" is no name of an HTTP header",
            ]
        },
        {
            HeadersLine,
            [
                HeadersLine + ": the header \"authorization\" is set by the client itself and cannot be set here; use an authorization block",
                HeadersLine + ": the header \"Content-Type\" is set by the client itself and cannot be set here",
                HeadersLine + ": the header \"Expires\" describes a body and cannot be set here",
                HeadersLine + ": a value of the header \"X-A\" holds a line break or another control character",
            ]
        },
        {
            """
            proxy_url = "ftp://user:s3cret@proxy"
            """,
            ["\"ftp://user:s3cret@proxy\": proxy_url has the scheme \"ftp\"; a proxy is reached by http, https, socks5 or socks5h"]
        },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Decode_Mistakes_AreAllReportedAtTheirPlaces(string text, string[] expected)
    {
        (HttpClientArguments? arguments, IReadOnlyList<string> errors, _) = ConfigurationText.Read(text);
        Assert.Null(arguments);
        Assert.Equal(expected, errors);
    }

    [Fact]
    public void Decode_CertificateAndKeyOfAnother_IsReported()
    {
        using var authority = new Authority();
        using X509Certificate2 one = authority.Issue("one");
        using X509Certificate2 two = authority.Issue("two");
        (_, IReadOnlyList<string> errors, _) = ConfigurationText.Read(
            $"tls_config {{\n  cert_pem = `{one.ExportCertificatePem()}`\n  key_pem = `{two.KeyPem()}`\n}}");
        string error = Assert.Single(errors);
        Assert.EndsWith(": key_pem is not the private key of the certificate in cert_pem", error, StringComparison.Ordinal);

        (HttpClientArguments? arguments, errors, _) = ConfigurationText.Read(
            $"tls_config {{\n  ca_pem = `{authority.Pem}`\n  cert_pem = `{one.ExportCertificatePem()}`\n  key_pem = `{one.KeyPem()}`\n}}");
        Assert.Empty(errors);
        Assert.NotNull(arguments);
    }

    [Fact]
    public void Decode_UnknownTlsVersion_NamesTheWords()
    {
        (_, IReadOnlyList<string> errors, _) = ConfigurationText.Read("tls_config {\n  min_version = \"TLS9\"\n}");
        Assert.Contains("\"TLS10\", \"TLS11\", \"TLS12\", \"TLS13\"", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_NothingWritten_GivesThePagesDefaults()
    {
        (HttpClientArguments? arguments, IReadOnlyList<string> errors, IReadOnlyList<string> warnings) = ConfigurationText.Read("");
        Assert.Empty(errors);
        Assert.Empty(warnings);
        Assert.Equal(new HttpClientArguments(), arguments);
        Assert.True(arguments!.EnableHttp2);
        Assert.True(arguments.FollowRedirects);
        Assert.Empty(HttpClientArguments.Schema.Render(arguments));
    }

    [Fact]
    public void Decode_EmptyTexts_CountAsNotWritten()
    {
        (HttpClientArguments? arguments, IReadOnlyList<string> errors, _) = ConfigurationText.Read(
            """
            bearer_token = ""
            bearer_token_file = ""
            proxy_url = ""
            no_proxy = ""
            basic_auth {
              username = ""
              password = ""
              password_file = "/p"
            }
            """);
        Assert.Empty(errors);
        Assert.Equal("/p", arguments!.BasicAuth!.PasswordFile);
    }

    [Fact]
    public void Decode_WhatIsNotAppliedYet_IsAWarning()
    {
        (HttpClientArguments? arguments, IReadOnlyList<string> errors, IReadOnlyList<string> warnings) = ConfigurationText.Read(
            """
            proxy_url = "http://proxy.example:3128"
            no_proxy = "10.0.0.0/8, 10.0.0.0/99"
            proxy_connect_header = { "Proxy-Authorization" = ["x"], "host" = ["y"] }
            authorization { }
            tls_config {
              server_name = "a"
            }
            """);
        Assert.Empty(errors);
        Assert.NotNull(arguments);
        Assert.Equal(3, warnings.Count);
        Assert.Contains("\"10.0.0.0/99\"", warnings[0], StringComparison.Ordinal);
        Assert.Contains("the request for a tunnel sets \"host\" itself", warnings[1], StringComparison.Ordinal);
        Assert.Contains("neither credentials nor credentials_file", warnings[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_OAuth2_LoadsWithoutAWarning()
    {
        (_, IReadOnlyList<string> errors, IReadOnlyList<string> warnings) = ConfigurationText.Read(
            """
            oauth2 {
              client_id = "a"
              client_secret_file = "/not/read/at/load"
              token_url = "https://login.example/token"
              endpoint_params = { "grant_type" = "urn:x", "scope" = "a b", "client_id" = "a", "audience" = "c" }
            }
            """);
        Assert.Empty(errors);
        Assert.Empty(warnings);
    }

    [Fact]
    public void Render_Secrets_AreNotShown()
    {
        var arguments = new HttpClientArguments
        {
            BearerToken = Secret("top"),
            HttpHeaders = Headers(("X-Key", ["top"])),
            Proxy = new ProxyArguments { ProxyUrl = "http://ada:top@proxy.example:3128" },
            Tls = new TlsArguments { KeyPem = Secret("top") },
            OAuth2 = new OAuth2Arguments { ClientSecret = Secret("top"), TokenUrl = "https://ada:top@login.example/token" },
        };
        string shown = string.Join('\n', Flatten(HttpClientArguments.Schema.Render(arguments)));
        Assert.DoesNotContain("top", shown, StringComparison.Ordinal);
        Assert.Contains("proxy_url=\"http://ada:(secret)@proxy.example:3128/\"", shown, StringComparison.Ordinal);
        Assert.Contains("bearer_token=(secret)", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Equals_EveryValueCounts()
    {
        HttpClientArguments[] different =
        [
            new(),
            new() { BearerToken = Secret("a") },
            new() { BearerToken = Secret("b") },
            new() { HttpHeaders = Headers(("X", ["a"])) },
            new() { HttpHeaders = Headers(("X", ["a", "b"])) },
            new() { Proxy = new ProxyArguments { ProxyUrl = "http://u:a@p" } },
            new() { Proxy = new ProxyArguments { ProxyUrl = "http://u:b@p" } },
            new() { OAuth2 = new OAuth2Arguments { Scopes = ["a"] } },
            new() { OAuth2 = new OAuth2Arguments { Scopes = ["b"] } },
            new() { Tls = new TlsArguments() },
            new() { Tls = new TlsArguments { ServerName = "a" } },
            new() { FollowRedirects = false },
        ];
        for (int i = 0; i < different.Length; i++)
        {
            for (int j = 0; j < different.Length; j++)
            {
                Assert.Equal(i == j, different[i].Equals(different[j]));
            }
        }

        Assert.Equal(new HttpClientArguments { HttpHeaders = Headers(("X", ["a"])) }, different[3]);
        Assert.Equal(new HttpClientArguments { OAuth2 = new OAuth2Arguments { Scopes = ["a"] } }, different[7]);
    }

    private static IEnumerable<string> Flatten(IEnumerable<BodyItem> items) => items.SelectMany(item => item switch
    {
        BodyBlock block => Flatten(block.Body),
        BodyAttribute attribute => [$"{attribute.Name}={Components.Arguments.ValueText.Format(attribute.Value)}"],
        _ => [],
    });
}
