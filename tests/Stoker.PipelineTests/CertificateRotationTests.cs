using System.Runtime.InteropServices;
using System.Security.Cryptography.X509Certificates;
using Stoker.TestKit;
using Stoker.TestKit.Programs;
using Stoker.TestKit.Pyroscope;
using TemporaryFolder = Stoker.TestKit.Programs.TemporaryFolder;

namespace Stoker.PipelineTests;

/// <summary>
/// Certificates in files that are replaced while a <c>pyroscope.scrape</c> scrapes an nginx, which verifies its clients, every two seconds: no scrape fails.
/// The clock of the scrapes is the test's; connections, nginx and its reloads are real.
/// </summary>
public sealed class CertificateRotationTests : IDisposable
{
    private const string Id = "pyroscope.scrape.one";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly TemporaryFolder _folder = new();
    private readonly Authority _old = new("old");
    private readonly Authority _fresh = new("fresh");
    private string _served = "";

    [Fact]
    public async Task CertificatesAndAuthorities_AreReplacedOneAfterTheOther_NoScrapeFails()
    {
        using X509Certificate2 oldServer = _old.Issue("old server");
        using X509Certificate2 freshServer = _fresh.Issue("fresh server");
        using X509Certificate2 oldClient = _old.Issue("old client");
        using X509Certificate2 freshClient = _fresh.Issue("fresh client");
        string both = _old.Pem + "\n" + _fresh.Pem + "\n";
        Replace("ca.pem", _old.Pem);
        Replace("client.pem", oldClient.ExportCertificatePem());
        Replace("client.key", Authority.KeyPem(oldClient));
        await using ServedProgram nginx = await ServedProgram.StartNginxAsync(
            2, (folder, ports) => Configure(folder, ports, oldServer), TestContext.Current.CancellationToken);
        await using var pipeline = new Pipeline(Configuration(nginx.Ports[1]), handler: null);
        await pipeline.StartAsync();
        SlotWalk walk = await SlotWalk.StartAsync(pipeline.PlanOf(Id).Scrapes, pipeline.Time);
        await walk.PassAsync(Interval * 2);

        // The new authority is made known on both sides before anything of it is shown, and the old one goes last.
        Replace("ca.pem", both);
        await walk.PassAsync(Interval);
        await ReloadAsync(nginx, freshServer, both);
        await walk.PassAsync(Interval * 2);
        Replace("ca.pem", _fresh.Pem);
        await walk.PassAsync(Interval);

        // A tool that writes in place leaves a half file for a moment, and the key comes after the certificate.
        string certificate = freshClient.ExportCertificatePem();
        File.WriteAllText(_folder.PathOf("client.pem"), certificate[..200]);
        await walk.PassAsync(Interval);
        File.WriteAllText(_folder.PathOf("client.pem"), certificate);
        await walk.PassAsync(Interval);
        Assert.Equal("200 CN=old client", (await ClientsAsync(8))[^1]);
        Replace("client.key", Authority.KeyPem(freshClient));
        await walk.PassAsync(Interval);
        Assert.Equal("200 CN=fresh client", (await ClientsAsync(9))[^1]);
        await ReloadAsync(nginx, freshServer, _fresh.Pem);
        await walk.PassAsync(Interval * 2);

        Assert.Empty(pipeline.Log.Of(1000));
        Assert.Equal(0, await pipeline.MetricAsync("stoker_scrape_failures_total"));
        Assert.Equal(11, (await ClientsAsync(11)).Length);
        Assert.Equal(2, pipeline.Log.Of(6010).Count);
    }

    public void Dispose()
    {
        _old.Dispose();
        _fresh.Dispose();
        _folder.Dispose();
    }

    private string Configure(TemporaryFolder folder, int[] ports, X509Certificate2 server)
    {
        _served = folder.FullPath;
        Serve(server, _old.Pem);
        Directory.CreateDirectory(folder.PathOf("debug/pprof"));
        File.WriteAllBytes(folder.PathOf("debug/pprof/goroutine"), SampleProfile.CreateGzip(new ManualTimeProvider().GetUtcNow()));
        return $$"""
            log_format client "$status $ssl_client_s_dn";
            server { listen 127.0.0.1:{{ports[0]}}; location = /-/nginx { return 200 "ready"; } }
            server {
              listen 127.0.0.1:{{ports[1]}} ssl http2;
              access_log {{folder.PathOf("access.log")}} client;
              root {{folder.FullPath}};
              ssl_certificate {{folder.PathOf("server.pem")}};
              ssl_certificate_key {{folder.PathOf("server.key")}};
              ssl_client_certificate {{folder.PathOf("clients.pem")}};
              ssl_verify_client on;
            }
            """;
    }

    private string Configuration(int port) => $$"""
        pyroscope.scrape "one" {
          targets         = [{"__address__" = "127.0.0.1:{{port}}"}]
          forward_to      = []
          scheme          = "https"
          scrape_interval = "2s"
          tls_config {
            ca_file   = "{{_folder.PathOf("ca.pem")}}"
            cert_file = "{{_folder.PathOf("client.pem")}}"
            key_file  = "{{_folder.PathOf("client.key")}}"
          }
          profiling_config {
            profile.memory      { enabled = false }
            profile.block       { enabled = false }
            profile.mutex       { enabled = false }
            profile.process_cpu { enabled = false }
          }
        }
        """;

    private void Serve(X509Certificate2 certificate, string clients)
    {
        File.WriteAllText(Path.Combine(_served, "server.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_served, "server.key"), Authority.KeyPem(certificate));
        File.WriteAllText(Path.Combine(_served, "clients.pem"), clients);
    }

    private async Task ReloadAsync(ServedProgram nginx, X509Certificate2 certificate, string clients)
    {
        Serve(certificate, clients);
        int before = GoneWorkers();
        nginx.Process.Send(PosixSignal.SIGHUP);
        await Polling.UntilAsync(
            "nginx has a new worker", TimeSpan.FromSeconds(30), () => GoneWorkers() > before, TestContext.Current.CancellationToken, () => nginx.Process.Tail);

        int GoneWorkers() => nginx.Process.Errors.Count(line => line.Contains("gracefully shutting down", StringComparison.Ordinal));
    }

    private void Replace(string name, string text) => File.Move(_folder.Write(name + ".new", text), _folder.PathOf(name), overwrite: true);

    /// <summary>Status and client of each request, once there are so many: nginx writes a line a moment after it has sent the answer.</summary>
    private Task<string[]> ClientsAsync(int count) => Polling.UntilAsync(
        $"nginx has logged {count} requests",
        TimeSpan.FromSeconds(30),
        () => Task.FromResult(File.ReadAllLines(Path.Combine(_served, "access.log")) is { } lines && lines.Length >= count ? lines : null),
        TestContext.Current.CancellationToken);
}
