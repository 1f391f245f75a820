using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Stoker.Http.Tests;

/// <summary>A server that reads the first message of a TLS handshake, keeps which versions it offers, and hangs up.</summary>
internal sealed class ClientHello : IAsyncDisposable
{
    private const ushort SupportedVersions = 43;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task<IReadOnlyList<ushort>> _offered;

    public ClientHello()
    {
        _listener.Start();
        _offered = ReadAsync();
    }

    public string Url => $"https://{_listener.LocalEndpoint}/";

    /// <summary>The versions as the wire has them: 0x0301 for TLS 1.0 up to 0x0304 for TLS 1.3, lowest first.</summary>
    public async Task<IReadOnlyList<ushort>> OfferedAsync() => await _offered.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        try
        {
            await _offered;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Nobody has come.
        }
    }

    private async Task<IReadOnlyList<ushort>> ReadAsync()
    {
        using TcpClient client = await _listener.AcceptTcpClientAsync();
        NetworkStream stream = client.GetStream();
        byte[] head = new byte[5];
        await stream.ReadExactlyAsync(head);
        byte[] record = new byte[BinaryPrimitives.ReadUInt16BigEndian(head.AsSpan(3))];
        await stream.ReadExactlyAsync(record);
        return Offered(record);
    }

    // Handshake: type 1, length 3, version 2, random 32, session id, cipher suites, compressions, extensions.
    private static List<ushort> Offered(ReadOnlySpan<byte> record)
    {
        ushort highest = BinaryPrimitives.ReadUInt16BigEndian(record[4..]);
        ReadOnlySpan<byte> rest = record[38..];
        rest = rest[(1 + rest[0])..];
        rest = rest[(2 + BinaryPrimitives.ReadUInt16BigEndian(rest))..];
        rest = rest[(1 + rest[0])..];
        rest = rest[2..];
        while (rest.Length >= 4)
        {
            ushort type = BinaryPrimitives.ReadUInt16BigEndian(rest);
            ReadOnlySpan<byte> body = rest.Slice(4, BinaryPrimitives.ReadUInt16BigEndian(rest[2..]));
            if (type == SupportedVersions)
            {
                var versions = new List<ushort>();
                for (int i = 1; i + 1 < body.Length; i += 2)
                {
                    versions.Add(BinaryPrimitives.ReadUInt16BigEndian(body[i..]));
                }

                return [.. versions.Where(version => version >> 8 == 3).Order()];
            }

            rest = rest[(4 + body.Length)..];
        }

        // Without the extension the client takes whatever is at most this, and does not say how low it goes.
        return [highest];
    }
}
