using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Stoker.Discovery.Tests.Dns;

/// <summary>
/// A DNS server on a loopback address that answers as a test says, also with what no server would send. Safe from several threads.
/// </summary>
internal sealed class StandInDnsServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly Socket _stranger = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TcpListener _tcp;
    private readonly ConcurrentQueue<byte[]> _queries = new();
    private readonly SemaphoreSlim _received = new(0);
    private readonly Task _serving;

    /// <summary>What it sends for a query over UDP; nothing by default.</summary>
    private volatile Func<byte[], IEnumerable<byte[]>> _overUdp = _ => [];

    private StandInDnsServer(IPAddress address, int port)
    {
        _udp.Bind(new IPEndPoint(address, port));
        _stranger.Bind(new IPEndPoint(address, 0));
        Port = ((IPEndPoint)_udp.LocalEndPoint!).Port;
        _tcp = new TcpListener(address, Port);
        _tcp.Start();
        _serving = Task.WhenAll(ServeUdpAsync(), ServeTcpAsync());
    }

    public int Port { get; }

    /// <summary>Queries over UDP so far.</summary>
    public IReadOnlyList<byte[]> Queries => [.. _queries];

    public Func<byte[], IEnumerable<byte[]>> OverUdp
    {
        set => _overUdp = value;
    }

    /// <summary>What it sends for a query over TCP, with the length before it.</summary>
    public Func<byte[], byte[]> OverTcp { get; set; } = _ => [];

    /// <summary>What comes before the answer from another port than that which was asked.</summary>
    public Func<byte[], byte[]>? FromAStranger { get; set; }

    /// <param name="port">0 for any that is free.</param>
    public static StandInDnsServer Start(string address = "127.0.0.1", int port = 0)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new StandInDnsServer(IPAddress.Parse(address), port);
            }
            catch (SocketException) when (port == 0 && attempt < 10)
            {
                // The port is free for UDP and not for TCP.
            }
        }
    }

    /// <summary>Completes at the next query over UDP, or at once where one has come that nobody waited for.</summary>
    public Task ReceivedAsync() => RunningDiscovery.Bounded(_received.WaitAsync(TestContext.Current.CancellationToken));

    /// <summary>Two on one port: the first on 127.0.0.1, the second on 127.0.0.2.</summary>
    public static async Task<(StandInDnsServer First, StandInDnsServer Second)> StartTwoAsync()
    {
        for (int attempt = 1; ; attempt++)
        {
            StandInDnsServer first = Start();
            try
            {
                return (first, Start("127.0.0.2", first.Port));
            }
            catch (SocketException) when (attempt < 10)
            {
                // Another program has the port there.
                await first.DisposeAsync();
            }
        }
    }

    /// <summary>A message with the length before it that TCP wants.</summary>
    public static byte[] WithLength(byte[] message) => [(byte)(message.Length >> 8), (byte)message.Length, .. message];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _udp.Dispose();
        _stranger.Dispose();
        _tcp.Dispose();
        _stop.Dispose();
    }

    private async Task ServeUdpAsync()
    {
        byte[] buffer = new byte[65535];
        try
        {
            while (true)
            {
                var anybody = new IPEndPoint(IPAddress.Any, 0);
                SocketReceiveFromResult received = await _udp.ReceiveFromAsync(buffer.AsMemory(), SocketFlags.None, anybody, _stop.Token);
                byte[] query = buffer[..received.ReceivedBytes];
                _queries.Enqueue(query);
                _received.Release();
                if (FromAStranger is { } stranger)
                {
                    await _stranger.SendToAsync(stranger(query), received.RemoteEndPoint, _stop.Token);
                }

                foreach (byte[] answer in _overUdp(query))
                {
                    await _udp.SendToAsync(answer, received.RemoteEndPoint, _stop.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }

    private async Task ServeTcpAsync()
    {
        try
        {
            while (true)
            {
                using Socket client = await _tcp.AcceptSocketAsync(_stop.Token);
                await using var stream = new NetworkStream(client);
                byte[] length = new byte[2];
                await stream.ReadExactlyAsync(length, _stop.Token);
                byte[] query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(query, _stop.Token);
                await stream.WriteAsync(OverTcp(query), _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }
}
