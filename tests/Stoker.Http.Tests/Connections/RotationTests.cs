using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Stoker.TestKit;
using Stoker.TestKit.Programs;
using static Stoker.Http.Tests.Client;

namespace Stoker.Http.Tests;

/// <summary>Certificates in files that are replaced while requests go on: none fails, whatever order the files are replaced in.</summary>
public sealed class RotationTests
{
    private const int Refused = 6010;
    private const int Replaced = 6011;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The whole of a rotation against an nginx that verifies its clients: a new authority is added to the file, the server's certificate is replaced by one
    /// of it, the old one is taken out, then the client's own certificate and key are replaced one after the other, and the server stops taking the old
    /// one. A request goes at every step and 2 s later, as scrapes would.
    /// </summary>
    [Theory]
    [InlineData("certificate", "key")]
    [InlineData("key", "certificate")]
    public async Task Scrape_EveryTwoSecondsThroughARotation_FailsNever(string first, string second)
    {
        using var folder = new TemporaryFolder();
        using var old = new Authority("old");
        using var fresh = new Authority("fresh");
        using X509Certificate2 oldServer = old.Issue("server");
        using X509Certificate2 freshServer = fresh.Issue("server");
        using X509Certificate2 oldClient = old.Issue("old client");
        using X509Certificate2 freshClient = fresh.Issue("fresh client");
        string serverFolder = "";
        await using ServedProgram nginx = await ServedProgram.StartNginxAsync(
            2,
            (served, ports) =>
            {
                serverFolder = served.FullPath;
                Serve(oldServer, old.Pem);
                return $$"""
                    server { listen 127.0.0.1:{{ports[0]}}; location = /-/nginx { return 200 "ready"; } }
                    server {
                      listen 127.0.0.1:{{ports[1]}} ssl http2;
                      ssl_certificate {{served.PathOf("server.pem")}};
                      ssl_certificate_key {{served.PathOf("server.key")}};
                      ssl_client_certificate {{served.PathOf("clients.pem")}};
                      ssl_verify_client on;
                      add_header X-Saw-Subject $ssl_client_s_dn;
                      location / { return 200 "ok"; }
                    }
                    """;
            },
            TestContext.Current.CancellationToken);
        var time = new ManualTimeProvider();
        var log = new CapturingLogger();
        var arguments = new HttpClientArguments
        {
            Tls = new TlsArguments
            {
                CaFile = folder.Write("ca.pem", old.Pem),
                CertFile = folder.Write("client.pem", oldClient.ExportCertificatePem()),
                KeyFile = folder.Write("client.key", oldClient.KeyPem()),
            },
        };
        using HttpMessageInvoker client = Create(arguments, time: time, logger: log);
        string url = $"https://127.0.0.1:{nginx.Ports[1]}/";
        Assert.Equal("CN=old client", await ScrapeAsync());

        folder.Write("ca.pem", old.Pem + "\n" + fresh.Pem);
        await ScrapeAsync();
        await ReloadAsync(freshServer, old.Pem + "\n" + fresh.Pem);
        await ScrapeAsync();
        folder.Write("ca.pem", fresh.Pem);
        Assert.Equal("CN=old client", await ScrapeAsync());

        Replace(first);
        Assert.Equal("CN=old client", await ScrapeAsync());
        Assert.Contains("is not the private key", Assert.Single(log.Of(Refused))["error"], StringComparison.Ordinal);
        Replace(second);
        Assert.Equal("CN=fresh client", await ScrapeAsync());
        await ReloadAsync(freshServer, fresh.Pem);
        Assert.Equal("CN=fresh client", await ScrapeAsync());

        void Replace(string what)
        {
            // As a tool does it that leaves no half file: a new one is moved over the old one.
            (string name, string text) = what == "key" ? ("client.key", freshClient.KeyPem()) : ("client.pem", freshClient.ExportCertificatePem());
            File.Move(folder.Write(name + ".new", text), folder.PathOf(name), overwrite: true);
        }

        async Task<string> ScrapeAsync()
        {
            string subject = "";
            for (int i = 0; i < 2; i++)
            {
                using HttpResponseMessage response = await client.GetAsync(url);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                subject = response.Headers.GetValues("X-Saw-Subject").Single();
                time.Advance(Interval);
            }

            return subject;
        }

        void Serve(X509Certificate2 certificate, string clients)
        {
            File.WriteAllText(Path.Combine(serverFolder, "server.pem"), certificate.ExportCertificatePem());
            File.WriteAllText(Path.Combine(serverFolder, "server.key"), certificate.KeyPem());
            File.WriteAllText(Path.Combine(serverFolder, "clients.pem"), clients);
        }

        // The old worker takes no connections any more once it says that it goes.
        async Task ReloadAsync(X509Certificate2 certificate, string clients)
        {
            Serve(certificate, clients);
            int before = GoneWorkers();
            nginx.Process.Send(PosixSignal.SIGHUP);
            await Polling.UntilAsync(
                "nginx has a new worker", TimeSpan.FromSeconds(30), () => GoneWorkers() > before, TestContext.Current.CancellationToken, () => nginx.Process.Tail);
        }

        int GoneWorkers() => nginx.Process.Errors.Count(line => line.Contains("gracefully shutting down", StringComparison.Ordinal));
    }

