using System.Net.Security;

namespace Stoker.Http;

/// <summary>
/// TLS 1.0 and 1.1, for servers that have nothing else, where the file asks for them. OpenSSL 3 refuses them at any security level over 0,
/// and Debian's is 2; the one way of .NET to level 0 is to allow ciphers that do not encrypt. So the ciphers are named one by one, and all
/// of them do.
/// </summary>
internal static class OldTls
{
    private static readonly TlsCipherSuite[] Ciphers =
    [
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
        TlsCipherSuite.TLS_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA,
    ];

    /// <summary>The same for a server; ciphers that the options name already stay the only ones.</summary>
    public static void Allow(SslServerAuthenticationOptions options)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

#pragma warning disable SYSLIB0040
        options.EncryptionPolicy = EncryptionPolicy.AllowNoEncryption;
#pragma warning restore SYSLIB0040
        options.CipherSuitesPolicy ??= new CipherSuitesPolicy(Ciphers);
    }

    public static void Allow(SslClientAuthenticationOptions options)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

#pragma warning disable SYSLIB0040
        options.EncryptionPolicy = EncryptionPolicy.AllowNoEncryption;
#pragma warning restore SYSLIB0040
        options.CipherSuitesPolicy = new CipherSuitesPolicy(Ciphers);
    }
}
