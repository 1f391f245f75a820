using Stoker.Components.Arguments;
using Stoker.Syntax.Values;

namespace Stoker.Http;

/// <summary>The block <c>tls_config</c>.</summary>
public sealed record TlsArguments
{
    public const string BlockName = "tls_config";

    public string CaPem { get; init; } = "";

    public string CaFile { get; init; } = "";

    public string CertPem { get; init; } = "";

    public string CertFile { get; init; } = "";

    public SecretValue KeyPem { get; init; } = ArgumentTypes.Secret.Zero;

    public string KeyFile { get; init; } = "";

    public bool InsecureSkipVerify { get; init; }

    /// <summary>One of TLS10, TLS11, TLS12 and TLS13; empty for TLS 1.2.</summary>
    public string MinVersion { get; init; } = "";

    public string ServerName { get; init; } = "";

    public static BlockSchema<TlsArguments> Schema { get; } = new BlockSchema<TlsArguments>(new TlsArguments())
        .Optional("ca_pem", ArgumentTypes.String, a => a.CaPem, (a, v) => a with { CaPem = v },
            "PEM text of the certificates to check the server against, in place of the system's.")
        .Optional("ca_file", ArgumentTypes.String, a => a.CaFile, (a, v) => a with { CaFile = v },
            "File with the certificates to check the server against, in place of the system's.")
        .Optional("cert_pem", ArgumentTypes.String, a => a.CertPem, (a, v) => a with { CertPem = v },
            "PEM text of the client's certificate, intermediate ones after it.")
        .Optional("cert_file", ArgumentTypes.String, a => a.CertFile, (a, v) => a with { CertFile = v },
            "File with the client's certificate, intermediate ones after it.")
        .Optional("insecure_skip_verify", ArgumentTypes.Bool, a => a.InsecureSkipVerify, (a, v) => a with { InsecureSkipVerify = v },
            "Accepts any server certificate.")
        .Optional("key_file", ArgumentTypes.String, a => a.KeyFile, (a, v) => a with { KeyFile = v },
            "File with the client's private key.")
        .Optional("key_pem", ArgumentTypes.Secret, a => a.KeyPem, (a, v) => a with { KeyPem = v },
            "PEM text of the client's private key.")
        .Optional("min_version", ArgumentTypes.OneOf("TLS10", "TLS11", "TLS12", "TLS13"), a => a.MinVersion, (a, v) => a with { MinVersion = v },
            "The lowest TLS version to accept.", "\"TLS12\"")
        .Optional("server_name", ArgumentTypes.String, a => a.ServerName, (a, v) => a with { ServerName = v },
            "The name to ask for and to check the certificate against, in place of the URL's host.");
}
