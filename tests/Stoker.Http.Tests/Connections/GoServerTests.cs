using System.Net;
using System.Security.Cryptography.X509Certificates;
using Stoker.TestKit.Programs;
using static Stoker.Http.Tests.Client;

namespace Stoker.Http.Tests;

/// <summary>Go's TLS server, which most targets have: it judges a client's certificate after the client has taken the handshake for done.</summary>
public sealed class GoServerTests
{
    [Theory]
    [InlineData("TLS12", true)]
    [InlineData("TLS13", true)]
    [InlineData("TLS12", false)]
    [InlineData("TLS13", false)]
    public async Task Get_ServerThatWantsAClientCertificate_SaysWhatIsWrongWithIt(string version, bool http2)
    {
        using var authority = new Authority();
        using var other = new Authority("other");
        using X509Certificate2 certificate = authority.Issue("server");
        using X509Certificate2 right = authority.Issue("right");
        using X509Certificate2 wrong = other.Issue("wrong");
        await using ServedProgram server = await ServedProgram.StartSecureNodeExporterAsync(
            folder => $"""
                tls_server_config:
                  cert_file: {folder.Write("server.pem", certificate.ExportCertificatePem())}
                  key_file: {folder.Write("server.key", certificate.KeyPem())}
                  client_auth_type: RequireAndVerifyClientCert
                  client_ca_file: {folder.Write("clients.pem", authority.Pem)}
                  max_version: {version}
                """,
            TestContext.Current.CancellationToken);
        string url = $"https://{server.Address}/";

        using HttpResponseMessage response = await GetOnceAsync(With(right), url);
        Assert.Equal((HttpStatusCode.OK, http2 ? HttpVersion.Version20 : HttpVersion.Version11), (response.StatusCode, response.Version));

        ConnectionException none = await Assert.ThrowsAsync<ConnectionException>(() => GetOnceAsync(With(null), url));
        Assert.Equal(HttpRequestError.SecureConnectionError, none.HttpRequestError);
        AssertSays("the server wants a client certificate", none);

        ConnectionException refused = await Assert.ThrowsAsync<ConnectionException>(() => GetOnceAsync(With(wrong), url));
        AssertSays("the server refused the client certificate (alert ", refused);

        // The system may lose the alert where the server closes the connection while the client still writes, as HTTP/2 does; then only that is known.
        void AssertSays(string reason, ConnectionException exception) =>
            Assert.True(
                exception.Summary.StartsWith($"the TLS handshake with {server.Address} failed: {reason}", StringComparison.Ordinal)
                    || (http2 && version == "TLS13" && exception.Message ==
                        $"{server.Address} closed the connection right after the TLS handshake; a server does so that takes only known clients: check the client certificate (cert_file in tls_config)"),
                exception.Message);

        HttpClientArguments With(X509Certificate2? own) => new()
        {
            EnableHttp2 = http2,
            Tls = own is null
                ? new TlsArguments { CaPem = authority.Pem }
                : new TlsArguments { CaPem = authority.Pem, CertPem = own.ExportCertificatePem(), KeyPem = Secret(own.KeyPem()) },
        };
    }
}
