namespace Stoker.TestKit.OAuth2;

/// <summary>How a client may prove to a token server who it is (RFC 6749, 2.3.1).</summary>
[Flags]
public enum ClientAuthentication
{
    None = 0,

    /// <summary>The header <c>Authorization: Basic</c>, with identifier and secret in form encoding.</summary>
    Header = 1,

    /// <summary>The parameters <c>client_id</c> and <c>client_secret</c>.</summary>
    Body = 2,
}
