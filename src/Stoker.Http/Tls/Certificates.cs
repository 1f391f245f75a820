using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stoker.Http;

/// <summary>Reads PEM text. What it returns belongs to the caller.</summary>
internal static class Certificates
{
    /// <summary>Every certificate of the text, at least one.</summary>
    /// <exception cref="CryptographicException">The text holds no certificate, or a broken one, or ends in the middle of one.</exception>
    public static List<X509Certificate2> ReadAll(string pem)
    {
        // Of a file that is still being written, the reader below would take what is whole and be content.
        if (pem.Split("-----BEGIN ").Length != pem.Split("-----END ").Length)
        {
            throw new CryptographicException("The text ends in the middle of a certificate.");
        }

        var collection = new X509Certificate2Collection();
        collection.ImportFromPem(pem);
        return collection.Count > 0 ? [.. collection] : throw new CryptographicException("The text holds no certificate.");
    }

    /// <summary>The first certificate of the text with its private key.</summary>
    /// <exception cref="CryptographicException">One of them cannot be read, or they do not belong together.</exception>
    public static X509Certificate2 ReadPair(string certificatePem, string keyPem)
    {
        X509Certificate2 certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        // The TLS of Windows cannot use a key that lives in memory only.
        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
        }
    }

    public static bool HoldsPrivateKey(string pem)
    {
        ReadOnlySpan<char> rest = pem;
        while (PemEncoding.TryFind(rest, out PemFields fields))
        {
            if (rest[fields.Label].EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            {
                return true;
            }

            rest = rest[fields.Location.End..];
        }

        return false;
    }
}
