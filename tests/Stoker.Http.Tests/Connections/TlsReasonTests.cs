using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Stoker.TestKit;
using static Stoker.Http.Tests.Client;

namespace Stoker.Http.Tests;

/// <summary>Each way in which TLS can fail has its own reason and remedy.</summary>
public sealed class TlsReasonTests
{
    private const string ForClients = "1.3.6.1.5.5.7.3.2";
    private static readonly DateTimeOffset Long = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Past = new(2021, 2, 3, 4, 5, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Future = new(2110, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Far = new(2119, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // What the server shows, whether the client knows the authority, and what is said.
    public static TheoryData<string, bool, string, string> Certificates => new()
    {
        { "expired", true, "it expired on 2021-02-03 04:05 UTC", "renew it" },
        { "not yet valid", true, "it is not valid before 2110-01-01 00:00 UTC", "check the clocks" },
        { "other name", true, "it is for \"a.example\", \"b.example\" and not for \"127.0.0.1\"", "set server_name" },
        { "no name", true, "it is for no host at all (subject \"CN=server\") and not for \"127.0.0.1\"", "set server_name" },
        { "self-signed", true, "it is self-signed and none that ca_file or ca_pem has", "add this certificate to ca_file or ca_pem" },
        { "self-signed", false, "it is self-signed and none that this machine trusts", "set ca_file or ca_pem in tls_config to this certificate" },
        { "other authority", true, "its issuer \"CN=another\" is none that ca_file or ca_pem has", "add the issuer's certificate to ca_file or ca_pem" },
        { "other authority", false, "its issuer \"CN=another\" is none that this machine trusts", "set ca_file or ca_pem in tls_config" },
        { "for clients", true, "it is not meant for servers", "serverAuth" },
        { "expired and other name", true, "it expired on 2021-02-03 04:05 UTC; it is for \"a.example\" and not for", "renew it" },
    };

    // An alert that the server answers the first message with, whether the client has a certificate, and what is said.
    public static TheoryData<byte, bool, string, string> Alerts => new()
    {
        { 70, false, "the server speaks neither TLS 1.2 nor 1.3, and older versions are off", "min_version = \"TLS10\"" },
        { 116, false, "the server wants a client certificate", "set cert_file and key_file" },
        { 116, true, "the server wants a client certificate", "none of the authorities that it takes" },
        { 42, false, "the server wants a client certificate", "set cert_file and key_file" },
        { 42, true, "the server refused the client certificate (alert bad_certificate)", "check cert_file" },
        { 45, true, "the server refused the client certificate (alert certificate_expired)", "check cert_file" },
        { 48, true, "the server refused the client certificate (alert unknown_ca)", "which authorities the server takes" },
        { 112, false, "does not know the name that it was asked for", "set server_name" },
        { 120, false, "speaks none of the protocols that were offered (HTTP/2 and HTTP/1.1)", "right port" },
        { 40, false, "nothing that both sides can do (alert handshake_failure)", "whether it wants a client certificate" },
        { 80, false, "with alert internal_error", "its log may say why" },
    };

    [Theory]
    [MemberData(nameof(Certificates))]
    public async Task Get_WrongCertificate_HasItsOwnReasonAndRemedy(string kind, bool knowsAuthority, string summary, string remedy)
    {
        using var authority = new Authority();
        using var another = new Authority("another");
        using X509Certificate2 certificate = kind switch
        {
            "expired" => authority.Issue("server", Long, Past, usage: null),
            "not yet valid" => authority.Issue("server", Future, Far, usage: null),
            "other name" => authority.Issue("server", "a.example", "b.example"),
            "no name" => authority.IssueWithoutNames("server"),
            "self-signed" => Authority.SelfSign("server"),
            "other authority" => another.Issue("server"),
            "for clients" => authority.Issue("server", Long, Far, ForClients),
            _ => authority.Issue("server", Long, Past, usage: null, "a.example"),
        };
        bool asked = false;
        await using var server = new RawServer(async (stream, cancellationToken) =>
        {
            await using var secure = new SslStream(stream);
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancellationToken);
            asked |= (await RawServer.ReadHeadAsync(secure, cancellationToken)).Length > 0;
        });
        var arguments = knowsAuthority ? new HttpClientArguments { Tls = new TlsArguments { CaPem = authority.Pem } } : new HttpClientArguments();

        ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(() => GetOnceAsync(arguments, $"https://{server.Address}/"));

        Assert.Equal(HttpRequestError.SecureConnectionError, exception.HttpRequestError);
        Assert.StartsWith($"the TLS handshake with {server.Address} failed: the server's certificate was refused: ", exception.Summary, StringComparison.Ordinal);
        Assert.Contains(summary, exception.Summary, StringComparison.Ordinal);
        Assert.Contains(remedy, exception.Remedy, StringComparison.Ordinal);
        Assert.False(asked);
    }

    [Theory]
    [MemberData(nameof(Alerts))]
    public async Task Get_ServerAlerts_HasItsOwnReasonAndRemedy(byte alert, bool hasCertificate, string summary, string remedy)
    {
        using var authority = new Authority();
        using X509Certificate2 own = authority.Issue("me");
        await using RawServer server = RawServer.Answering(21, 3, 3, 0, 2, 2, alert);
        var arguments = new HttpClientArguments
        {
            Tls = hasCertificate ? new TlsArguments { CertPem = own.ExportCertificatePem(), KeyPem = Secret(own.KeyPem()) } : null,
        };

        ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(() => GetOnceAsync(arguments, $"https://{server.Address}/"));

        Assert.Contains(summary, exception.Summary, StringComparison.Ordinal);
        Assert.Contains(remedy, exception.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "what came from the server is no TLS", "use http in place of https")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1 Debian\r\n", "what came from the server is no TLS", "use http in place of https")]
    [InlineData("", "the server closed the connection", "does it speak TLS on this port?")]
    public async Task Get_ServerThatSpeaksNoTls_SaysSo(string answer, string summary, string remedy)
    {
        await using var server = new RawServer(async (stream, cancellationToken) =>
        {
            _ = await stream.ReadAsync(new byte[16 * 1024], cancellationToken);
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), cancellationToken);
        });

        ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(
            () => GetOnceAsync(new HttpClientArguments(), $"https://{server.Address}/"));

        Assert.Contains(summary, exception.Summary, StringComparison.Ordinal);
        Assert.Contains(remedy, exception.Remedy, StringComparison.Ordinal);
    }

    /// <summary>The old versions work where they are asked for, on the same machine whose TLS library has them off; and where not, the reason says how.</summary>
    [Theory]
    [InlineData("", SslProtocols.Tls12, null)]
    [InlineData("TLS12", SslProtocols.Tls13, null)]
    [InlineData("TLS10", SslProtocols.Tls13, null)]
    [InlineData("TLS13", SslProtocols.Tls12, "does not speak TLS 1.3, and min_version forbids less")]
#pragma warning disable SYSLIB0039, CA5397
    [InlineData("TLS10", SslProtocols.Tls, null)]
    [InlineData("TLS10", SslProtocols.Tls11, null)]
    [InlineData("TLS11", SslProtocols.Tls11, null)]
    [InlineData("TLS11", SslProtocols.Tls, "speaks neither TLS 1.1 nor a later version")]
    [InlineData("TLS12", SslProtocols.Tls11, "speaks neither TLS 1.2 nor 1.3, and older versions are off")]
    [InlineData("", SslProtocols.Tls, "speaks neither TLS 1.2 nor 1.3, and older versions are off")]
#pragma warning restore SYSLIB0039, CA5397
    public async Task Get_ServerOfOneVersion_ConnectsOrSaysWhyNot(string minVersion, SslProtocols only, string? reason)
    {
        using var authority = new Authority();
        using X509Certificate2 certificate = authority.Issue("server");
        SslProtocols negotiated = SslProtocols.None;
        await using var server = new RawServer(async (stream, cancellationToken) =>
        {
            await using var secure = new SslStream(stream);
#pragma warning disable SYSLIB0040
            await secure.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = only, EncryptionPolicy = EncryptionPolicy.AllowNoEncryption },
                cancellationToken);
#pragma warning restore SYSLIB0040
            negotiated = secure.SslProtocol;
            await RawServer.ReadHeadAsync(secure, cancellationToken);
            await secure.WriteAsync("HTTP/1.1 204 No Content\r\n\r\n"u8.ToArray(), cancellationToken);
        });
        var arguments = new HttpClientArguments { Tls = new TlsArguments { CaPem = authority.Pem, MinVersion = minVersion } };
        Task<HttpResponseMessage> get = GetOnceAsync(arguments, $"https://{server.Address}/");

