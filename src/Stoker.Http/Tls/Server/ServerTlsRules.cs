using Stoker.Components.Arguments;

namespace Stoker.Http;

/// <summary>What the <c>tls</c> block of the agent's own server must satisfy. Files are read later.</summary>
public static class ServerTlsRules
{
    private static readonly string[] Versions = ["TLS10", "TLS11", "TLS12", "TLS13"];

    /// <param name="block">The path of the block as seen from the context.</param>
    public static void Check(ServerTlsArguments tls, string block, ValidationContext context)
    {
        if (tls.WindowsFilter is not null || context.IsSet($"{block}/windows_certificate_filter"))
        {
            context.Error($"{block}/windows_certificate_filter",
                "Stoker does not read the Windows certificate store: name the certificate with cert_file and key_file");
        }
        else
        {
            RequireOne("cert_pem", tls.CertPem, "cert_file", tls.CertFile, "the server's certificate", block, context);
            RequireOne("key_pem", tls.KeyPem.Content, "key_file", tls.KeyFile, "the server's private key", block, context);
        }

        HttpClientRules.Exclusive(block, "cert_pem", tls.CertPem, "cert_file", tls.CertFile, context);
        HttpClientRules.Exclusive(block, "key_pem", tls.KeyPem.Content, "key_file", tls.KeyFile, context);
        HttpClientRules.Exclusive(block, "client_ca_pem", tls.ClientCaPem, "client_ca_file", tls.ClientCaFile, context);

        // The same rules of PEM as a client's block has.
        var texts = new TlsArguments { CertPem = tls.CertPem, KeyPem = tls.KeyPem };
        TlsRules.CheckPem(texts, block, context);
        if (tls.ClientCaPem.Length > 0 && !TlsRules.HoldsCertificates(tls.ClientCaPem))
        {
            context.Error($"{block}/client_ca_pem", "client_ca_pem holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
        }

        CheckClients(tls, block, context);
        CheckWhatThePlatformCan(tls, block, context);
    }

    private static void CheckClients(ServerTlsArguments tls, string block, ValidationContext context)
    {
        if (tls.ClientAuthType != ServerTlsArguments.NoClientCert || context.IsBroken($"{block}/client_auth_type"))
        {
            return;
        }

        foreach ((string name, string value) in new[] { ("client_ca_pem", tls.ClientCaPem), ("client_ca_file", tls.ClientCaFile) })
        {
            if (value.Length > 0)
            {
                context.Error($"{block}/{name}",
                    $"{name} needs a client_auth_type other than NoClientCert, which asks no client for a certificate: set \"RequireAndVerifyClientCert\"");
            }
        }
    }

    private static void CheckWhatThePlatformCan(ServerTlsArguments tls, string block, ValidationContext context)
    {
        if (tls.CurvePreferences.Count > 0)
        {
            context.Error($"{block}/curve_preferences",
                "Stoker cannot choose the curves of its server, .NET leaves them to OpenSSL: take curve_preferences out and set Groups in openssl.cnf");
        }

        if (tls.CipherSuites.Contains(""))
        {
            context.Error($"{block}/cipher_suites", "cipher_suites holds an empty name");
        }

        if (tls.CipherSuites.Count > 0 && OperatingSystem.IsWindows())
        {
            context.Error($"{block}/cipher_suites", "on Windows the cipher suites are the system's: take cipher_suites out and set them by group policy");
        }

        bool broken = context.IsBroken($"{block}/min_version") || context.IsBroken($"{block}/max_version");
        if (!broken && tls.MaxVersion.Length > 0 && Array.IndexOf(Versions, tls.MaxVersion) < Array.IndexOf(Versions, Lowest(tls)))
        {
            context.Error($"{block}/max_version", tls.MinVersion.Length > 0
                ? $"max_version {tls.MaxVersion} is below min_version {tls.MinVersion}, so that no version is left"
                : $"max_version {tls.MaxVersion} is below TLS12, which min_version is by default, so that no version is left: set min_version too");
        }
    }

    internal static string Lowest(ServerTlsArguments tls) => tls.MinVersion.Length > 0 ? tls.MinVersion : "TLS12";

    private static void RequireOne(
        string pem, string pemValue, string file, string fileValue, string what, string block, ValidationContext context)
    {
        if (pemValue.Length == 0 && fileValue.Length == 0 && !context.IsBroken($"{block}/{pem}") && !context.IsBroken($"{block}/{file}"))
        {
            context.Error(block, $"tls needs {what}: set {file} or {pem}");
        }
    }
}
