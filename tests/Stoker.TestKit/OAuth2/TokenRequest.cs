namespace Stoker.TestKit.OAuth2;

/// <summary>What came to the token endpoint.</summary>
/// <param name="Parameters">The form, without what proves who the client is.</param>
/// <param name="Authentication">How the client named itself; both are set where it did so twice.</param>
/// <param name="ClientId">Empty where there is none.</param>
/// <param name="Secret">The secret as it was after decoding; empty where there is none.</param>
public sealed record TokenRequest(
    string Method,
    string PathAndQuery,
    string ContentType,
    IReadOnlyDictionary<string, string> Headers,
    IReadOnlyDictionary<string, string> Parameters,
    ClientAuthentication Authentication,
    string ClientId,
    string Secret)
{
    /// <summary>The status that it was answered with; 0 where there was no answer.</summary>
    public int Status { get; init; }
}
