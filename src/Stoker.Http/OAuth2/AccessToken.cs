namespace Stoker.Http;

/// <summary>A token as requests carry it. No record, because a record prints its members. Immutable.</summary>
/// <param name="header">The whole value of the header <c>Authorization</c>.</param>
/// <param name="secret">The client's secret that it was got with; another secret wants another token.</param>
/// <param name="renewAt">The timestamp from which a new one is asked for.</param>
/// <param name="expiresAt">The timestamp from which it is not sent any more.</param>
internal sealed class AccessToken(string header, string secret, long renewAt, long expiresAt)
{
    public string Header { get; } = header;

    public string Secret { get; } = secret;

    public long RenewAt { get; } = renewAt;

    public long ExpiresAt { get; } = expiresAt;
}
