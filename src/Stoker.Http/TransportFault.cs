using System.Net.Sockets;

namespace Stoker.Http;

/// <summary>Says in the operator's words why a server could not be reached.</summary>
public static class TransportFault
{
    public static string Describe(Exception exception)
    {
        if (ConnectionException.Find(exception) is { } explained)
        {
            return explained.Message;
        }

        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException socket:
                    return Describe(socket);
                case TimeoutException:
                    return "no connection within 10s";
                case HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }:
                    return "the host name does not resolve";
                case HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }:
                case HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError }:
                case HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse }:
                    return cause.Message;
                case HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded }:
                case HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }:
                    return "the connection was closed before the whole answer had come";
            }
        }

        // The message of what is thrown says which file or setting is at fault, unless it is the one that only points at its cause.
        return exception.InnerException is { } inner && exception.Message.Contains("inner exception", StringComparison.OrdinalIgnoreCase)
            ? Describe(inner)
            : exception.Message;
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
}
