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

    private ServedProgram(string name, int[] ports, ChildProcess process, TemporaryFolder folder)
    {
        Name = name;
        Ports = ports;
        Process = process;
        _folder = folder;
    }

    public string Name { get; }

    /// <summary>Host and port of what serves <c>/debug/pprof</c>, or of the server as a whole.</summary>
    public string Address => $"127.0.0.1:{Ports[0]}";

    /// <summary>The ports that it was given, the first of which it is known to serve.</summary>
    public IReadOnlyList<int> Ports { get; }

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

    /// <summary>The same by https, as Go's own server speaks it.</summary>
    /// <param name="webConfiguration">The text of its web configuration, from an empty folder for certificates.</param>
    public static Task<ServedProgram> StartSecureNodeExporterAsync(Func<TemporaryFolder, string> webConfiguration, CancellationToken cancellationToken) =>
        StartAsync(
            "node-exporter",
            RequiredProgram.FindOrSkip("prometheus-node-exporter", "prometheus-node-exporter"),
            1,
            async (client, token) =>
            {
                // To plain HTTP it answers that it speaks https.
                using HttpResponseMessage answer = await client.GetAsync("/", token);
                return true;
            },
            (folder, ports) =>
                [$"--web.listen-address=127.0.0.1:{ports[0]}", $"--web.config.file={folder.Write("web.yml", webConfiguration(folder))}"],
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
        StartNginxAsync(
            1,
            (_, ports) => $$"""
                server {
                  listen 127.0.0.1:{{ports[0]}};
                  location = /-/nginx { return 200 "ready"; }
                  location / { proxy_pass http://{{upstreamAddress}}; }
                }
                """,
            cancellationToken);

    /// <summary>nginx with servers of the test's choice, the first port of which answers <c>/-/nginx</c> with 200 in plain HTTP.</summary>
    /// <param name="servers">What stands inside <c>http { }</c>, from an empty folder and the ports.</param>
    public static Task<ServedProgram> StartNginxAsync(
        int portCount, Func<TemporaryFolder, int[], string> servers, CancellationToken cancellationToken) =>
        StartAsync(
            "nginx",
            RequiredProgram.FindOrSkip("nginx", "nginx-light"),
            portCount,
            (client, token) => AnswersAsync(client, "/-/nginx", token),
            (folder, ports) =>
            {
                string config = folder.Write("nginx.conf", $$"""
                    {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
                    daemon off;
                    worker_processes 1;
                    pid {{folder.PathOf("nginx.pid")}};
                    error_log stderr notice;
                    events { }
                    http {
                      access_log off;
                      client_body_temp_path {{folder.PathOf("body")}};
                      proxy_temp_path {{folder.PathOf("proxy")}};
                      fastcgi_temp_path {{folder.PathOf("fastcgi")}};
                      uwsgi_temp_path {{folder.PathOf("uwsgi")}};
                      scgi_temp_path {{folder.PathOf("scgi")}};
                      {{servers(folder, ports)}}
                    }
                    """);
                return ["-p", folder.FullPath, "-c", config, "-e", "stderr"];
            },
            cancellationToken);

    /// <summary>Tinyproxy, which sends https on by CONNECT and http by itself, from an address of its own so that a server can tell who has come.</summary>
    /// <param name="outgoing">The address on loopback from which it connects.</param>
    /// <param name="basicAuth">User and password, parted by a space; null for none.</param>
    public static Task<ServedProgram> StartTinyproxyAsync(string outgoing, string? basicAuth, CancellationToken cancellationToken) =>
        StartAsync(
            "tinyproxy",
            RequiredProgram.FindOrSkip("tinyproxy", "tinyproxy-bin"),
            1,
            async (client, token) =>
            {
                // It refuses to be asked as a server, which is answer enough.
                using HttpResponseMessage answer = await client.GetAsync("/", token);
                return true;
            },
            (folder, ports) =>
            {
                string config = folder.Write("tinyproxy.conf", $"""
                    Port {ports[0]}
                    Listen 127.0.0.1
                    Bind {outgoing}
                    Allow 127.0.0.1
                    Timeout 60
                    MaxClients 100
                    LogLevel Info
                    {(basicAuth is null ? "" : "BasicAuth " + basicAuth)}
                    """);
                return ["-d", "-c", config];
            },
            cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Dispose();
    }

    private static Task<ServedProgram> StartAsync(
        string name,
        string program,
        string readyPath,
        Func<TemporaryFolder, int[], IEnumerable<string>> arguments,
        CancellationToken cancellationToken,
        params (string Name, string Value)[] variables) =>
        StartAsync(name, program, 2, (client, token) => AnswersAsync(client, readyPath, token), arguments, cancellationToken, variables);

    internal static async Task<ServedProgram> StartAsync(
        string name,
        string program,
        int ports,
        Func<HttpClient, CancellationToken, Task<bool>> isReady,
        Func<TemporaryFolder, int[], IEnumerable<string>> arguments,
        CancellationToken cancellationToken,
        params (string Name, string Value)[] variables)
    {
        for (int attempt = 1; ; attempt++)
        {
            var folder = new TemporaryFolder();
            int[] taken = FreePorts.Take(ports);
            Dictionary<string, string> environment = variables.Append(("HOME", folder.FullPath)).ToDictionary();
            ChildProcess process = ChildProcess.Start(program, arguments(folder, taken), folder.FullPath, environment);
            var served = new ServedProgram(name, taken, process, folder);
            try
            {
                if (await BecomesReadyAsync(served, isReady, cancellationToken))
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
    private static async Task<bool> BecomesReadyAsync(
        ServedProgram served, Func<HttpClient, CancellationToken, Task<bool>> isReady, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{served.Address}") };
        bool ready = false;
        await Polling.UntilAsync(
            $"{served.Name} answers",
            AtMost,
            async () => served.Process.HasExited || (ready = await IsReadyAsync(isReady, client, cancellationToken)),
            cancellationToken,
            () => served.Process.Tail);
        return ready && !served.Process.HasExited;
    }

    private static async Task<bool> IsReadyAsync(
        Func<HttpClient, CancellationToken, Task<bool>> isReady, HttpClient client, CancellationToken cancellationToken)
    {
        try
        {
            return await isReady(client, cancellationToken);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient client, string path, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await client.GetAsync(path, cancellationToken);
        return answer.IsSuccessStatusCode;
    }
}
