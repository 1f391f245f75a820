using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using static Stoker.Http.Tests.Client;

namespace Stoker.Http.Tests;

/// <summary>A server that ends an HTTP/2 connection in good order (GOAWAY without an error), as nginx does when it is reloaded, while a request is on its way.</summary>
public sealed class OrderlyCloseTests
{
    private const byte HeadersFrame = 1;
    private const byte SettingsFrame = 4;
    private const byte GoAwayFrame = 7;

    [Fact]
    public async Task Get_ConnectionIsClosedInGoodOrder_IsAskedOnceMore()
    {
        using var authority = new Authority();
        var end = new Http2End(authority, closes: 1);
        await using var server = new RawServer(end.ServeAsync);

        using HttpResponseMessage response = await GetOnceAsync(With(authority), $"https://{server.Address}/");

        Assert.Equal((HttpStatusCode.OK, 2), (response.StatusCode, end.Requests));
    }

    [Fact]
    public async Task Get_ClosedAgain_FailsSayingSo()
    {
        using var authority = new Authority();
        var end = new Http2End(authority, closes: int.MaxValue);
        await using var server = new RawServer(end.ServeAsync);

        ConnectionException exception = await Assert.ThrowsAsync<ConnectionException>(() => GetOnceAsync(With(authority), $"https://{server.Address}/"));

        Assert.Equal($"{server.Address} closed the connection without an answer", exception.Summary);
        Assert.Equal(2, end.Requests);
    }

    [Fact]
    public async Task Post_ConnectionIsClosedInGoodOrder_IsNotRepeated()
    {
        using var authority = new Authority();
        var end = new Http2End(authority, closes: 1);
        await using var server = new RawServer(end.ServeAsync);
        using HttpMessageInvoker client = Create(With(authority));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://{server.Address}/") { Content = new StringContent("x") };

        await Assert.ThrowsAsync<ConnectionException>(() => client.SendAsync(request));

        Assert.Equal(1, end.Requests);
    }

    private static HttpClientArguments With(Authority authority) => new() { Tls = new TlsArguments { CaPem = authority.Pem } };

    /// <summary>As much HTTP/2 (RFC 9113) as the test needs: frames of nine bytes of head, of which only those of requests are looked at.</summary>
    private sealed class Http2End(Authority authority, int closes)
    {
        private int _requests;

        public int Requests => Volatile.Read(ref _requests);

        public async Task ServeAsync(Stream stream, CancellationToken cancellationToken)
        {
            using X509Certificate2 certificate = authority.Issue("server");
            await using var secure = new SslStream(stream);
            await secure.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = certificate, ApplicationProtocols = [SslApplicationProtocol.Http2] }, cancellationToken);
            byte[] buffer = new byte[64 * 1024];
            await secure.ReadExactlyAsync(buffer.AsMemory(0, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".Length), cancellationToken);
            await secure.WriteAsync(Frame(SettingsFrame, flags: 0, stream: 0), cancellationToken);
            while (true)
            {
                await secure.ReadExactlyAsync(buffer.AsMemory(0, 9), cancellationToken);
                int length = (buffer[0] << 16) | (buffer[1] << 8) | buffer[2];
                (byte type, int id) = (buffer[3], BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(5)));
                await secure.ReadExactlyAsync(buffer.AsMemory(0, length), cancellationToken);
                if (type != HeadersFrame)
                {
                    continue;
                }

                if (Interlocked.Increment(ref _requests) <= closes)
                {
                    // The request's own stream is the last that it took, so that the client may not know whether it was acted upon.
                    byte[] last = new byte[8];
                    BinaryPrimitives.WriteInt32BigEndian(last, id);
                    await secure.WriteAsync(Frame(GoAwayFrame, flags: 0, stream: 0, last), cancellationToken);
                    return;
                }

                // Status 200 from the static table, the end of the headers and of the stream.
                await secure.WriteAsync(Frame(HeadersFrame, flags: 5, id, 0x88), cancellationToken);
            }
        }

        private static byte[] Frame(byte type, byte flags, int stream, params byte[] payload)
        {
            byte[] frame = [0, 0, (byte)payload.Length, type, flags, 0, 0, 0, 0, .. payload];
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
            return frame;
        }
    }
}