        if (reason is null)
        {
            using HttpResponseMessage response = await get;
            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
            Assert.Equal(only, negotiated);
        }
        else
        {
            ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(() => get);
            Assert.Contains(reason, exception.Summary, StringComparison.Ordinal);
            Assert.Contains("min_version", exception.Remedy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Get_ServerNeverAnswersTheHandshake_SaysSoAfterTenSeconds()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new RawServer(async (stream, cancellationToken) =>
        {
            byte[] buffer = new byte[16 * 1024];
            _ = await stream.ReadAsync(buffer, cancellationToken);
            asked.TrySetResult();
            _ = await stream.ReadAsync(buffer, cancellationToken);
        });
        var time = new ManualTimeProvider();
        using HttpMessageInvoker client = HttpConnections.Create(new HttpClientArguments(), CreateContext(time));

        Task<HttpResponseMessage> get = client.GetAsync($"https://{server.Address}/");
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(get.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));

        ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(() => get);
        Assert.Equal($"the TLS handshake with {server.Address} was not answered within 10 s", exception.Summary);
        Assert.Equal(HttpRequestError.SecureConnectionError, exception.HttpRequestError);
    }

    [Fact]
    public async Task Get_ServerWithHttp2Only_WorksUnlessItIsOff()
    {
        using var authority = new Authority();
        using X509Certificate2 certificate = authority.Issue("server");
        await using LoopbackServer server = await LoopbackServer.StartAsync(
            certificate, protocols: Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols.Http2);
        var tls = new TlsArguments { CaPem = authority.Pem };

        using HttpResponseMessage response = await GetOnceAsync(new HttpClientArguments { Tls = tls }, server.Url(scheme: "https"));
        Assert.Equal("HTTP/2", server.Last.Protocol);

        ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(
            () => GetOnceAsync(new HttpClientArguments { Tls = tls, EnableHttp2 = false }, server.Url(scheme: "https")));
        Assert.Contains("enable_http2 = true", exception.Remedy, StringComparison.Ordinal);
    }
}
