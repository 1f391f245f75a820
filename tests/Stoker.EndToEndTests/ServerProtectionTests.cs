using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Stoker.TestKit;
using Stoker.TestKit.Programs;

namespace Stoker.EndToEndTests;

/// <summary>The block <c>http</c> against a running program, on one port from the first load to the last.</summary>
public sealed class ServerProtectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Authority _authority = new();
    private readonly Authority _stranger = new("Strangers");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reload_IntoTlsWithBasicAuthAndBack_OnTheSamePort()
    {
        using X509Certificate2 first = _authority.Issue("first");
        using X509Certificate2 second = _authority.Issue("second");
        Write(first);
        await using StokerProcess stoker = await StokerProcess.StartAsync("", Cancellation);

        (HttpStatusCode status, string body) = await stoker.ReloadAsync(
            Block("auth {\n basic {\n username = \"u\"\n password = \"p\"\n }\n filter {\n paths = [\"/-/ready\"]\n authenticate_matching_paths = false\n }\n}"), Cancellation);
        Assert.True(status == HttpStatusCode.OK, body);
        await stoker.WaitForLogAsync("tls=true basic_auth=true", Cancellation);
        Assert.Equal((HttpStatusCode.OK, 2, "CN=first"), await AskAsync(stoker, "/-/ready"));
        Assert.Equal((HttpStatusCode.Unauthorized, 2, "CN=first"), await AskAsync(stoker, "/metrics"));
        Assert.Equal((HttpStatusCode.OK, 2, "CN=first"), await AskAsync(stoker, "/metrics", password: "p"));
        using var plain = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync(new Uri($"http://{stoker.Address}/-/ready"), Cancellation));

        // A rotation half done keeps the old certificate, and the whole one is taken without a reload.
        File.WriteAllText(_folder.PathOf("cert.pem"), second.ExportCertificatePem());
        Assert.Equal((HttpStatusCode.OK, 2, "CN=first"), await AskAsync(stoker, "/-/ready"));
        Write(second);
        await Polling.UntilAsync("the new certificate", TimeSpan.FromSeconds(30),
            async () => (await AskAsync(stoker, "/-/ready")).Subject == "CN=second", Cancellation, () => stoker.Process.Tail);

        // A certificate that is not there refuses the reload, and nothing has changed.
        stoker.WriteConfiguration("http {\n tls {\n cert_file = \"/nowhere/cert.pem\"\n key_file = \"/nowhere/key.pem\"\n }\n}\n");
        Assert.Equal((HttpStatusCode.BadRequest, 2, "CN=second"), await AskAsync(stoker, "/-/reload", password: "p"));

        // Without the block the server is plain and open again.
        stoker.WriteConfiguration("");
        Assert.Equal((HttpStatusCode.OK, 2, "CN=second"), await AskAsync(stoker, "/-/reload", password: "p"));
        await stoker.WaitForLogAsync("tls=false basic_auth=false", Cancellation);
        Assert.Equal("Stoker is ready.\n", await plain.GetStringAsync(new Uri($"http://{stoker.Address}/-/ready"), Cancellation));
    }

    [Theory]
    [InlineData("RequestClientCert", true, true, true)]
    [InlineData("RequireAnyClientCert", false, true, true)]
    [InlineData("VerifyClientCertIfGiven", true, false, true)]
    [InlineData("RequireAndVerifyClientCert", false, false, true)]
    public async Task ClientAuthType_NoStrangeAndKnownCertificate(string type, bool none, bool strange, bool known)
    {
        using X509Certificate2 server = _authority.Issue("server");
        using X509Certificate2 stranger = _stranger.Issue("stranger");
        using X509Certificate2 friend = _authority.Issue("friend");
        Write(server);
        _folder.Write("ca.pem", _authority.Pem);
        await using StokerProcess stoker = await StokerProcess.StartAsync("", Cancellation);
        (HttpStatusCode status, string body) = await stoker.ReloadAsync(
            Block("", $"client_auth_type = \"{type}\"\nclient_ca_file = \"{_folder.PathOf("ca.pem")}\""), Cancellation);
        Assert.True(status == HttpStatusCode.OK, body);
        await stoker.WaitForLogAsync("tls=true", Cancellation);
        Assert.Equal((none, strange, known), (await ComesInAsync(stoker, null), await ComesInAsync(stoker, stranger), await ComesInAsync(stoker, friend)));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> ComesInAsync(StokerProcess stoker, X509Certificate2? certificate)
    {
        try
        {
            return (await AskAsync(stoker, "/-/ready", certificate: certificate)).Status == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    // A connection of its own for each question, because a new one is what sees the present rules.
    private async Task<(HttpStatusCode Status, int Version, string Subject)> AskAsync(
        StokerProcess stoker, string path, string? password = null, X509Certificate2? certificate = null)
    {
        string subject = "";
        using var handler = new SocketsHttpHandler();
        using X509Certificate2 root = X509Certificate2.CreateFromPem(_authority.Pem);
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, TrustMode = X509ChainTrustMode.CustomRootTrust };
        policy.CustomTrustStore.Add(root);
        handler.SslOptions.CertificateChainPolicy = policy;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, seen, _, errors) =>
        {
            subject = seen?.Subject ?? "";
            return errors == SslPolicyErrors.None;
        };
        if (certificate is not null)
        {
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }

        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{stoker.Address}{path}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (password is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"u:{password}")));
        }

        using HttpResponseMessage answer = await client.SendAsync(request, Cancellation);
        return (answer.StatusCode, answer.Version.Major, subject);
    }

    private void Write(X509Certificate2 certificate)
    {
        _folder.Write("cert.pem", certificate.ExportCertificatePem());
        _folder.Write("key.pem", Authority.KeyPem(certificate));
    }

    private string Block(string auth, string more = "") =>
        $"http {{\n{auth}\ntls {{\n cert_file = \"{_folder.PathOf("cert.pem")}\"\n key_file = \"{_folder.PathOf("key.pem")}\"\n{more}\n}}\n}}\n";
}
