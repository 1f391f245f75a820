using System.Diagnostics.CodeAnalysis;
using Stoker.Discovery.Api;

namespace Stoker.Discovery.Consul;

/// <summary>Reads the argument <c>server</c>: a host with a port, the same after a scheme of its own, or the socket of an agent.</summary>
internal static class ConsulServer
{
    /// <param name="reason">What is wrong with the server, to be read after it; empty where nothing is.</param>
    public static bool TryParse(string server, string scheme, [NotNullWhen(true)] out ApiEndpoint? endpoint, out string reason)
    {
        endpoint = null;
        string trimmed = server.Trim();
        int end = trimmed.IndexOf("://", StringComparison.Ordinal);
        if (trimmed.Length == 0)
        {
            reason = "is empty; write the host and port of Consul's HTTP API, such as \"localhost:8500\"";
            return false;
        }

        string own = end < 0 ? scheme : trimmed[..end].ToLowerInvariant();
        string rest = end < 0 ? trimmed : trimmed[(end + "://".Length)..];
        if (own == "unix")
        {
            return ApiEndpoint.TryCreateForSocket(rest, out endpoint, out reason);
        }

        if (own is not ("http" or "https"))
        {
            reason = $"has the scheme \"{PlainText.OneLine(own, 20)}\"; it should be http, https or unix";
            return false;
        }

        return ApiEndpoint.TryCreateForUrl($"{own}://{rest}", out endpoint, out reason);
    }
}
