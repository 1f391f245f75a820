using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;
using Xunit;

namespace Stoker.TestKit.Programs;

/// <summary>
/// A running <c>stoker run</c> with a configuration file, a storage folder and a port of its own. Ready when it is handed out.
/// </summary>
public sealed class StokerProcess : IAsyncDisposable
{
    private const int Attempts = 3;
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder;
    private readonly HttpClient _client;

    private StokerProcess(TemporaryFolder folder, ChildProcess process, string address)
    {
        _folder = folder;
        Process = process;
        Address = address;
        _client = new HttpClient { BaseAddress = new Uri($"http://{address}"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public ChildProcess Process { get; }

    /// <summary>Host and port of its HTTP server.</summary>
    public string Address { get; }

    public string StoragePath => _folder.PathOf("storage");

    public string ConfigurationPath => _folder.PathOf("config.alloy");

    /// <summary>The lines of its log so far.</summary>
    public IReadOnlyList<string> Log => Process.Errors;

    public static Task<StokerProcess> StartAsync(string configuration, CancellationToken cancellationToken, params string[] arguments) =>
        StartAsync(_ => configuration, cancellationToken, arguments);

    /// <summary>As above, for a configuration that must know the address of the server before it runs.</summary>
    public static async Task<StokerProcess> StartAsync(Func<string, string> configuration, CancellationToken cancellationToken, params string[] arguments)
    {
        for (int attempt = 1; ; attempt++)
        {
            string address = $"127.0.0.1:{FreePorts.Take(1)[0]}";
            var folder = new TemporaryFolder();
            folder.Write("config.alloy", configuration(address));
            ChildProcess process = StokerProgram.Start(
                ["run", folder.PathOf("config.alloy"), $"--server.http.listen-addr={address}", $"--storage.path={folder.PathOf("storage")}", .. arguments],
                folder.FullPath);
            var stoker = new StokerProcess(folder, process, address);
            try
            {
                if (await stoker.BecomesReadyAsync(cancellationToken))
                {
                    return stoker;
                }
            }
            catch
            {
                await stoker.DisposeAsync();
                throw;
            }

            // Another program may have taken the port in between; a mistake in the configuration shows the same way three times.
            string tail = process.Tail;
            await stoker.DisposeAsync();
            if (attempt == Attempts)
            {
                Assert.Fail($"stoker ended before it was ready, {Attempts} times. The last time it said:\n{tail}");
            }
        }
    }

    public Task<string> WaitForLogAsync(string part, CancellationToken cancellationToken) => Process.WaitForLineAsync(part, cancellationToken);

    public Task<string> GetAsync(string path, CancellationToken cancellationToken) => _client.GetStringAsync(path, cancellationToken);

    public async Task<MetricsSnapshot> GetMetricsAsync(CancellationToken cancellationToken) =>
        MetricsSnapshot.Parse(await GetAsync("/metrics", cancellationToken));

    /// <summary>What the API says of one component.</summary>
    public async Task<ComponentView> GetComponentAsync(string id, CancellationToken cancellationToken) =>
        new(JsonDocument.Parse(await GetAsync($"/api/v0/web/components/{id}", cancellationToken)).RootElement);

    public void WriteConfiguration(string configuration) => File.WriteAllText(ConfigurationPath, configuration);

    /// <summary>Writes a new configuration and asks for it to be loaded.</summary>
    public async Task<(HttpStatusCode Status, string Body)> ReloadAsync(string configuration, CancellationToken cancellationToken)
    {
        WriteConfiguration(configuration);
        using HttpResponseMessage answer = await _client.PostAsync("/-/reload", content: null, cancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>Asks it to stop and gives its exit code.</summary>
    public async Task<int> StopAsync(PosixSignal signal, CancellationToken cancellationToken)
    {
        Process.Send(signal);
        return await Process.WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _client.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> BecomesReadyAsync(CancellationToken cancellationToken)
    {
        bool ready = false;
        await Polling.UntilAsync(
            "stoker answers /-/ready",
            AtMost,
            async () => Process.HasExited || (ready = await IsReadyAsync(cancellationToken)),
            cancellationToken,
            () => Process.Tail);
        return ready && !Process.HasExited;
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage answer = await _client.GetAsync("/-/ready", cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
