using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace Stoker.Http;

/// <summary>Says why a TLS handshake failed, from what the platform's library gives of it. Its texts are looked at only where it has no number.</summary>
internal static class TlsFault
{
    // The alerts of RFC 8446, 6.
    private const int HandshakeFailure = 40;
    private const int ProtocolVersion = 70;
    private const int UnrecognizedName = 112;
    private const int CertificateRequired = 116;
    private const int NoApplicationProtocol = 120;

    /// <param name="peer">Host and port as the message shall name them.</param>
    /// <param name="http2">Whether HTTP/2 was offered.</param>
    public static ConnectionException Explain(Exception exception, string peer, TlsArguments tls, bool http2)
    {
        if (ConnectionException.Find(exception) is { } explained)
        {
            return explained;
        }

        (string summary, string remedy) = AlertOf(exception) is { } alert ? OfAlert(alert, tls, http2) : OfLibrary(exception, tls);
        return new ConnectionException(HttpRequestError.SecureConnectionError, $"the TLS handshake with {peer} failed: {summary}", remedy, exception);
    }

    /// <summary>The alert that the server sent; null where it sent none or the platform does not give its number.</summary>
    public static int? AlertOf(Exception exception) => ReasonOf(exception) is { } reason and >= 1000 and < 1256 ? reason - 1000 : null;

    // OpenSSL numbers a reason in the lowest twelve bits of its error code, and an alert from the other side by 1000 more than its own number.
    private static int? ReasonOf(Exception exception)
    {
        for (Exception? inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is CryptographicException && inner.Message.StartsWith("error:", StringComparison.Ordinal))
            {
                return inner.HResult & 0xFFF;
            }
        }

        return null;
    }

    private static (string Summary, string Remedy) OfAlert(int alert, TlsArguments tls, bool http2)
    {
        bool hasCertificate = tls.CertFile.Length > 0 || tls.CertPem.Length > 0;
        return alert switch
        {
            ProtocolVersion => Version(tls),
            HandshakeFailure => (
                "the server finds nothing that both sides can do (alert handshake_failure)",
                hasCertificate ? "check its TLS versions and ciphers" : "check its TLS versions and ciphers, and whether it wants a client certificate (cert_file in tls_config)"),
            UnrecognizedName => (
                "the server does not know the name that it was asked for (alert unrecognized_name)",
                "set server_name in tls_config to the name that it serves"),
            NoApplicationProtocol => (
                $"the server speaks none of the protocols that were offered ({(http2 ? "HTTP/2 and HTTP/1.1" : "HTTP/1.1")})",
                http2 ? "is this the right port?" : "if it speaks HTTP/2 only, set enable_http2 = true"),
            CertificateRequired => Wanted(hasCertificate),
            42 or 43 or 44 or 45 or 46 or 48 or 49 or 51 => hasCertificate
                ? ($"the server refused the client certificate (alert {NameOf(alert)})", "check cert_file in tls_config, and which authorities the server takes")
                : Wanted(hasCertificate: false),
            _ => ($"the server broke it off with alert {NameOf(alert)}", "its log may say why"),
        };
    }

    private static (string Summary, string Remedy) Wanted(bool hasCertificate) => (
        "the server wants a client certificate",
        hasCertificate ? "none of the authorities that it takes issued the one in tls_config" : "set cert_file and key_file in tls_config");

    private static (string Summary, string Remedy) Version(TlsArguments tls) => tls.MinVersion switch
    {
        "TLS13" => ("the server does not speak TLS 1.3, and min_version forbids less", "raise the server's version, or lower min_version in tls_config"),
        "TLS10" => ("the server speaks no version of TLS that this machine has", ""),
        "TLS11" => ("the server speaks neither TLS 1.1 nor a later version", "raise the server's version, or set min_version = \"TLS10\" in tls_config"),
        _ => ("the server speaks neither TLS 1.2 nor 1.3, and older versions are off", "raise the server's version, or set min_version = \"TLS10\" or \"TLS11\" in tls_config"),
    };

    private static (string Summary, string Remedy) OfLibrary(Exception exception, TlsArguments tls)
    {
        // The reasons that OpenSSL has for a version that it does not take: unsupported_protocol, wrong_ssl_version, no_protocols_available.
        if (ReasonOf(exception) is 0x102 or 0x10A or 0xBF)
        {
            return Version(tls);
        }

        if (Find<SocketException>(exception) is { } socket)
        {
            return ($"the connection was lost ({socket.Message})", "does it speak TLS on this port?");
        }

        // The framework's words for bytes that are no TLS, and OpenSSL's number: wrong_version_number.
        if (exception.GetBaseException().Message.Contains("frame", StringComparison.OrdinalIgnoreCase) || ReasonOf(exception) is 0x10B)
        {
            return ("what came from the server is no TLS", "it seems to speak plain HTTP on this port: use http in place of https (scheme = \"http\" for a target)");
        }

        if (Find<IOException>(exception) is not null)
        {
            return ("the server closed the connection", "does it speak TLS on this port? If not, use http in place of https (scheme = \"http\" for a target)");
        }

        Exception innermost = exception.GetBaseException();
        string text = innermost.Message[(innermost.Message.LastIndexOf(':') + 1)..].Trim();
        return (exception is AuthenticationException or CryptographicException && text.Length > 0 ? text : innermost.Message, "check the server's TLS settings and tls_config");
    }

    private static string NameOf(int alert) => alert switch
    {
        10 => "unexpected_message",
        42 => "bad_certificate",
        43 => "unsupported_certificate",
        44 => "certificate_revoked",
        45 => "certificate_expired",
        46 => "certificate_unknown",
        47 => "illegal_parameter",
        48 => "unknown_ca",
        49 => "access_denied",
        50 => "decode_error",
        51 => "decrypt_error",
        71 => "insufficient_security",
        80 => "internal_error",
        _ => $"{alert}",
    };

    private static TException? Find<TException>(Exception? exception)
        where TException : Exception
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is TException found)
            {
                return found;
            }
        }

        return null;
    }
}
