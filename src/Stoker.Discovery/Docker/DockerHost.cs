using System.Diagnostics.CodeAnalysis;
using Stoker.Discovery.Api;

namespace Stoker.Discovery.Docker;

/// <summary>Reads the argument <c>host</c>, which is written as the variable <c>DOCKER_HOST</c> is.</summary>
internal static class DockerHost
{
    private const int PlainPort = 2375;
    private const int TlsPort = 2376;

    /// <param name="hasTls">True where the arguments have a <c>tls_config</c>: then <c>tcp</c> means https, as it does for Docker's own client with certificates.</param>
    /// <param name="reason">What is wrong with the host, to be read after it; empty where nothing is.</param>
    public static bool TryParse(string host, bool hasTls, [NotNullWhen(true)] out ApiEndpoint? endpoint, out string reason)
    {
        endpoint = null;
        int end = host.IndexOf("://", StringComparison.Ordinal);
        if (end < 0)
        {
            reason = host.Length == 0 ? "is empty" : "has no scheme";
            reason += "; write \"unix:///var/run/docker.sock\" for the engine of this machine, or \"tcp://HOST:2375\"";
            return false;
        }

        string rest = host[(end + "://".Length)..];
        switch (host[..end].ToLowerInvariant())
        {
            case "unix":
                return ApiEndpoint.TryCreateForSocket(rest, out endpoint, out reason);
            case "tcp":
                return ApiEndpoint.TryCreateForUrl($"{(hasTls ? "https" : "http")}://{WithPort(rest, hasTls ? TlsPort : PlainPort)}", out endpoint, out reason);
            case "http" or "https":
                return ApiEndpoint.TryCreateForUrl(host, out endpoint, out reason);
            case "npipe":
                reason = "is a named pipe of Windows, which cannot be asked; let Docker Desktop expose the engine on \"tcp://localhost:2375\"";
                return false;
            case "ssh":
                reason = "needs an SSH client, which Stoker does not have; forward the socket (ssh -L /run/stoker/docker.sock:/var/run/docker.sock HOST) "
                    + "and write its path with unix://";
                return false;
            default:
                reason = $"has the scheme \"{PlainText.OneLine(host[..end], 20)}\"; it should be unix, tcp, http or https";
                return false;
        }
    }

    /// <summary>Adds the port that Docker's own client takes where none is written.</summary>
    private static string WithPort(string authority, int port)
    {
        int end = authority.IndexOf('/', StringComparison.Ordinal);
        string host = end < 0 ? authority : authority[..end];
        bool hasPort = host.LastIndexOf(':') > host.LastIndexOf(']');
        return host.Length == 0 || hasPort ? authority : $"{host}:{port}{authority[host.Length..]}";
    }
}
