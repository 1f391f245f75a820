using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Stoker.Http;

/// <summary>
/// TLS of the agent's own server. The files are looked at for each handshake, so that a rotation needs no reload; while they do not read or do
/// not belong together, what was read last stays in use. Safe from several threads.
/// </summary>
public sealed class ServerTls
{
    // As for a client's certificates: neither a time nor a length tells every change, so the content is compared now and then.
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(1);

    private readonly Lock _reading = new();
    private readonly ServerTlsArguments _arguments;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string[] _files;

    // All written while _reading is held.
    private State _state;
    private FileStamp[] _stamps;
    private long _readAt;
    private string _refused = "";

    private ServerTls(ServerTlsArguments arguments, TimeProvider time, ILogger logger)
    {
        _arguments = arguments;
        _time = time;
        _logger = logger;
        _files = [.. new[] { arguments.ClientCaFile, arguments.CertFile, arguments.KeyFile }.Where(file => file.Length > 0)];
        _stamps = Stamps();
        _readAt = time.GetTimestamp();
        _state = Build(ReadTexts());
    }

    /// <exception cref="HttpRequestException">A file cannot be read or does not hold what it should; the message names argument and file.</exception>
    public static ServerTls Open(ServerTlsArguments arguments, TimeProvider time, ILogger logger) => new(arguments, time, logger);

    /// <summary>The options of one handshake, with the newest certificates that can be used.</summary>
    public SslServerAuthenticationOptions CreateOptions()
    {
        State state = Current();
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = state.Identity,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            EnabledSslProtocols = Protocols(),
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (_arguments.CipherSuites.Count > 0 && !OperatingSystem.IsWindows())
        {
            options.CipherSuitesPolicy = new CipherSuitesPolicy(Suites());
        }

        if (ServerTlsRules.Lowest(_arguments) is "TLS10" or "TLS11")
        {
            OldTls.Allow(options);
        }

        if (_arguments.ClientAuthType != ServerTlsArguments.NoClientCert)
        {
            AskClients(options, state.ClientAuthorities);
        }

        return options;
    }

    private void AskClients(SslServerAuthenticationOptions options, X509Certificate2[] authorities)
    {
        options.ClientCertificateRequired = true;

        // A resumed session would pass a client whose certificate an authority that is gone has issued.
        options.AllowTlsResume = false;
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (_arguments.ClientCaFile.Length + _arguments.ClientCaPem.Length > 0)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        options.CertificateChainPolicy = policy;
        string type = _arguments.ClientAuthType;
        options.RemoteCertificateValidationCallback = (_, certificate, _, errors) => type switch
        {
            ServerTlsArguments.RequestClientCert => true,
            ServerTlsArguments.RequireAnyClientCert => certificate is not null,
            ServerTlsArguments.VerifyClientCertIfGiven => certificate is null || errors == SslPolicyErrors.None,
            _ => certificate is not null && errors == SslPolicyErrors.None,
        };
    }

    private SslProtocols Protocols()
    {
        // The two oldest are on only where the file asks for them by name.
#pragma warning disable SYSLIB0039, CA5397, CA5398
        (string Name, SslProtocols Protocol)[] all =
        [
            ("TLS10", SslProtocols.Tls), ("TLS11", SslProtocols.Tls11), ("TLS12", SslProtocols.Tls12), ("TLS13", SslProtocols.Tls13),
        ];
#pragma warning restore SYSLIB0039, CA5397, CA5398
        string highest = _arguments.MaxVersion.Length > 0 ? _arguments.MaxVersion : "TLS13";
        return all
            .Where(version => string.CompareOrdinal(version.Name, ServerTlsRules.Lowest(_arguments)) >= 0 && string.CompareOrdinal(version.Name, highest) <= 0)
            .Aggregate(SslProtocols.None, (sum, version) => sum | version.Protocol);
    }

    private List<TlsCipherSuite> Suites()
    {
        List<TlsCipherSuite> named = [.. ServerTlsArguments.KnownSuites.Where(suite => _arguments.CipherSuites.Contains(suite.ToString()))];
        TlsCipherSuite[] ofTls13 = ServerTlsArguments.KnownSuites[..3];

        // Alloy's list is about TLS 1.2 and leaves those of 1.3 alone; one that names none of them must not switch TLS 1.3 off.
        return named.Exists(ofTls13.Contains) ? named : [.. ofTls13, .. named];
    }

    private State Current()
    {
        lock (_reading)
        {
            FileStamp[] stamps = Stamps();
            if (_files.Length == 0 || (stamps.AsSpan().SequenceEqual(_stamps) && _time.GetElapsedTime(_readAt) < ReadAgainAfter))
            {
                return _state;
            }

            _stamps = stamps;
            _readAt = _time.GetTimestamp();
            try
            {
                PemTexts texts = ReadTexts();
                if (_state.Digest != texts.Digest())
                {
                    _state = Build(texts);
                    Log.ServerCertificatesReplaced(_logger);
                }

                _refused = "";
            }
            catch (HttpRequestException exception)
            {
                if (_refused != exception.Message)
                {
                    _refused = exception.Message;
                    Log.ServerCertificatesRefused(_logger, exception.Message);
                }
            }

            return _state;
        }
    }

    private FileStamp[] Stamps() => [.. _files.Select(FileStamp.Of)];

    private PemTexts ReadTexts() => new(
        Text("client_ca_file", _arguments.ClientCaFile, _arguments.ClientCaPem),
        Text("cert_file", _arguments.CertFile, _arguments.CertPem),
        Text("key_file", _arguments.KeyFile, _arguments.KeyPem.Content));

    private static string Text(string argument, string path, string text) =>
        path.Length == 0 ? text : FileStamp.Of(path).IsEmpty ? "" : BoundedFile.Read($"http tls {argument} \"{path}\"", path);

    private State Build(PemTexts texts)
    {
        X509Certificate2[] authorities = _arguments.ClientCaFile.Length + _arguments.ClientCaPem.Length == 0
            ? []
            : [.. ReadCertificates(Name("client_ca", _arguments.ClientCaFile), texts.Ca)];
        List<X509Certificate2> chain = ReadCertificates(Name("cert", _arguments.CertFile), texts.Certificate);
        try
        {
            X509Certificate2 pair = Certificates.ReadPair(texts.Certificate, texts.Key);
            return new State(SslStreamCertificateContext.Create(pair, [.. chain.Skip(1)], offline: true), authorities, texts.Digest());
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new HttpRequestException($"{Name("key", _arguments.KeyFile)} is not the private key of the server's certificate", exception);
        }
    }

    private static string Name(string argument, string path) => path.Length > 0 ? $"http tls {argument}_file \"{path}\"" : $"http tls {argument}_pem";

    private static List<X509Certificate2> ReadCertificates(string name, string text)
    {
        try
        {
            return Certificates.ReadAll(text);
        }
        catch (CryptographicException exception)
        {
            throw new HttpRequestException($"{name} holds no certificate in PEM form, or not the whole of it", exception);
        }
    }

    /// <summary>One content of the files. Not disposed: handshakes that began with it go on, and the collector takes it after them.</summary>
    private sealed record State(SslStreamCertificateContext Identity, X509Certificate2[] ClientAuthorities, string Digest);
}
