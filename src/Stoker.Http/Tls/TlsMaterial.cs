using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stoker.Http;

/// <summary>
/// The certificates of a <c>tls_config</c> block as they were when they were read, made into the options of a connection. Dispose it after the
/// connections that use it.
/// </summary>
internal sealed class TlsMaterial : IDisposable
{
    private readonly List<X509Certificate2> _certificates = [];

    private TlsMaterial(SslClientAuthenticationOptions options) => Options = options;

    public SslClientAuthenticationOptions Options { get; }

    /// <exception cref="HttpRequestException">A file cannot be read or does not hold what it should.</exception>
    public static async Task<TlsMaterial> ReadAsync(TlsArguments arguments, CancellationToken cancellationToken)
    {
        string ca = await TextAsync("tls_config ca_file", arguments.CaFile, arguments.CaPem, cancellationToken);
        string certificate = await TextAsync("tls_config cert_file", arguments.CertFile, arguments.CertPem, cancellationToken);
        string key = await TextAsync("tls_config key_file", arguments.KeyFile, arguments.KeyPem.Content, cancellationToken);
        var material = new TlsMaterial(new SslClientAuthenticationOptions { EnabledSslProtocols = Protocols(arguments.MinVersion) });
        try
        {
            material.Trust(arguments, ca);
            material.Identify(arguments, certificate, key);
            return material;
        }
        catch
        {
            material.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (X509Certificate2 certificate in _certificates)
        {
            certificate.Dispose();
        }
    }

    private static async Task<string> TextAsync(string argument, string path, string text, CancellationToken cancellationToken) =>
        path.Length > 0 ? await BoundedFile.ReadAsync(argument, path, cancellationToken) : text;

    private static SslProtocols Protocols(string minVersion)
    {
        // The two oldest are on only where the file asks for them by name.
#pragma warning disable SYSLIB0039, CA5397
        SslProtocols old = minVersion switch
        {
            "TLS10" => SslProtocols.Tls | SslProtocols.Tls11,
            "TLS11" => SslProtocols.Tls11,
            _ => SslProtocols.None,
        };
#pragma warning restore SYSLIB0039, CA5397
        return minVersion == "TLS13" ? SslProtocols.Tls13 : old | SslProtocols.Tls12 | SslProtocols.Tls13;
    }

    private void Trust(TlsArguments arguments, string ca)
    {
        if (arguments.InsecureSkipVerify)
        {
            // The user has asked for it in so many words.
#pragma warning disable CA5359
            Options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
            return;
        }

        if (ca.Length == 0)
        {
            return;
        }

        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        foreach (X509Certificate2 certificate in ReadCertificates("tls_config ca_file", arguments.CaFile, ca))
        {
            policy.CustomTrustStore.Add(certificate);
        }

        Options.CertificateChainPolicy = policy;
    }

    private void Identify(TlsArguments arguments, string certificate, string key)
    {
        if (certificate.Length == 0)
        {
            return;
        }

        List<X509Certificate2> chain = ReadCertificates("tls_config cert_file", arguments.CertFile, certificate);
        X509Certificate2 pair;
        try
        {
            pair = Certificates.ReadPair(certificate, key);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new HttpRequestException($"{Source("tls_config key_file", arguments.KeyFile)} is not the private key of the client certificate", exception);
        }

        _certificates.Add(pair);
        Options.ClientCertificateContext = SslStreamCertificateContext.Create(pair, [.. chain.Skip(1)], offline: true);
    }

    private List<X509Certificate2> ReadCertificates(string argument, string path, string text)
    {
        try
        {
            List<X509Certificate2> certificates = Certificates.ReadAll(text);
            _certificates.AddRange(certificates);
            return certificates;
        }
        catch (CryptographicException exception)
        {
            throw new HttpRequestException($"{Source(argument, path)} holds no certificate in PEM form", exception);
        }
    }

    private static string Source(string argument, string path) =>
        path.Length > 0 ? $"{argument} \"{path}\"" : argument.Replace("_file", "_pem", StringComparison.Ordinal);
}
