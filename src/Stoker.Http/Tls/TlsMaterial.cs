using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stoker.Http;

/// <summary>
/// The certificates of a <c>tls_config</c> block as they were when they were read, made into the options of connections. Dispose it after
/// the connections that use it. Safe from several threads.
/// </summary>
internal sealed class TlsMaterial : IDisposable
{
    private readonly List<X509Certificate2> _certificates = [];
    private readonly X509ChainPolicy _policy;
    private SslStreamCertificateContext? _identity;

    private TlsMaterial(TlsArguments arguments)
    {
        Arguments = arguments;

        // A server may name a place to fetch certificates from; what is not at hand is not fetched from places that a stranger names.
        _policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
    }

    public TlsArguments Arguments { get; }

    /// <summary>What holds where there is no block: the system's authorities and no certificate of our own.</summary>
    public static TlsMaterial CreateDefault() => Create(new TlsArguments(), new PemTexts("", "", ""));

    /// <exception cref="HttpRequestException">A text does not hold what it should.</exception>
    public static TlsMaterial Create(TlsArguments arguments, PemTexts texts)
    {
        var material = new TlsMaterial(arguments);
        try
        {
            material.Trust(texts.Ca);
            material.Identify(texts.Certificate, texts.Key);
            return material;
        }
        catch
        {
            material.Dispose();
            throw;
        }
    }

    /// <summary>The options of one handshake.</summary>
    /// <param name="host">The name to ask for and to check the certificate against.</param>
    /// <param name="peer">How messages name the other side.</param>
    public SslClientAuthenticationOptions CreateOptions(string host, string peer, List<SslApplicationProtocol>? protocols)
    {
        SslClientAuthenticationOptions options = CreateCommonOptions();
        options.ApplicationProtocols = protocols;
        options.TargetHost = host;
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Accept(certificate, chain, errors, host, peer);
        return options;
    }

    /// <summary>
    /// For handshakes that the handler makes itself, which are those behind a SOCKS proxy: it asks for the URL's host, so that server_name
    /// can only be what the certificate is checked against.
    /// </summary>
    public SslClientAuthenticationOptions CreateHandlerOptions()
    {
        SslClientAuthenticationOptions options = CreateCommonOptions();
        options.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
        {
            string host = ((SslStream)sender).TargetHostName;
            if (Arguments.ServerName is { Length: > 0 } name && certificate is X509Certificate2 known)
            {
                bool matches = known.MatchesHostname(name);
                errors = matches ? errors & ~SslPolicyErrors.RemoteCertificateNameMismatch : errors | SslPolicyErrors.RemoteCertificateNameMismatch;
                return Accept(certificate, chain, errors, name, host);
            }

            return Accept(certificate, chain, errors, host, host);
        };
        return options;
    }

    public void Dispose()
    {
        foreach (X509Certificate2 certificate in _certificates)
        {
            certificate.Dispose();
        }
    }

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

    private SslClientAuthenticationOptions CreateCommonOptions()
    {
        var options = new SslClientAuthenticationOptions
        {
            // A policy of its own for each, because the handshake adds the server's certificates to it.
            CertificateChainPolicy = _policy.Clone(),
            ClientCertificateContext = _identity,
            EnabledSslProtocols = Protocols(Arguments.MinVersion),
        };
        if (Arguments.MinVersion is "TLS10" or "TLS11")
        {
            OldTls.Allow(options);
        }

        return options;
    }

    private bool Accept(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string host, string peer)
    {
        if (errors == SslPolicyErrors.None || Arguments.InsecureSkipVerify)
        {
            return true;
        }

        // Not false, because then all that is known is that this method said no.
        (string summary, string remedy) = CertificateFault.Describe(certificate as X509Certificate2, chain, errors, host, Arguments);
        throw new ConnectionException(HttpRequestError.SecureConnectionError, $"the TLS handshake with {peer} failed: {summary}", remedy);
    }

    private void Trust(string ca)
    {
        // By the argument and not by the text, because an empty file must not mean the system's authorities.
        if (Arguments.CaFile.Length == 0 && ca.Length == 0)
        {
            return;
        }

        _policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        foreach (X509Certificate2 certificate in ReadCertificates("tls_config ca_file", Arguments.CaFile, ca))
        {
            _policy.CustomTrustStore.Add(certificate);
        }
    }

    private void Identify(string certificate, string key)
    {
        if (Arguments.CertFile.Length == 0 && certificate.Length == 0)
        {
            return;
        }

        List<X509Certificate2> chain = ReadCertificates("tls_config cert_file", Arguments.CertFile, certificate);
        X509Certificate2 pair;
        try
        {
            pair = Certificates.ReadPair(certificate, key);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new HttpRequestException($"{Source("tls_config key_file", Arguments.KeyFile)} is not the private key of the client certificate", exception);
        }

        _certificates.Add(pair);
        _identity = SslStreamCertificateContext.Create(pair, [.. chain.Skip(1)], offline: true);
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
            throw new HttpRequestException($"{Source(argument, path)} holds no certificate in PEM form, or not the whole of it", exception);
        }
    }

    private static string Source(string argument, string path) =>
        path.Length > 0 ? $"{argument} \"{path}\"" : argument.Replace("_file", "_pem", StringComparison.Ordinal);
}
