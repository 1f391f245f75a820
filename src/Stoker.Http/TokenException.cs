namespace Stoker.Http;

/// <summary>
/// A request was not sent because no OAuth2 token could be had for it, which is the token server's fault or the <c>oauth2</c> block's and not
/// the request's target. The message holds no secret, and no cause is inside: one that broke a connection would be taken for the target's.
/// </summary>
/// <param name="tokenUrl">The token URL as messages show it.</param>
/// <param name="reason">What went wrong, without the URL.</param>
/// <param name="remedy">The likely cause and what to do about it; empty where there is nothing to say.</param>
public sealed class TokenException(string tokenUrl, string reason, string remedy)
    : HttpRequestException(HttpRequestError.UserAuthenticationError, $"oauth2: no token from {tokenUrl}: {reason}")
{
    public string TokenUrl { get; } = tokenUrl;

    public string Remedy { get; } = remedy;

    /// <summary>
    /// The failure behind an exception that a request has ended with; null where it is another one. A request whose own deadline passes while it
    /// waits for a token ends with an <see cref="OperationCanceledException"/> that has the failure inside.
    /// </summary>
    public static TokenException? In(Exception exception) => exception as TokenException ?? exception.InnerException as TokenException;
}
