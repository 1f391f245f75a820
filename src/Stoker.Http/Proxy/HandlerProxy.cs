using System.Net;

namespace Stoker.Http;

/// <summary>
/// The proxies as the handler below shall see them. Its own way of sending http requests to a proxy and of speaking SOCKS is used; the tunnel to an
/// https host, and TLS to the proxy itself, are made where connections are made (<see cref="Connector"/>), so it does not get to know of them.
/// </summary>
internal sealed class HandlerProxy(ProxyRules rules) : IWebProxy
{
    /// <summary>Those of SOCKS only: what an HTTP proxy gets is in its CONNECT or in the header of the request.</summary>
    public ICredentials? Credentials { get; set; } = new SocksCredentials(rules);

    public Uri? GetProxy(Uri destination)
    {
        if (rules.Find(destination) is not { } proxy)
        {
            return null;
        }

        return proxy.IsSocks ? proxy.Address
            : destination.Scheme == Uri.UriSchemeHttps ? null
            : proxy.IsTls ? new UriBuilder(proxy.Address) { Scheme = Uri.UriSchemeHttp, Port = proxy.Address.Port }.Uri
            : proxy.Address;
    }

    public bool IsBypassed(Uri host) => GetProxy(host) is null;

    private sealed class SocksCredentials(ProxyRules rules) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType) => rules.CredentialsOfSocks(uri);
    }
}
