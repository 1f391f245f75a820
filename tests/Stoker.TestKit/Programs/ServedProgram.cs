using Xunit;

namespace Stoker.TestKit.Programs;

/// <summary>
/// A real server on loopback with free ports and a folder of its own, ready when it is handed out and gone after disposal. Its process is
/// the property of the test that started it.
/// </summary>
public sealed class ServedProgram : IAsyncDisposable
{
    private const int Attempts = 3;
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder;

    private ServedProgram(string name, string address, ChildProcess process, TemporaryFolder folder)
    {
        Name = name;
        Address = address;
        Process = process;
        _folder = folder;
    }

    public string Name { get; }

    /// <summary>Host and port of what serves <c>/debug/pprof</c>, or of the server as a whole.</summary>
    public string Address { get; }

    public ChildProcess Process { get; }

    /// <summary>Prometheus, which scrapes itself and, by the environment variable <c>DEBUG</c>, profiles blocking and mutexes too.</summary>
    public static Task<ServedProgram> StartPrometheusAsync(CancellationToken cancellationToken) =>
        StartAsync(
            "prometheus",
            RequiredProgram.FindOrSkip("prometheus", "prometheus"),
            "/-/ready",
            (folder, ports) =>
            {
                string config = folder.Write("prometheus.yml", $$"""
                    global:
                      scrape_interval: 1s
                    scrape_configs:
                      - job_name: itself
                        static_configs:
                          - targets: ["127.0.0.1:{{ports[0]}}"]
                    """);
                return
                [
                    $"--config.file={config}", $"--storage.tsdb.path={folder.PathOf("tsdb")}",
                    $"--web.listen-address=127.0.0.1:{ports[0]}",
                ];
            },
            cancellationToken,
            ("DEBUG", "1"));

    public static Task<ServedProgram> StartAlertmanagerAsync(CancellationToken cancellationToken) =>
        StartAsync(
            "alertmanager",
            RequiredProgram.FindOrSkip("prometheus-alertmanager", "prometheus-alertmanager"),
            "/-/ready",
            (folder, ports) =>
            {
                string config = folder.Write("alertmanager.yml", "route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n");
                return
                [
                    $"--config.file={config}", $"--storage.path={folder.PathOf("data")}",
                    $"--web.listen-address=127.0.0.1:{ports[0]}", "--cluster.listen-address=",
                ];
            },
            cancellationToken);

    public static Task<ServedProgram> StartNodeExporterAsync(CancellationToken cancellationToken) =>
        StartAsync(
            "node-exporter",
            RequiredProgram.FindOrSkip("prometheus-node-exporter", "prometheus-node-exporter"),
            "/",
            (_, ports) => [$"--web.listen-address=127.0.0.1:{ports[0]}"],
            cancellationToken);

    public static Task<ServedProgram> StartEtcdAsync(CancellationToken cancellationToken) =>
        StartAsync(
            "etcd",
            RequiredProgram.FindOrSkip("etcd", "etcd-server"),
            "/health",
            (folder, ports) =>
            [
                "--enable-pprof", "--name=one", $"--data-dir={folder.PathOf("data")}",
                $"--listen-client-urls=http://127.0.0.1:{ports[0]}", $"--advertise-client-urls=http://127.0.0.1:{ports[0]}",
                $"--listen-peer-urls=http://127.0.0.1:{ports[1]}", $"--initial-advertise-peer-urls=http://127.0.0.1:{ports[1]}",
                $"--initial-cluster=one=http://127.0.0.1:{ports[1]}",
            ],
            cancellationToken);

    /// <summary>Caddy with nothing but its admin endpoint, which serves <c>/debug/pprof</c>.</summary>
    public static Task<ServedProgram> StartCaddyAsync(CancellationToken cancellationToken) =>
        StartAsync(
            "caddy",
            RequiredProgram.FindOrSkip("caddy", "caddy"),
            "/config/",
            (folder, ports) =>
            {
                string config = folder.Write("caddy.json", $$"""{ "admin": { "listen": "127.0.0.1:{{ports[0]}}", "config": { "persist": false } } }""");
                return ["run", "--config", config];
            },
            cancellationToken);

    /// <summary>nginx in front of one address: the server with all its defaults that stands before many a target.</summary>
    public static Task<ServedProgram> StartNginxAsync(string upstreamAddress, CancellationToken cancellationToken) =>
        StartAsync(
            "nginx",
            RequiredProgram.FindOrSkip("nginx", "nginx-light"),
            "/-/nginx",
            (folder, ports) =>
            {
                string config = folder.Write("nginx.conf", $$"""
                    {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
                    daemon off;
                    worker_processes 1;
                    pid {{folder.PathOf("nginx.pid")}};
                    error_log stderr;
                    events { }
                    http {
                      access_log off;
                      client_body_temp_path {{folder.PathOf("body")}};
                      proxy_temp_path {{folder.PathOf("proxy")}};
                      fastcgi_temp_path {{folder.PathOf("fastcgi")}};
                      uwsgi_temp_path {{folder.PathOf("uwsgi")}};
                      scgi_temp_path {{folder.PathOf("scgi")}};
                      server {
                        listen 127.0.0.1:{{ports[0]}};
                        location = /-/nginx { return 200 "ready"; }
                        location / { proxy_pass http://{{upstreamAddress}}; }
                      }
                    }
                    """);
                return ["-p", folder.FullPath, "-c", config, "-e", "stderr"];
            },
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<ServedProgram> StartAsync(
        string name,
        string program,
        string readyPath,
        Func<TemporaryFolder, int[], IEnumerable<string>> arguments,
        CancellationToken cancellationToken,
        params (string Name, string Value)[] variables)
    {
        for (int attempt = 1; ; attempt++)
        {
            var folder = new TemporaryFolder();
            int[] ports = FreePorts.Take(2);
            Dictionary<string, string> environment = variables.Append(("HOME", folder.FullPath)).ToDictionary();
            ChildProcess process = ChildProcess.Start(program, arguments(folder, ports), folder.FullPath, environment);
            var served = new ServedProgram(name, $"127.0.0.1:{ports[0]}", process, folder);
            try
            {
                if (await BecomesReadyAsync(served, readyPath, cancellationToken))
                {
                    return served;
                }
            }
            catch
            {
                await served.DisposeAsync();
                throw;
            }

            string tail = process.Tail;
            await served.DisposeAsync();
            if (attempt == Attempts)
            {
                Assert.Fail($"{name} ended at once, {Attempts} times. The last time it said:\n{tail}");
            }
        }
    }

    /// <summary>False when the program ends, as it does when another has taken its port.</summary>
    private static async Task<bool> BecomesReadyAsync(ServedProgram served, string path, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{served.Address}") };
        bool ready = false;
        await Polling.UntilAsync(
            $"{served.Name} answers {path}",
            AtMost,
            async () => served.Process.HasExited || (ready = await AnswersAsync(client, path, cancellationToken)),
            cancellationToken,
            () => served.Process.Tail);
        return ready && !served.Process.HasExited;
    }

    private static async Task<bool> AnswersAsync(HttpClient client, string path, CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(path, cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