    /// <summary>What is in the files after each step of a careless replacement; the old content stays in use until the new one is whole.</summary>
    [Fact]
    public async Task Get_FilesHalfWritten_TheLastGoodOnesStayInUseAndTheFaultIsLoggedOnce()
    {
        using var folder = new TemporaryFolder();
        using var authority = new Authority();
        using var other = new Authority("other");
        using X509Certificate2 certificate = authority.Issue("server");
        await using LoopbackServer server = await LoopbackServer.StartAsync(certificate);
        var time = new ManualTimeProvider();
        var log = new CapturingLogger();
        string path = folder.Write("ca.pem", authority.Pem);
        using HttpMessageInvoker client = Create(new HttpClientArguments { Tls = new TlsArguments { CaFile = path } }, time: time, logger: log);
        string bundle = other.Pem + "\n" + authority.Pem + "\n";
        await GetsAsync();

        // 1. Emptied, 2. cut in its first certificate, 3. cut in the second one, 4. gone.
        foreach (string? content in (string?[])["", bundle[..100], bundle[..^100], null])
        {
            if (content is null)
            {
                File.Delete(path);
            }
            else
            {
                File.WriteAllText(path, content);
            }

            await GetsAsync();
            await GetsAsync();
        }

        Assert.Equal(
            [$"tls_config ca_file \"{path}\" holds no certificate in PEM form, or not the whole of it", $"tls_config ca_file \"{path}\" cannot be read: it does not exist"],
            log.Of(Refused).Select(line => line["error"]));
        Assert.Empty(log.Of(Replaced));

        File.WriteAllText(path, bundle);
        await GetsAsync();
        Assert.Single(log.Of(Replaced));

        // And now it is really another one.
        File.WriteAllText(path, other.Pem);
        await Assert.ThrowsAsync<ConnectionException>(() => client.GetAsync(server.Url(scheme: "https")));

        async Task GetsAsync()
        {
            using HttpResponseMessage response = await client.GetAsync(server.Url(scheme: "https"));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    /// <summary>A file that is finished within the tick of the file system's clock in which it was begun looks as it did; it is read again a second later.</summary>
    [Fact]
    public async Task Get_FileRepairedWithoutANewStamp_IsReadASecondLater()
    {
        using var folder = new TemporaryFolder();
        using var authority = new Authority();
        using X509Certificate2 certificate = authority.Issue("server");
        using X509Certificate2 one = authority.Issue("one");
        using X509Certificate2 two = authority.Issue("two");
        var clients = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using LoopbackServer server = await LoopbackServer.StartAsync(certificate, onClientCertificate: seen => clients.Enqueue(seen.Subject));
        var time = new ManualTimeProvider();
        string key = folder.Write("key.pem", one.KeyPem());
        var tls = new TlsArguments { CaPem = authority.Pem, CertFile = folder.Write("cert.pem", one.ExportCertificatePem()), KeyFile = key };
        using HttpMessageInvoker client = Create(new HttpClientArguments { Tls = tls }, time: time);
        using (await client.GetAsync(server.Url(scheme: "https")))
        {
        }

        DateTime stamp = DateTime.UnixEpoch.AddDays(1);
        folder.Write("cert.pem", two.ExportCertificatePem());
        File.WriteAllText(key, new string('x', two.KeyPem().Length));
        File.SetLastWriteTimeUtc(key, stamp);
        using (await client.GetAsync(server.Url(scheme: "https")))
        {
        }

        File.WriteAllText(key, two.KeyPem());
        File.SetLastWriteTimeUtc(key, stamp);
        time.Advance(TimeSpan.FromSeconds(1));
        using (await client.GetAsync(server.Url(scheme: "https")))
        {
        }

        Assert.Equal(["CN=one", "CN=two"], clients);
    }
}
