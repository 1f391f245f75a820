using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Stoker.Http;

/// <summary>The hosts that are reached without the proxy: a list as in NO_PROXY. Names are never resolved. Immutable.</summary>
internal sealed class ProxyExclusions
{
    private readonly bool _all;
    private readonly List<IPNetwork> _networks = [];
    private readonly List<(IPAddress Address, int? Port)> _addresses = [];

    // Each suffix begins with a dot; Itself is false where only sub-domains are meant.
    private readonly List<(string Suffix, bool Itself, int? Port)> _domains = [];

    public ProxyExclusions(string list)
    {
        foreach (string entry in Split(list))
        {
            if (entry == "*")
            {
                _all = true;
            }
            else if (TryParseNetwork(entry, out IPNetwork network))
            {
                _networks.Add(network);
            }
            else
            {
                AddHost(entry);
            }
        }
    }

    /// <summary>The entries that look like a network but are none and so would match nothing.</summary>
    public static IEnumerable<string> FindMistakes(string list) =>
        Split(list).Where(entry => entry.Contains('/') && !TryParseNetwork(entry, out _));

    public bool Match(Uri destination)
    {
        string host = destination.IdnHost.ToLowerInvariant();
        if (_all || host == "localhost")
        {
            return true;
        }

        if (TryParseAddress(host, out IPAddress? address))
        {
            return IPAddress.IsLoopback(address)
                || _networks.Exists(network => network.Contains(address))
                || _addresses.Exists(entry => entry.Address.Equals(address) && IsPort(entry.Port, destination));
        }

        return _domains.Exists(entry =>
            (host.EndsWith(entry.Suffix, StringComparison.Ordinal) || (entry.Itself && host.AsSpan().SequenceEqual(entry.Suffix.AsSpan(1))))
            && IsPort(entry.Port, destination));
    }

    private static string[] Split(string list) =>
        list.ToLowerInvariant().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsPort(int? wanted, Uri destination) => wanted is null || wanted == destination.Port;

    // Not IPNetwork.TryParse alone, because it refuses 10.1.2.3/8, which means 10.0.0.0/8 here.
    private static bool TryParseNetwork(string entry, out IPNetwork network)
    {
        network = default;
        int slash = entry.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0
            || !TryParseAddress(entry[..slash], out IPAddress? address)
            || !int.TryParse(entry.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int bits))
        {
            return false;
        }

        byte[] bytes = address.GetAddressBytes();
        if (bits > bytes.Length * 8)
        {
            return false;
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            int kept = Math.Clamp(bits - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - kept));
        }

        network = new IPNetwork(new IPAddress(bytes), bits);
        return true;
    }

    // Not IPAddress.TryParse alone, because it takes "10" for 0.0.0.10 and "010.0.0.1" for 8.0.0.1. An IPv4 address is the same in the dress of IPv6.
    private static bool TryParseAddress(string text, [NotNullWhen(true)] out IPAddress? address)
    {
        if (!IPAddress.TryParse(text, out address) || (address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != text))
        {
            return false;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return true;
    }

    /// <summary>The name as requests have it; one that is no name of a host stays as it is and matches nothing.</summary>
    private static string ToAscii(string domain)
    {
        try
        {
            return new IdnMapping().GetAscii(domain).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return domain;
        }
    }

    private void AddHost(string entry)
    {
        string host = entry;
        int? port = null;
        int colon = entry.LastIndexOf(':');
        bool isBareIPv6 = colon >= 0 && entry.IndexOf(':', StringComparison.Ordinal) != colon && !entry.Contains(']');
        if (colon >= 0 && !isBareIPv6 && ushort.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort number))
        {
            host = entry[..colon];
            port = number;
        }

        host = host.TrimStart('[').TrimEnd(']');
        if (host.Length == 0)
        {
            return;
        }

        if (TryParseAddress(host, out IPAddress? address))
        {
            _addresses.Add((address, port));
            return;
        }

        string domain = host.StartsWith("*.", StringComparison.Ordinal) ? host[1..] : host;
        bool itself = domain[0] != '.';
        string name = ToAscii(domain.TrimStart('.'));
        _domains.Add(("." + name, itself, port));
    }
}
