using System.Net;
using System.Net.Sockets;

namespace Stoker.Discovery.Api;

/// <summary>HTTP over a Unix domain socket, as the Docker engine and Consul agents serve it.</summary>
internal static class UnixSocketTransport
{
    /// <summary>The longest path in bytes that a socket's address holds on Linux, without the zero at its end.</summary>
    public const int MaxPathBytes = 107;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A transport whose every connection goes to the socket, whatever host a request names.</summary>
    public static SocketsHttpHandler Create(string path) => new()
    {
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = async (_, cancellationToken) => await ConnectAsync(path, cancellationToken),
        ConnectTimeout = ConnectTimeout,
        UseCookies = false,
        UseProxy = false,
    };

    /// <summary>Why a request over the socket failed before an answer came, and what to do about it.</summary>
    public static string Explain(string path, HttpRequestException exception)
    {
        // The error of the system call comes wrapped once or twice.
        for (Exception? inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is SocketException socket)
            {
                return Explain(path, socket);
            }
        }

        return exception.Message;
    }

    private static string Explain(string path, SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.AccessDenied =>
            $"no permission to open {path}: the user \"{Environment.UserName}\" must belong to the group that owns it, which is mostly called docker "
            + $"(ls -l {path} shows it; sudo usermod -aG GROUP {Environment.UserName}, then start Stoker anew; in a container, --group-add with the group's number)",
        SocketError.ConnectionRefused => $"nothing listens on {path}: is the service that made the socket running?",
        _ when !File.Exists(path) =>
            $"there is no socket at {path}: is the service running, and, in a container, is the socket mounted (-v {path}:{path}:ro)?",
        _ => $"{path}: {exception.Message}",
    };

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
