using System.Net.Sockets;
using System.Security.Authentication;

namespace Stoker.Delivery.Write;

/// <summary>Says in the operator's words why a server could not be reached.</summary>
internal static class TransportFault
{
    public static string Describe(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException socket:
                    return Describe(socket);
                case AuthenticationException:
                    return $"TLS handshake failed: {Deepest(cause).Message}";
                case HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }:
                    return "the host name does not resolve";
                case HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError }:
                case HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse }:
                    return cause.Message;
                case HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded }:
                case HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }:
                    return "the connection was closed before the whole answer had come";
            }
        }

        return Deepest(exception).Message;
    }

    private static string Describe(SocketException socket) => socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown => "connection reset",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the host name does not resolve",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown => "no route to the host",
        SocketError.TimedOut => "no connection within the system's time limit",
        _ => socket.Message,
    };

    private static Exception Deepest(Exception exception)
    {
        while (exception.InnerException is { } inner)
        {
            exception = inner;
        }

        return exception;
    }
}
