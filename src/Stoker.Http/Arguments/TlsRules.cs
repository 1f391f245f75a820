using System.Security.Cryptography;
using Stoker.Components.Arguments;

namespace Stoker.Http;

/// <summary>What a <c>tls_config</c> block must satisfy. Text is read here, files only when a connection is made.</summary>
internal static class TlsRules
{
    public static void Check(TlsArguments tls, string block, ValidationContext context)
    {
        string key = tls.KeyPem.Content;
        HttpClientRules.Exclusive(block, "ca_pem", tls.CaPem, "ca_file", tls.CaFile, context);
        HttpClientRules.Exclusive(block, "cert_pem", tls.CertPem, "cert_file", tls.CertFile, context);
        HttpClientRules.Exclusive(block, "key_pem", key, "key_file", tls.KeyFile, context);

        bool hasCertificate = tls.CertPem.Length > 0 || tls.CertFile.Length > 0;
        bool hasKey = key.Length > 0 || tls.KeyFile.Length > 0;
        if (hasCertificate && !hasKey)
        {
            string written = tls.CertPem.Length > 0 ? "cert_pem" : "cert_file";
            context.Error($"{block}/{written}", $"{written} needs the private key too: add key_pem or key_file");
        }
        else if (hasKey && !hasCertificate)
        {
            string written = key.Length > 0 ? "key_pem" : "key_file";
            context.Error($"{block}/{written}", $"{written} needs the certificate too: add cert_pem or cert_file");
        }

        CheckPem(tls, block, context);
    }

    // The exceptions' own words are left out: they say little, and the text may be a private key.
    internal static void CheckPem(TlsArguments tls, string block, ValidationContext context)
    {
        bool certificateReads = true;
        if (tls.CaPem.Length > 0 && !Reads(() => Certificates.ReadAll(tls.CaPem).ForEach(certificate => certificate.Dispose())))
        {
            context.Error($"{block}/ca_pem", "ca_pem holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
        }

        if (tls.CertPem.Length > 0 && !Reads(() => Certificates.ReadAll(tls.CertPem).ForEach(certificate => certificate.Dispose())))
        {
            certificateReads = false;
            context.Error($"{block}/cert_pem", "cert_pem holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
        }

        string key = tls.KeyPem.Content;
        if (key.Length == 0)
        {
            return;
        }

        if (key.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            context.Error($"{block}/key_pem", "key_pem is encrypted; a private key without a passphrase is needed");
        }
        else if (!Certificates.HoldsPrivateKey(key))
        {
            context.Error($"{block}/key_pem", "key_pem holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)");
        }
        else if (tls.CertPem.Length > 0 && certificateReads && !Reads(() => Certificates.ReadPair(tls.CertPem, key).Dispose()))
        {
            context.Error($"{block}/key_pem", "key_pem is not the private key of the certificate in cert_pem");
        }
    }

    internal static bool HoldsCertificates(string pem) => Reads(() => Certificates.ReadAll(pem).ForEach(certificate => certificate.Dispose()));

    private static bool Reads(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}
