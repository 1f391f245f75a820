using System.Globalization;

namespace Stoker.Discovery;

/// <summary>The form of <c>__address__</c>.</summary>
internal static class HostAndPort
{
    /// <summary><c>host:port</c>, with an IPv6 address in brackets.</summary>
    public static string Join(string host, long port) =>
        host.Contains(':') && !host.StartsWith('[')
            ? string.Create(CultureInfo.InvariantCulture, $"[{host}]:{port}")
            : string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
}
