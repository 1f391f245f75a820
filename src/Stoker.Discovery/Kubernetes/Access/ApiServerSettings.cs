using Stoker.Http;

namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// Where the API server is and how a request proves itself. Equal when every value is, so that connections are only made anew for others.
/// </summary>
/// <param name="Url">The server's URL, with a path where it has one; it ends in a slash.</param>
internal sealed record ApiServerSettings(Uri Url, HttpClientArguments Http)
{
    /// <summary>Settings for a URL as a user writes it.</summary>
    public static ApiServerSettings Of(string url, HttpClientArguments http) => new(new Uri(url.TrimEnd('/') + "/"), http);
}
