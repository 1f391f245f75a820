using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Stoker.Syntax;

namespace Stoker.Discovery.Dns;

/// <summary>
/// Asks one server one question: over UDP, and over TCP where the answer does not fit into a datagram (RFC 1035 4.2, RFC 7766). Each
/// question goes out from a socket of its own with an identifier of its own, and only what the asked server answers to it counts (RFC
/// 5452). Safe from several threads.
/// </summary>
internal sealed class DnsExchange(TimeProvider time)
{
    private const int MaxMessageBytes = 65535;

    // What comes to a connected socket is from the server's address; one that sends this much rubbish to it is broken or forged.
    private const int MaxStrayDatagrams = 100;

    /// <summary>Asks. Neither a server nor the network makes it throw.</summary>
    /// <param name="timeout">For each of the two, UDP and TCP.</param>
    public async Task<ServerAnswer> AskAsync(
        IPEndPoint server, string name, DnsRecordType type, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ServerAnswer answer = await AttemptAsync(server, name, type, Transport.Udp, timeout, cancellationToken);
        if (answer.Message?.ResponseCode is DnsAnswer.FormatError or DnsAnswer.NotImplemented)
        {
            // A server from before EDNS says so (RFC 6891 7).
            answer = await AttemptAsync(server, name, type, Transport.PlainUdp, timeout, cancellationToken);
        }

        if (answer.Message is { IsTruncated: true })
        {
            answer = await AttemptAsync(server, name, type, Transport.Tcp, timeout, cancellationToken);
        }

        return answer.Message is { IsTruncated: true }
            ? new ServerAnswer(null, "gives no whole answer even over TCP", IsSilent: false)
            : answer;
    }

    private async Task<ServerAnswer> AttemptAsync(
        IPEndPoint server, string name, DnsRecordType type, Transport transport, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Span<byte> random = stackalloc byte[2];
        RandomNumberGenerator.Fill(random);
        var question = new DnsQuestion(BinaryPrimitives.ReadUInt16BigEndian(random), name, type);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxMessageBytes + 2);
        using var timer = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            return transport == Transport.Tcp
                ? await AskOverTcpAsync(server, question, buffer, either.Token)
                : await AskOverUdpAsync(server, question, buffer, transport == Transport.Udp, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            string protocol = transport == Transport.Tcp ? " over TCP" : "";
            return new ServerAnswer(null, $"does not answer{protocol} within {GoDuration.Format(timeout)}", IsSilent: true);
        }
        catch (Exception exception) when (exception is SocketException or IOException)
        {
            return new ServerAnswer(null, $"cannot be reached: {exception.Message}", IsSilent: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<ServerAnswer> AskOverUdpAsync(
        IPEndPoint server, DnsQuestion question, byte[] buffer, bool withOptions, CancellationToken cancellationToken)
    {
        // Connected, so that the kernel passes on nothing but what comes from the server.
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellationToken);
        int length = question.Write(buffer, withOptions);
        await socket.SendAsync(buffer.AsMemory(0, length), cancellationToken);
        for (int stray = 0; stray < MaxStrayDatagrams; stray++)
        {
            length = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (Read(question, buffer.AsSpan(0, length)) is { } answer)
            {
                return answer;
            }
        }

        return new ServerAnswer(null, "sends answers to other questions only", IsSilent: false);
    }

    private static async Task<ServerAnswer> AskOverTcpAsync(
        IPEndPoint server, DnsQuestion question, byte[] buffer, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancellationToken);
        await using var stream = new NetworkStream(socket, ownsSocket: false);

        // Each message has its length before it.
        int length = question.Write(buffer.AsSpan(2), withOptions: false);
        BinaryPrimitives.WriteUInt16BigEndian(buffer, (ushort)length);
        await stream.WriteAsync(buffer.AsMemory(0, length + 2), cancellationToken);
        await stream.ReadExactlyAsync(buffer.AsMemory(0, 2), cancellationToken);
        length = BinaryPrimitives.ReadUInt16BigEndian(buffer);
        await stream.ReadExactlyAsync(buffer.AsMemory(0, length), cancellationToken);
        return Read(question, buffer.AsSpan(0, length)) ?? new ServerAnswer(null, "answers another question over TCP", IsSilent: false);
    }

    private static ServerAnswer? Read(DnsQuestion question, ReadOnlySpan<byte> message) =>
        question.Read(message, out DnsAnswer answer, out string fault) switch
        {
            DnsQuestion.Reading.Answer => new ServerAnswer(answer, "", IsSilent: false),
            DnsQuestion.Reading.Malformed => new ServerAnswer(null, $"gives an answer that cannot be read: {fault}", IsSilent: false),
            _ => null,
        };

    private enum Transport
    {
        Udp,

        /// <summary>Without EDNS.</summary>
        PlainUdp,

        Tcp,
    }
}
