using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stoker.TestKit.OAuth2;
using Stoker.TestKit.Programs;

namespace Stoker.Http.Tests;

/// <summary>
/// The real ends of the matrix: one nginx with a server for each transport, two tinyproxies, one of which wants a user, and a token server. nginx says in
/// headers of its answer what it saw. Everything is reached at 0.0.0.0, which leads to loopback but is no loopback address, so that the rules of
/// no_proxy and of the environment have something to decide. Started once for a class of tests, by the first of them.
/// </summary>
public sealed class MatrixEnds : IAsyncDisposable
{
    public const string Host = "0.0.0.0";
    public const string ServerName = "profiled.example";
    public const string BearerToken = "token-1";
    public const string User = "ada";
    public const string Password = "s3cret";
    public const string ProxyUser = "proxyuser";
    public const string ProxyPassword = "proxypass";

    /// <summary>The addresses that the proxies come from, by which the server tells them apart.</summary>
    public const string OpenProxyAddress = "127.0.0.2";
    public const string ClosedProxyAddress = "127.0.0.3";

    private readonly Lazy<Task> _start;
    private readonly Authority _authority = new();
    private readonly Authority _clientAuthority = new("clients");
    private ServedProgram _nginx = null!;
    private ServedProgram _openProxy = null!;
    private ServedProgram _closedProxy = null!;

    public MatrixEnds() => _start = new Lazy<Task>(RunAsync);

    public string CaPem => _authority.Pem;

    public string CaFile { get; private set; } = "";

    public X509Certificate2 ClientCertificate { get; private set; } = null!;

    public TokenServer Tokens { get; private set; } = null!;

    public string TokenFile { get; private set; } = "";

    public int OpenProxyPort => _openProxy.Ports[0];

    public int ClosedProxyPort => _closedProxy.Ports[0];

    public int Plain => _nginx.Ports[0];

    /// <summary>TLS 1.2 only.</summary>
    public int Tls12 => _nginx.Ports[1];

    /// <summary>TLS 1.3 only.</summary>
    public int Tls13 => _nginx.Ports[2];

    /// <summary>TLS 1.2 and 1.3 with a certificate that is for <see cref="ServerName"/> alone.</summary>
    public int Named => _nginx.Ports[3];

    private TemporaryFolder Folder { get; } = new();

    /// <summary>Completes when all are there. Inside a test, so that a program that is missing skips the test.</summary>
    public Task StartAsync() => _start.Value;

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable? end in (IAsyncDisposable?[])[_closedProxy, _openProxy, _nginx, Tokens])
        {
            if (end is not null)
            {
                await end.DisposeAsync();
            }
        }

        ClientCertificate?.Dispose();
        _clientAuthority.Dispose();
        _authority.Dispose();
        Folder.Dispose();
    }

    private async Task RunAsync()
    {
        // For all tests, so that the end of the first one ends nothing.
        CancellationToken cancellationToken = CancellationToken.None;
        Tokens = await TokenServer.StartAsync();
        ClientCertificate = _clientAuthority.Issue("profiler");
        CaFile = Folder.Write("ca.pem", CaPem);
        TokenFile = Folder.Write("token", BearerToken + "\n");
        _nginx = await ServedProgram.StartNginxAsync(4, Configure, cancellationToken);
        _openProxy = await ServedProgram.StartTinyproxyAsync(OpenProxyAddress, basicAuth: null, cancellationToken);
        _closedProxy = await ServedProgram.StartTinyproxyAsync(ClosedProxyAddress, $"{ProxyUser} {ProxyPassword}", cancellationToken);
    }

    private string Configure(Stoker.TestKit.Programs.TemporaryFolder folder, int[] ports)
    {
        foreach (string page in (string[])["none", "basic", "bearer", "oauth2", "certificate"])
        {
            folder.Write("www/" + page, "ok");
        }

        folder.Write("clients.pem", _clientAuthority.Pem);
        folder.Write("users", $"{User}:{{SHA}}{Convert.ToBase64String(Sha1(Password))}\n");
        using X509Certificate2 server = _authority.Issue("server");
        using X509Certificate2 named = _authority.Issue("named", ServerName);
        WritePair(folder, "server", server);
        WritePair(folder, "named", named);
        string locations = $$"""
            root {{folder.PathOf("www")}};
            add_header X-Saw-Address $remote_addr;
            add_header X-Saw-Protocol $server_protocol;
            add_header X-Saw-Tls $ssl_protocol;
            add_header X-Saw-Name $ssl_server_name;
            add_header X-Saw-Subject $ssl_client_s_dn;
            add_header X-Saw-User $remote_user;
            add_header X-Saw-Authorization $http_authorization;
            add_header X-Saw-Proxy-Authorization $http_proxy_authorization;
            add_header X-Saw-Team $http_x_team;
            location = /-/nginx { return 200 "ready"; }
            location = /none { }
            location = /basic { auth_basic "test"; auth_basic_user_file {{folder.PathOf("users")}}; }
            location = /bearer { if ($http_authorization != "Bearer {{BearerToken}}") { return 401; } }
            location = /oauth2 { auth_request /-/token; }
            location = /certificate { if ($ssl_client_verify != SUCCESS) { return 403; } }
            location = /-/token { internal; proxy_pass {{Tokens.Url("/check")}}; proxy_pass_request_body off; proxy_set_header Content-Length ""; }
            """;
        return $$"""
            server {
              {{Listen(ports[0], "")}}
              {{locations}}
            }
            {{Secure(ports[1], "server", "ssl_protocols TLSv1.2;")}}
            {{Secure(ports[2], "server", "ssl_protocols TLSv1.3;")}}
            {{Secure(ports[3], "named", "ssl_protocols TLSv1.2 TLSv1.3;")}}
            """;

        string Secure(int port, string pair, string more) => $$"""
            server {
              {{Listen(port, "ssl http2")}}
              ssl_certificate {{folder.PathOf(pair + ".pem")}};
              ssl_certificate_key {{folder.PathOf(pair + ".key")}};
              ssl_client_certificate {{folder.PathOf("clients.pem")}};
              ssl_verify_client optional;
              {{more}}
              {{locations}}
            }
            """;

        // On the addresses of the proxies too: 0.0.0.0, asked for from 127.0.0.2, leads to 127.0.0.2.
        static string Listen(int port, string more) =>
            string.Join('\n', new[] { "127.0.0.1", OpenProxyAddress, ClosedProxyAddress }.Select(address => $"listen {address}:{port} {more};"));
    }

    // What nginx understands everywhere, whatever the system's crypt does.
#pragma warning disable CA5350
    private static byte[] Sha1(string text) => SHA1.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5350

    private static void WritePair(Stoker.TestKit.Programs.TemporaryFolder folder, string name, X509Certificate2 pair)
    {
        folder.Write(name + ".pem", pair.ExportCertificatePem());
        folder.Write(name + ".key", pair.KeyPem());
    }
}
