using System.Net;
using System.Text;

namespace Stoker.Http.Tests;

/// <summary>Proxies that do what a test wants.</summary>
internal static class ProxyEnds
{
    public static RawServer Refusing(Action<string> onHead) => new(async (stream, cancellationToken) =>
    {
        onHead(await RawServer.ReadHeadAsync(stream, cancellationToken));
        await stream.WriteAsync("HTTP/1.1 503 x\r\n\r\n"u8.ToArray(), cancellationToken);
    });

    public static RawServer Answering(string answer) => new(async (stream, cancellationToken) =>
    {
        await RawServer.ReadHeadAsync(stream, cancellationToken);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), cancellationToken);
    });

    public static RawServer Forwarding(int port) => new(async (stream, cancellationToken) =>
    {
        await RawServer.ReadHeadAsync(stream, cancellationToken);
        await stream.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), cancellationToken);
        await ForwardAsync(stream, port, cancellationToken);
    });

    // RFC 1928, with RFC 1929 where a user is wanted: then a request, whose answer names any address.
    public static RawServer Socks(int port, Action<string>? onUser = null) => new(async (stream, cancellationToken) =>
    {
        byte[] buffer = new byte[300];
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 2), cancellationToken);
        await stream.ReadExactlyAsync(buffer.AsMemory(0, buffer[1]), cancellationToken);
        await stream.WriteAsync(new byte[] { 5, onUser is null ? (byte)0 : (byte)2 }, cancellationToken);
        if (onUser is not null)
        {
            await stream.ReadExactlyAsync(buffer.AsMemory(0, 2), cancellationToken);
            int length = buffer[1];
            await stream.ReadExactlyAsync(buffer.AsMemory(0, length + 1), cancellationToken);
            string user = Encoding.UTF8.GetString(buffer, 0, length);
            length = buffer[length];
            await stream.ReadExactlyAsync(buffer.AsMemory(0, length), cancellationToken);
            onUser($"{user}:{Encoding.UTF8.GetString(buffer, 0, length)}");
            await stream.WriteAsync(new byte[] { 1, 0 }, cancellationToken);
        }

        await stream.ReadExactlyAsync(buffer.AsMemory(0, 5), cancellationToken);
        await stream.ReadExactlyAsync(buffer.AsMemory(5, buffer[3] == 1 ? 5 : buffer[4] + 2), cancellationToken);
        await stream.WriteAsync(new byte[] { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, cancellationToken);
        await ForwardAsync(stream, port, cancellationToken);
    });

    private static async Task ForwardAsync(Stream stream, int port, CancellationToken cancellationToken)
    {
        using var upstream = new System.Net.Sockets.TcpClient();
        await upstream.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        Stream other = upstream.GetStream();
        await Task.WhenAny(stream.CopyToAsync(other, cancellationToken), other.CopyToAsync(stream, cancellationToken));
    }
}
