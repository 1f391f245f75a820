using System.Net;
using System.Net.Sockets;

namespace Stoker.Http;

/// <summary>
/// Connects to a host by whichever of its addresses answers first, in the manner of RFC 8305: they are tried one after the other, each a little
/// after the one before or as soon as one has failed, so that an address behind which nothing answers delays and does not prevent. Safe from
/// several threads.
/// </summary>
/// <param name="resolve">Finds a name's addresses; null for the system's way.</param>
/// <param name="connect">Connects to one address; null for TCP.</param>
internal sealed class Dialer(
    TimeProvider time,
    Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null,
    Func<IPEndPoint, CancellationToken, Task<Socket>>? connect = null)
{
    /// <summary>How long an address has for itself.</summary>
    public static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(300);

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve = resolve ?? Dns.GetHostAddressesAsync;
    private readonly Func<IPEndPoint, CancellationToken, Task<Socket>> _connect = connect ?? ConnectAsync;

    /// <summary>The caller disposes the socket.</summary>
    /// <param name="tried">Gets each address as it is tried; read it when the task has ended.</param>
    /// <exception cref="SocketException">The name has no address, or none of them takes the connection.</exception>
    public async Task<Socket> ConnectAsync(DnsEndPoint to, List<IPAddress> tried, CancellationToken cancellationToken)
    {
        // An address is no name to be resolved; the resolver even refuses 0.0.0.0, which Linux takes for this machine and some files have as
        // a target.
        IPAddress[] addresses = IPAddress.TryParse(to.Host, out IPAddress? address) ? [address] : Alternate(await _resolve(to.Host, cancellationToken));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task<Socket>>();
        try
        {
            SocketException failure = new((int)SocketError.HostNotFound);
            while (tried.Count < addresses.Length || running.Count > 0)
            {
                if (tried.Count < addresses.Length)
                {
                    IPAddress next = addresses[tried.Count];
                    tried.Add(next);
                    running.Add(_connect(new IPEndPoint(next, to.Port), stop.Token));
                }

                if (await FirstAsync(running, isLast: tried.Count == addresses.Length, stop.Token) is not { } ended)
                {
                    continue;
                }

                running.Remove(ended);
                try
                {
                    return await ended;
                }
                catch (SocketException exception)
                {
                    failure = exception;
                }
            }

            throw tried.Count > 1 ? new SocketException((int)failure.SocketErrorCode, $"{failure.Message} (tried {string.Join(", ", tried)})") : failure;
        }
        finally
        {
            await stop.CancelAsync();
            foreach (Task<Socket> late in running)
            {
                _ = DropAsync(late);
            }
        }
    }

    /// <summary>The first that ends; null where it is time for the next address.</summary>
    private async Task<Task<Socket>?> FirstAsync(List<Task<Socket>> running, bool isLast, CancellationToken cancellationToken)
    {
        Task<Task<Socket>> first = Task.WhenAny(running);
        if (isLast)
        {
            return await first;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task pause = Task.Delay(Stagger, time, stop.Token);
        bool isEnded = await Task.WhenAny(first, pause) == first;
        await stop.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return isEnded ? await first : null;
    }

    // As the system orders them, but the families in turn: where one of them leads nowhere, then with all its addresses.
    private static IPAddress[] Alternate(IPAddress[] addresses) =>
    [
        .. addresses.GroupBy(address => address.AddressFamily)
            .SelectMany((family, rank) => family.Select((address, index) => (address, index, rank)))
            .OrderBy(entry => entry.index).ThenBy(entry => entry.rank)
            .Select(entry => entry.address),
    ];

    private static async Task DropAsync(Task<Socket> late)
    {
        try
        {
            (await late).Dispose();
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // Nobody waits for it any more.
        }
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint to, CancellationToken cancellationToken)
    {
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            KeepAlive(socket);
            await socket.ConnectAsync(to, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // A connection that lies idle behind a partition or a forgetful NAT is found dead after a minute, and not by the next request that
    // takes it.
    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 15);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }
}
