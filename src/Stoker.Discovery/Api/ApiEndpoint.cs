using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Stoker.Discovery.Api;

/// <summary>Where an API is asked. Immutable.</summary>
/// <param name="BaseUrl">The URL before the paths of the API; its own path ends in a slash. It holds no user, query or fragment.</param>
/// <param name="SocketPath">The Unix socket that it is asked over; null for TCP.</param>
internal sealed record ApiEndpoint(Uri BaseUrl, string? SocketPath)
{
    /// <summary>How users know the place.</summary>
    public string Shown => SocketPath is null ? BaseUrl.ToString().TrimEnd('/') : "unix://" + SocketPath;

    /// <param name="reason">What is wrong with the path; empty where nothing is.</param>
    public static bool TryCreateForSocket(string path, [NotNullWhen(true)] out ApiEndpoint? endpoint, out string reason)
    {
        reason = !Path.IsPathRooted(path) ? "needs the absolute path of the socket, as in \"unix:///var/run/docker.sock\""
            : path.Contains('\0') ? "holds a zero character"
            : Encoding.UTF8.GetByteCount(path) > UnixSocketTransport.MaxPathBytes
                ? $"has a path of more than {UnixSocketTransport.MaxPathBytes} bytes, which is more than the address of a socket holds"
            : "";
        endpoint = reason.Length == 0 ? new ApiEndpoint(new Uri("http://localhost/"), path) : null;
        return endpoint is not null;
    }

    /// <param name="text">A URL with http or https, with or without a path.</param>
    /// <param name="reason">What is wrong with the URL; empty where nothing is.</param>
    public static bool TryCreateForUrl(string text, [NotNullWhen(true)] out ApiEndpoint? endpoint, out string reason)
    {
        endpoint = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Host.Length == 0)
        {
            reason = "is not a host with a port that can be asked";
            return false;
        }

        if (url.UserInfo.Length > 0)
        {
            reason = "should not hold a user or a password; write a basic_auth block for them";
            return false;
        }

        if (url.Query.Length > 0 || url.Fragment.Length > 0)
        {
            reason = "should not hold a query or a fragment";
            return false;
        }

        reason = "";
        endpoint = new ApiEndpoint(url.AbsolutePath.EndsWith('/') ? url : new Uri(url + "/"), null);
        return true;
    }
}
