using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Stoker.Web;

/// <summary>Says in a few words why an address cannot be listened on.</summary>
internal static class BindFailure
{
    public static string Explain(Exception exception)
    {
        if (exception.InnerException is AddressInUseException)
        {
            return "the address is in use; is another agent running? --server.http.listen-addr takes another address";
        }

        return (exception as SocketException ?? exception.InnerException as SocketException)?.SocketErrorCode switch
        {
            SocketError.AccessDenied => "not permitted; ports below 1024 need a privilege",
            SocketError.AddressNotAvailable => "this is not an address of this machine",
            SocketError.AddressFamilyNotSupported => "this machine has no IPv6",
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "the name does not resolve",
            _ => exception.Message,
        };
    }
}
