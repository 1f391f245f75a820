using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using static Stoker.Http.Tests.Client;

namespace Stoker.Http.Tests;

public sealed class TlsTests
{
    [Fact]
    public async Task Get_UnknownAuthority_FailsSayingWhy()
    {
        using var authority = new Authority();
        using X509Certificate2 certificate = authority.Issue("server");
        await using LoopbackServer server = await LoopbackServer.StartAsync(certificate);
        var exception = await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetOnceAsync(new HttpClientArguments(), server.Url(scheme: "https")));
        Assert.StartsWith($"the TLS handshake with 127.0.0.1:{server.Port} failed", exception.Message, StringComparison.Ordinal);
        Assert.Contains("certificate", exception.Message, StringComparison.Ordinal);
        Assert.Empty(server.Seen);
    }

    [Theory]
    [InlineData(true, "HTTP/2")]
    [InlineData(false, "HTTP/1.1")]
    public async Task Get_CaPem_ConnectsWithTheNegotiatedVersion(bool enableHttp2, string protocol)
    {
        using var authority = new Authority();
        using X509Certificate2 certificate = authority.Issue("server");
        await using LoopbackServer server = await LoopbackServer.StartAsync(certificate);
        var arguments = new HttpClientArguments { Tls = new TlsArguments { CaPem = authority.Pem }, EnableHttp2 = enableHttp2 };
        using HttpResponseMessage response = await GetOnceAsync(arguments, server.Url(scheme: "https"));
        Assert.Equal(protocol, server.Last.Protocol);
    }

    [Fact]
    public async Task Get_InsecureSkipVerify_TakesAnyCertificate()
    {
        using var authority = new Authority();
        using X509Certificate2 certificate = authority.Issue("server", "elsewhere.example");
        await using LoopbackServer server = await LoopbackServer.StartAsync(certificate);
        var arguments = new HttpClientArguments { Tls = new TlsArguments { InsecureSkipVerify = true } };
        using HttpResponseMessage response = await GetOnceAsync(arguments, server.Url(scheme: "https"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("profiled.example", true)]
    [InlineData("other.example", false)]
    public async Task Get_ServerName_IsWhatTheCertificateIsCheckedAgainst(string serverName, bool connects)
    {
        using var authority = new Authority();
        using X509Certificate2 certificate = authority.Issue("server", "profiled.example");
        await using LoopbackServer server = await LoopbackServer.StartAsync(certificate);
        var arguments = new HttpClientArguments { Tls = new TlsArguments { CaPem = authority.Pem, ServerName = serverName } };
        Task<HttpResponseMessage> get = GetOnceAsync(arguments, server.Url(scheme: "https"));
        if (connects)
        {
            using HttpResponseMessage response = await get;
            Assert.Equal("HTTP/2", server.Last.Protocol);
            Assert.Equal($"127.0.0.1:{server.Port}", server.Last.Header("Host"));
        }
        else
        {
            var exception = await Assert.ThrowsAnyAsync<HttpRequestException>(() => get);
            Assert.Contains("it is for \"profiled.example\" and not for \"other.example\"", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Get_ServerNameAndPlainHttp_Connects()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync();
        var arguments = new HttpClientArguments { Tls = new TlsArguments { ServerName = "profiled.example" } };
        using HttpResponseMessage response = await GetOnceAsync(arguments, server.Url());
        Assert.Equal("HTTP/1.1", server.Last.Protocol);
    }

    [Fact]
    public async Task Get_CaFileChanges_NewConnectionsAreCheckedAgainstTheNewOne()
    {
        using var folder = new TemporaryFolder();
        using var authority = new Authority();
        using var other = new Authority();
        using X509Certificate2 certificate = authority.Issue("server");
        await using LoopbackServer server = await LoopbackServer.StartAsync(certificate);
        string path = folder.PathOf("ca.pem");
        using HttpMessageInvoker client = Create(new HttpClientArguments { Tls = new TlsArguments { CaFile = path } });

        var missing = await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync(server.Url(scheme: "https")));
        Assert.Contains($"ca_file \"{path}\" cannot be read: it does not exist", missing.Message, StringComparison.Ordinal);

        folder.Write("ca.pem", "not a certificate");
        var garbage = await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync(server.Url(scheme: "https")));
        Assert.Contains($"ca_file \"{path}\" holds no certificate", garbage.Message, StringComparison.Ordinal);

        folder.Write("ca.pem", other.Pem);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync(server.Url(scheme: "https")));

        folder.Write("ca.pem", other.Pem + "\n" + authority.Pem);
        using HttpResponseMessage response = await client.GetAsync(server.Url(scheme: "https"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Get_CaFileInAMountedSecret_IsReadAnewWhenTheLinkOfTheDirectoryMoves()
    {
        // As Kubernetes mounts a secret: the file is a link through "..data", which is all that a rotation changes.
        using var folder = new TemporaryFolder();
        using var authority = new Authority();
        using var other = new Authority();
        using X509Certificate2 certificate = authority.Issue("server");
        await using LoopbackServer server = await LoopbackServer.StartAsync(certificate);
        Directory.CreateDirectory(folder.PathOf("v1"));
        Directory.CreateDirectory(folder.PathOf("v2"));
        folder.Write("v1/ca.pem", other.Pem);
        folder.Write("v2/ca.pem", other.Pem + "\n" + authority.Pem);
        Directory.CreateSymbolicLink(folder.PathOf("..data"), "v1");
        File.CreateSymbolicLink(folder.PathOf("ca.pem"), "..data/ca.pem");
        using HttpMessageInvoker client = Create(new HttpClientArguments { Tls = new TlsArguments { CaFile = folder.PathOf("ca.pem") } });
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync(server.Url(scheme: "https")));

        Directory.Delete(folder.PathOf("..data"));
        Directory.CreateSymbolicLink(folder.PathOf("..data"), "v2");

        using HttpResponseMessage response = await client.GetAsync(server.Url(scheme: "https"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Get_ClientCertificateChanges_TheServerSeesTheNewOne()
    {
        using var folder = new TemporaryFolder();
        using var authority = new Authority();
        using X509Certificate2 certificate = authority.Issue("server");
        using X509Certificate2 first = authority.Issue("client one");
        using X509Certificate2 second = authority.Issue("client number two");
        var clients = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using LoopbackServer server = await LoopbackServer.StartAsync(
            certificate, onClientCertificate: client => clients.Enqueue(client.Subject));
        var arguments = new HttpClientArguments
        {
            Tls = new TlsArguments
            {
                CaPem = authority.Pem,
                CertFile = folder.Write("cert.pem", first.ExportCertificatePem()),
                KeyFile = folder.Write("key.pem", first.KeyPem()),
            },
        };
        using HttpMessageInvoker client = Create(arguments);
        using HttpResponseMessage one = await client.GetAsync(server.Url(scheme: "https"));
        using HttpResponseMessage again = await client.GetAsync(server.Url(scheme: "https"));

        folder.Write("key.pem", second.KeyPem() + "\n");
        using HttpResponseMessage between = await client.GetAsync(server.Url(scheme: "https"));
        Assert.Equal(["CN=client one"], clients);

        folder.Write("cert.pem", second.ExportCertificatePem());
        using HttpResponseMessage two = await client.GetAsync(server.Url(scheme: "https"));
        Assert.Equal(["CN=client one", "CN=client number two"], clients);
    }

    [Fact]
    public async Task Get_ServerSpeaksPlainHttp_FailsSayingThatTheHandshakeFailed()
    {
        await using LoopbackServer server = await LoopbackServer.StartAsync();
        var exception = await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetOnceAsync(new HttpClientArguments(), server.Url(scheme: "https")));
        Assert.StartsWith("the TLS handshake with", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>The handler speaks only HTTP/1.1 with a host that chose it once, so HTTP/2 must not be agreed upon with it later, when the server has learned it.</summary>
    [Fact]
    public async Task Get_ServerLearnsHttp2_StaysWithHttp11()
    {
        using var authority = new Authority();
        using X509Certificate2 certificate = authority.Issue("server");
        var agreed = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var server = new RawServer(async (stream, cancellationToken) =>
        {
            await using var secure = new SslStream(stream);
            List<SslApplicationProtocol> known = agreed.IsEmpty ? [SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];
            await secure.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = certificate, ApplicationProtocols = known }, cancellationToken);
            agreed.Enqueue(secure.NegotiatedApplicationProtocol.ToString());
            await RawServer.ReadHeadAsync(secure, cancellationToken);
            await secure.WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellationToken);
        });
        using HttpMessageInvoker client = Create(new HttpClientArguments { Tls = new TlsArguments { CaPem = authority.Pem } });

        using HttpResponseMessage first = await client.GetAsync($"https://{server.Address}/");
        using HttpResponseMessage second = await client.GetAsync($"https://{server.Address}/");

        Assert.Equal(["http/1.1", "http/1.1"], agreed);
        Assert.Equal(HttpStatusCode.NoContent, second.StatusCode);
    }
}
