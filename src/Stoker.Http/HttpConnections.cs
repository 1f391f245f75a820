using Stoker.Components;

namespace Stoker.Http;

/// <summary>Builds the connections of a component from its HTTP client arguments.</summary>
public static class HttpConnections
{
    /// <summary>
    /// A client whose requests carry the credentials, proxy and TLS settings of the arguments and the agent's User-Agent. It has no time-out of its
    /// own and decompresses nothing; redirects are followed by the page's rules. The caller disposes it. With
    /// <see cref="ComponentContext.HttpHandler"/> set, that handler is the transport.
    /// </summary>
    public static HttpMessageInvoker Create(HttpClientArguments arguments, ComponentContext context) => throw new NotImplementedException();
}
