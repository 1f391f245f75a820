using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Stoker.Web;

/// <summary>Where the server listens, as <c>host:port</c>. Without a host it listens on every address; port 0 takes any free port.</summary>
/// <param name="Host">An IP address without brackets, a name, or an empty text.</param>
public sealed record ListenAddress(string Host, int Port)
{
    public static ListenAddress Default { get; } = new("127.0.0.1", 12345);

    /// <summary>Reads <c>127.0.0.1:12345</c>, <c>:12345</c>, <c>[::1]:12345</c> or <c>localhost:12345</c>; false with what is wrong and how it should look.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ListenAddress? address, out string error)
    {
        address = null;
        error = Check(text, out string host, out int port);
        if (error.Length > 0)
        {
            error = $"\"{text}\" {error}; it should look like \"127.0.0.1:12345\", \":12345\" or \"[::1]:12345\"";
            return false;
        }

        address = new ListenAddress(host, port);
        return true;
    }

    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <summary>The address to bind; null for every address. An IPv4 address of a name comes before its IPv6 ones.</summary>
    /// <exception cref="SocketException">The name does not resolve.</exception>
    internal async Task<IPAddress?> ResolveAsync(CancellationToken cancellationToken)
    {
        if (Host.Length == 0)
        {
            return null;
        }

        if (IPAddress.TryParse(Host, out IPAddress? address))
        {
            return address;
        }

        IPAddress[] addresses = await Dns.GetHostAddressesAsync(Host, cancellationToken);
        return addresses.OrderBy(candidate => candidate.AddressFamily != AddressFamily.InterNetwork).FirstOrDefault()
            ?? throw new SocketException((int)SocketError.HostNotFound);
    }

    private static string Check(string text, out string host, out int port)
    {
        host = "";
        port = 0;
        if (text.Contains("//", StringComparison.Ordinal))
        {
            return "is a URL, and an address is wanted";
        }

        int colon = text.LastIndexOf(':');
        if (colon < 0 || text.EndsWith(']'))
        {
            return "has no port";
        }

        string digits = text[(colon + 1)..];
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port > ushort.MaxValue)
        {
            return digits.Length == 0 ? "has no port" : $"has the port \"{digits}\", which is no number from 0 to 65535";
        }

        host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
            return IPAddress.TryParse(host, out IPAddress? bracketed) && bracketed.AddressFamily == AddressFamily.InterNetworkV6
                ? ""
                : "has something in brackets that is no IPv6 address";
        }

        if (host.Contains(':') || host.Contains('[') || host.Contains(']'))
        {
            return "holds an IPv6 address that is not in brackets";
        }

        return host.Length == 0 || Uri.CheckHostName(host) != UriHostNameType.Unknown ? "" : $"has the host \"{host}\", which is no address and no name";
    }
}
