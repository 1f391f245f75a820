using System.Net.Security;
using Stoker.Components.Arguments;
using Stoker.Syntax.Values;

namespace Stoker.Http;

/// <summary>The block <c>tls</c> of the block <c>http</c>: TLS of the agent's own server. Immutable.</summary>
public sealed record ServerTlsArguments
{
    public const string NoClientCert = "NoClientCert";
    public const string RequestClientCert = "RequestClientCert";
    public const string RequireAnyClientCert = "RequireAnyClientCert";
    public const string VerifyClientCertIfGiven = "VerifyClientCertIfGiven";
    public const string RequireAndVerifyClientCert = "RequireAndVerifyClientCert";

    /// <summary>The suites that can be named; the first three are those of TLS 1.3.</summary>
    internal static readonly TlsCipherSuite[] KnownSuites =
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
    ];

    private static readonly ArgumentType<string> Version = ArgumentTypes.OneOf("TLS10", "TLS11", "TLS12", "TLS13");

    public string CertPem { get; init; } = "";

    public string CertFile { get; init; } = "";

    public SecretValue KeyPem { get; init; } = ArgumentTypes.Secret.Zero;

    public string KeyFile { get; init; } = "";

    public string ClientCaPem { get; init; } = "";

    public string ClientCaFile { get; init; } = "";

    public string ClientAuthType { get; init; } = NoClientCert;

    public IReadOnlyList<string> CipherSuites { get; init; } = [];

    public IReadOnlyList<string> CurvePreferences { get; init; } = [];

    /// <summary>Empty for TLS 1.2.</summary>
    public string MinVersion { get; init; } = "";

    /// <summary>Empty for the newest that there is.</summary>
    public string MaxVersion { get; init; } = "";

    public WindowsFilterArguments? WindowsFilter { get; init; }

    public static BlockSchema<ServerTlsArguments> Schema { get; } = new BlockSchema<ServerTlsArguments>(new ServerTlsArguments())
        .Optional("cert_pem", ArgumentTypes.String, a => a.CertPem, (a, v) => a with { CertPem = v },
            "PEM text of the server's certificate, intermediate ones after it.")
        .Optional("cert_file", ArgumentTypes.String, a => a.CertFile, (a, v) => a with { CertFile = v },
            "File with the server's certificate, intermediate ones after it.")
        .Optional("key_pem", ArgumentTypes.Secret, a => a.KeyPem, (a, v) => a with { KeyPem = v },
            "PEM text of the server's private key.")
        .Optional("key_file", ArgumentTypes.String, a => a.KeyFile, (a, v) => a with { KeyFile = v },
            "File with the server's private key.")
        .Optional("client_ca_pem", ArgumentTypes.String, a => a.ClientCaPem, (a, v) => a with { ClientCaPem = v },
            "PEM text of the certificates to check clients against.")
        .Optional("client_ca_file", ArgumentTypes.String, a => a.ClientCaFile, (a, v) => a with { ClientCaFile = v },
            "File with the certificates to check clients against.")
        .Optional("client_auth_type",
            ArgumentTypes.OneOf(NoClientCert, RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven, RequireAndVerifyClientCert),
            a => a.ClientAuthType, (a, v) => a with { ClientAuthType = v.Length == 0 ? NoClientCert : v },
            "What is asked of clients.")
        .Optional("cipher_suites", ArgumentTypes.List(ArgumentTypes.OneOf([.. KnownSuites.Select(suite => suite.ToString())])),
            a => a.CipherSuites, (a, v) => a with { CipherSuites = v },
            "The cipher suites to offer.")
        .Optional("curve_preferences", ArgumentTypes.List(ArgumentTypes.OneOf("CurveP256", "CurveP384", "CurveP521", "X25519")),
            a => a.CurvePreferences, (a, v) => a with { CurvePreferences = v },
            "Refused unless empty.")
        .Optional("min_version", Version, a => a.MinVersion, (a, v) => a with { MinVersion = v },
            "The lowest TLS version to accept.", "\"TLS12\"")
        .Optional("max_version", Version, a => a.MaxVersion, (a, v) => a with { MaxVersion = v },
            "The highest TLS version to accept.")
        .Block("windows_certificate_filter", WindowsFilterArguments.Schema, a => a.WindowsFilter, (a, v) => a with { WindowsFilter = v },
            "Refused.");
}
