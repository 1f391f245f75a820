using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Stoker.TestKit.Programs;

/// <summary>
/// A target below the level of HTTP: it takes connections on loopback, reads the head of one request from each, and then writes whatever it
/// is told to, right or wrong. Safe from several threads.
/// </summary>
public sealed class RawTarget : IAsyncDisposable
{
    private const int MaxHeadBytes = 64 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<DateTimeOffset> _arrivals = new();
    private readonly ConcurrentQueue<string> _requestLines = new();
    private readonly Func<NetworkStream, CancellationToken, Task> _answer;
    private readonly Task _running;

    private RawTarget(Func<NetworkStream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _running = RunAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>When each request so far had come.</summary>
    public IReadOnlyList<DateTimeOffset> Arrivals => [.. _arrivals];

    /// <summary>The first line of each request so far, such as <c>GET /debug/pprof/allocs HTTP/1.1</c>.</summary>
    public IReadOnlyList<string> RequestLines => [.. _requestLines];

    /// <summary>A target that answers every request in its own way. The connection is closed when the answer's task completes.</summary>
    public static RawTarget Start(Func<NetworkStream, CancellationToken, Task> answer) => new(answer);

    /// <summary>A target that gives every request the same well-formed answer.</summary>
    public static RawTarget StartWith(int status, string contentType, ReadOnlyMemory<byte> body) => Start(async (stream, cancellationToken) =>
    {
        await WriteHeadAsync(stream, status, contentType, body.Length, cancellationToken);
        await stream.WriteAsync(body, cancellationToken);
    });

    public static RawTarget StartWith(int status, string contentType, string body) => StartWith(status, contentType, Encoding.UTF8.GetBytes(body));

    /// <param name="length">The Content-Length to claim; null for a body that ends with the connection.</param>
    public static ValueTask WriteHeadAsync(NetworkStream stream, int status, string contentType, long? length, CancellationToken cancellationToken)
    {
        string head = $"HTTP/1.1 {status} Whatever\r\nContent-Type: {contentType}\r\nConnection: close\r\n"
            + (length is { } bytes ? $"Content-Length: {bytes}\r\n" : "") + "\r\n";
        return stream.WriteAsync(Encoding.ASCII.GetBytes(head), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        var answering = new List<Task>();
        try
        {
            while (true)
            {
                answering.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
                answering.RemoveAll(task => task.IsCompletedSuccessfully);
            }
        }
        catch (Exception exception) when (IsEndOfConnection(exception))
        {
            await Task.WhenAll(answering);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                if (await ReadHeadAsync(stream))
                {
                    _arrivals.Enqueue(TimeProvider.System.GetUtcNow());
                    await _answer(stream, _stop.Token);
                }
            }
            catch (Exception exception) when (IsEndOfConnection(exception))
            {
                // The scraper has heard enough, or the test is over: both are what such a target must expect.
            }
        }
    }

    private async Task<bool> ReadHeadAsync(NetworkStream stream)
    {
        byte[] head = new byte[MaxHeadBytes];
        int length = 0;
        while (length < head.Length)
        {
            int read = await stream.ReadAsync(head.AsMemory(length), _stop.Token);
            if (read == 0)
            {
                return false;
            }

            length += read;
            if (head.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
            {
                _requestLines.Enqueue(Encoding.ASCII.GetString(head, 0, head.AsSpan(0, length).IndexOf("\r\n"u8)));
                return true;
            }
        }

        return false;
    }

    private static bool IsEndOfConnection(Exception exception) =>
        exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException;
}
