namespace Stoker.Http;

/// <summary>
/// A connection that did not come about, or that TLS ended, explained. The message is both parts; none of them holds a secret.
/// </summary>
/// <param name="error">Where it went wrong: on the way to the host, at the proxy, or in TLS.</param>
/// <param name="summary">What happened, with the name of who is at fault.</param>
/// <param name="remedy">The likely cause and what to do about it; empty where there is nothing to say.</param>
public sealed class ConnectionException(HttpRequestError error, string summary, string remedy, Exception? cause = null)
    : HttpRequestException(error, remedy.Length > 0 ? $"{summary}; {remedy}" : summary, cause)
{
    public string Summary { get; } = summary;

    public string Remedy { get; } = remedy;

    /// <summary>The one that lies inside another exception; null where none does.</summary>
    internal static ConnectionException? Find(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is ConnectionException found)
            {
                return found;
            }
        }

        return null;
    }
}
