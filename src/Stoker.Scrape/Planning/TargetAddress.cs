using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Stoker.Scrape;

/// <summary>Reads the label <c>__address__</c>.</summary>
internal static class TargetAddress
{
    private static readonly SearchValues<char> Misplaced = SearchValues.Create("@?#\\\"<>^`{|} \t\r\n");

    /// <summary>Checks <c>host:port</c>, which is not empty, and adds the scheme's port where there is none.</summary>
    /// <param name="mistake">What is wrong, for the operator; null where the result is true.</param>
    public static bool TryNormalize(string address, string scheme, out string normalized, out string? mistake)
    {
        normalized = "";
        mistake = Check(address, out string host, out string port);
        if (mistake is not null)
        {
            return false;
        }

        normalized = $"{host}:{(port.Length > 0 ? port : scheme == "https" ? "443" : "80")}";
        return true;
    }

    private static string? Check(string address, out string host, out string port)
    {
        host = address;
        port = "";
        if (address.Contains("://", StringComparison.Ordinal))
        {
            return $"__address__ \"{address}\" must be <host>:<port> without a scheme; the scheme goes into scheme or __scheme__";
        }

        if (address.Contains('/', StringComparison.Ordinal))
        {
            return $"__address__ \"{address}\" must be <host>:<port> without a path; the path goes into profiling_config or __profile_path__";
        }

        if (address.AsSpan().ContainsAny(Misplaced) || address.Any(char.IsControl))
        {
            return $"__address__ \"{address}\" must be <host>:<port>, without any other character";
        }

        int colon = address.LastIndexOf(':');
        bool isBracketed = address[0] == '[';
        if (isBracketed)
        {
            int end = address.IndexOf(']', StringComparison.Ordinal);
            if (end < 0 || !IPAddress.TryParse(address.AsSpan(1, end - 1), out IPAddress? inner)
                || inner.AddressFamily != AddressFamily.InterNetworkV6 || (end != address.Length - 1 && colon != end + 1))
            {
                return $"__address__ \"{address}\" is no valid IPv6 address with a port, such as [::1]:6060";
            }

            colon = colon > end ? colon : -1;
        }
        else if (colon >= 0 && address.IndexOf(':', StringComparison.Ordinal) != colon)
        {
            return $"__address__ \"{address}\" has several colons; an IPv6 address needs brackets, such as [::1]:6060";
        }

        if (colon >= 0)
        {
            host = address[..colon];
            port = address[(colon + 1)..];
            if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number is < 1 or > 65535)
            {
                return AddressHint.ForPort(address, port);
            }
        }

        return host.Length == 0 ? $"__address__ \"{address}\" has no host"
            : !isBracketed && Uri.CheckHostName(host) == UriHostNameType.Unknown ? $"__address__ \"{address}\" has no valid host name"
            : null;
    }
}
