using System.Globalization;
using Stoker.TestKit.Programs;

namespace Stoker.Discovery.Tests.Dns;

/// <summary>
/// Debian's dnsmasq on a loopback address, answering for the domain <c>example</c>: a name that it does not have there does not exist, and
/// every other name it refuses.
/// </summary>
internal sealed class Dnsmasq : IAsyncDisposable
{
    private const int Attempts = 5;

    private readonly ChildProcess _process;
    private readonly TemporaryFolder _folder;

    private Dnsmasq(ChildProcess process, TemporaryFolder folder, int port)
    {
        _process = process;
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    /// <param name="hosts">Lines of a hosts file.</param>
    /// <param name="options">Records, such as <c>--srv-host=...</c>.</param>
    public static Task<Dnsmasq> StartAsync(IReadOnlyList<string> hosts, params string[] options) => StartAsync(0, "127.0.0.1", hosts, options);

    /// <summary>Two on one port: the first on 127.0.0.1 and the second, with other hosts, on 127.0.0.2.</summary>
    public static async Task<(Dnsmasq First, Dnsmasq Second)> StartTwoAsync(IReadOnlyList<string> hosts, IReadOnlyList<string> others)
    {
        for (int attempt = 1; ; attempt++)
        {
            Dnsmasq first = await StartAsync(hosts);
            try
            {
                return (first, await StartAsync(first.Port, "127.0.0.2", others));
            }
            catch when (attempt < Attempts)
            {
                // Another program has the port there.
                await first.DisposeAsync();
            }
        }
    }

    /// <param name="wantedPort">0 for any that is free.</param>
    private static async Task<Dnsmasq> StartAsync(int wantedPort, string address, IReadOnlyList<string> hosts, params string[] options)
    {
        string program = RequiredProgram.FindOrSkip("dnsmasq", "dnsmasq-base");
        for (int attempt = 1; ; attempt++)
        {
            var folder = new TemporaryFolder();
            int port = wantedPort > 0 ? wantedPort : FreePorts.Take(1)[0];
            string file = folder.Write("hosts", string.Join('\n', hosts) + "\n");
            ChildProcess process = ChildProcess.Start(program,
            [
                "--conf-file=/dev/null", "--no-daemon", "--no-resolv", "--no-hosts", "--no-ping", "--local=/example/", "--bind-interfaces",
                $"--listen-address={address}", $"--port={port.ToString(CultureInfo.InvariantCulture)}", $"--addn-hosts={file}", "--log-queries", .. options,
            ]);
            try
            {
                await process.WaitForLineAsync("started, version", TestContext.Current.CancellationToken);
                await process.WaitForLineAsync($"read {file}", TestContext.Current.CancellationToken);
                return new Dnsmasq(process, folder, port);
            }
            catch
            {
                await process.DisposeAsync();
                folder.Dispose();
                if (wantedPort > 0 || attempt == Attempts)
                {
                    throw;
                }

                // Another program took the port in the meantime.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }
}
