using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Stoker.Http;

/// <summary>Where a proxy is and who we are to it.</summary>
/// <param name="Address">The proxy's URL without user and password.</param>
internal sealed record ProxyAddress(Uri Address, NetworkCredential? Credentials)
{
    public bool IsTls => Address.Scheme == Uri.UriSchemeHttps;

    public bool IsSocks => Address.Scheme == "socks5";

    /// <summary>The value of <c>Proxy-Authorization</c>; null for a proxy without user.</summary>
    public string? Authorization => Credentials is null ? null : Http.Credentials.Basic(Credentials.UserName, Credentials.Password);

    /// <summary>The URL as it may be shown: the password is left out.</summary>
    public string Display =>
        Credentials is null ? Address.OriginalString : new UriBuilder(Address) { UserName = Credentials.UserName, Password = "(secret)" }.ToString();

    /// <summary>Reads <c>[scheme://][user[:password]@]host[:port]</c>; without a scheme it is an http proxy.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ProxyAddress? address, out string reason)
    {
        address = null;
        reason = "";
        string absolute = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        if (!Uri.TryCreate(absolute, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
        {
            reason = "is no URL; it should look like \"http://proxy.example:3128\"";
            return false;
        }

        // In .NET socks5 leaves the look-up of names to the proxy, which is what the h of socks5h asks for.
        string scheme = uri.Scheme == "socks5h" ? "socks5" : uri.Scheme;
        if (scheme is not ("http" or "https" or "socks5"))
        {
            reason = $"has the scheme \"{uri.Scheme}\"; a proxy is reached by http, https, socks5 or socks5h";
            return false;
        }

        int defaultPort = scheme switch { "http" => 80, "https" => 443, _ => 1080 };
        address = new ProxyAddress(
            new Uri($"{scheme}://{uri.IdnHost.AsHost()}:{(uri.Port > 0 ? uri.Port : defaultPort)}"),
            ReadCredentials(uri.UserInfo));
        return true;
    }

    private static NetworkCredential? ReadCredentials(string userInfo)
    {
        if (userInfo.Length == 0)
        {
            return null;
        }

        int colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        string user = colon < 0 ? userInfo : userInfo[..colon];
        string password = colon < 0 ? "" : userInfo[(colon + 1)..];
        return new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password));
    }
}

file static class HostText
{
    // IdnHost gives an IPv6 address without its brackets.
    public static string AsHost(this string host) => host.Contains(':') ? $"[{host}]" : host;
}
