using System.Net.Http.Json;
using Stoker.TestKit.Programs;

namespace Stoker.LoadTest;

/// <summary>Another process of this same program, which plays the targets or the sink.</summary>
internal sealed class Role : IAsyncDisposable
{
    private const string Ready = "listening on ";

    private readonly HttpClient _client = new();

    private Role(ChildProcess process, int[] ports)
    {
        Process = process;
        Ports = ports;
    }

    public ChildProcess Process { get; }

    public int[] Ports { get; }

    public static string ReadyLine(IEnumerable<int> ports) => Ready + string.Join(' ', ports);

    public static async Task<Role> StartAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        ChildProcess process = ChildProcess.Start(Environment.ProcessPath!, arguments);
        string line = await process.WaitForLineAsync(Ready, cancellationToken);
        return new Role(process, [.. line[Ready.Length..].Split(' ').Select(int.Parse)]);
    }

    /// <summary>What the role has seen so far, from its first port.</summary>
    public async Task<T> ReportAsync<T>(CancellationToken cancellationToken) =>
        (await _client.GetFromJsonAsync<T>($"http://127.0.0.1:{Ports[0]}/-/report", cancellationToken))!;

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _client.Dispose();
    }
}
