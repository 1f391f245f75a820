using System.Net;
using System.Net.Sockets;

namespace Stoker.Http.Tests;

/// <summary>
/// A line to a server on loopback that can be cut as a partition cuts it: nothing goes through any more, and neither side is told. Connections that were
/// cut stay so, as behind a router that has forgotten them; new ones work as soon as the line is mended.
/// </summary>
internal sealed class Link : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly int _port;
    private readonly Task _run;
    private CancellationTokenSource _cut = new();
    private TaskCompletionSource _swallowed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _connections;

    public Link(int port)
    {
        _port = port;
        _listener.Start();
        _run = RunAsync();
    }

    public string Address => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>How many connections were made so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Completes when bytes of the client have been lost since the last cut.</summary>
    public Task Swallowed
    {
        get
        {
            lock (_lock)
            {
                return _swallowed.Task;
            }
        }
    }

    /// <summary>Cuts the connections that there are.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            _swallowed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _cut.Cancel();
            _cut = new CancellationTokenSource();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _listener.Dispose();
        _stop.Dispose();
        _cut.Dispose();
    }

    private async Task RunAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                connections.Add(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }

        await Task.WhenAll(connections);
    }

    private async Task ServeAsync(TcpClient client)
    {
        CancellationToken cut;
        lock (_lock)
        {
            cut = _cut.Token;
        }

        using (client)
        {
            using var server = new TcpClient();
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
                await Task.WhenAny(CarryAsync(client.GetStream(), server.GetStream(), cut), CarryAsync(server.GetStream(), client.GetStream(), cut));
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
            {
                // One side went away, or the test is over.
            }
        }
    }

    private async Task CarryAsync(NetworkStream from, NetworkStream to, CancellationToken cut)
    {
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, _stop.Token)) > 0)
        {
            if (!cut.IsCancellationRequested)
            {
                await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
                continue;
            }

            lock (_lock)
            {
                _swallowed.TrySetResult();
            }
        }

        if (cut.IsCancellationRequested)
        {
            // Nor is an end passed on.
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
        }
    }
}
