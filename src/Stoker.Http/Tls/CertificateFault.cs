using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stoker.Http;

/// <summary>
/// Says why a server's certificate was not accepted: each reason in words of its own, the worst first. What stands in a certificate comes from outside, so it
/// is shown short and without control characters.
/// </summary>
internal static class CertificateFault
{
    private const int MaxNames = 5;
    private const int MaxLength = 100;

    /// <param name="host">What the certificate should be for.</param>
    public static (string Summary, string Remedy) Describe(
        X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, string host, TlsArguments tls)
    {
        if (certificate is null)
        {
            return ("the server sent no certificate", "is this the right port?");
        }

        var faults = new List<(string Summary, string Remedy)>();
        X509ChainElement[] elements = [.. chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>()];
        X509ChainStatusFlags flags = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        if (flags.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            faults.Add(OutOfTime(certificate, elements));
        }

        if ((flags & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
        {
            faults.Add(Untrusted(certificate, elements, flags, tls));
        }

        if (flags.HasFlag(X509ChainStatusFlags.NotValidForUsage))
        {
            faults.Add(("it is not meant for servers (its extended key usage says so)", "give the server a certificate with the usage serverAuth"));
        }

        const X509ChainStatusFlags named = X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.UntrustedRoot
            | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotValidForUsage;
        faults.AddRange((chain?.ChainStatus ?? [])
            .Where(status => (status.Status & ~named) != 0)
            .Select(status => (Shown(status.StatusInformation.Length > 0 ? status.StatusInformation : status.Status.ToString()), "")));
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            faults.Add((
                $"it is for {Names(certificate)} and not for \"{Shown(host)}\"",
                tls.ServerName.Length > 0 ? "correct server_name in tls_config" : "is this the right host? If it is, set server_name in tls_config to a name of the certificate"));
        }

        return faults.Count == 0
            ? ("the certificate was not accepted", "check it and tls_config")
            : ("the server's certificate was refused: " + string.Join("; ", faults.Select(fault => fault.Summary).Distinct()),
                faults.Select(fault => fault.Remedy).FirstOrDefault(remedy => remedy.Length > 0) ?? "");
    }

    private static (string Summary, string Remedy) OutOfTime(X509Certificate2 certificate, X509ChainElement[] elements)
    {
        X509Certificate2 guilty = elements.FirstOrDefault(element =>
            element.ChainElementStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)))?.Certificate ?? certificate;
        string what = guilty.Thumbprint == certificate.Thumbprint ? "it" : $"the certificate of its issuer \"{Shown(guilty.Subject)}\"";

        // Not the component's clock, because the chain was built with that of the machine.
        bool expired = guilty.NotAfter.ToUniversalTime() < TimeProvider.System.GetUtcNow().UtcDateTime;
        return expired
            ? ($"{what} expired on {Day(guilty.NotAfter)}", "renew it")
            : ($"{what} is not valid before {Day(guilty.NotBefore)}", "check the clocks of this machine and of the one that issued it");
    }

    private static (string Summary, string Remedy) Untrusted(
        X509Certificate2 certificate, X509ChainElement[] elements, X509ChainStatusFlags flags, TlsArguments tls)
    {
        bool ownCa = tls.CaFile.Length > 0 || tls.CaPem.Length > 0;
        string trust = ownCa ? "ca_file or ca_pem has" : "this machine trusts";
        string remedy = ownCa ? "add {0} to ca_file or ca_pem in tls_config" : "set ca_file or ca_pem in tls_config to {0}";
        if (certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData))
        {
            return ($"it is self-signed and none that {trust}", string.Format(CultureInfo.InvariantCulture, remedy, "this certificate"));
        }

        X509Certificate2 last = elements.Length > 0 ? elements[^1].Certificate : certificate;
        string authority = flags.HasFlag(X509ChainStatusFlags.UntrustedRoot) ? last.Subject : last.Issuer;
        return (
            $"its issuer \"{Shown(authority)}\" is none that {trust}",
            string.Format(CultureInfo.InvariantCulture, remedy, "the issuer's certificate"));
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = new List<string>();
        try
        {
            foreach (X509SubjectAlternativeNameExtension extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
            {
                names.AddRange(extension.EnumerateDnsNames().Select(name => $"\"{Shown(name)}\""));
                names.AddRange(extension.EnumerateIPAddresses().Select((IPAddress address) => $"\"{address}\""));
            }
        }
        catch (CryptographicException)
        {
            // What cannot be read names nobody.
        }

        return names.Count switch
        {
            0 => $"no host at all (subject \"{Shown(certificate.Subject)}\")",
            > MaxNames => string.Join(", ", names.Take(MaxNames)) + $" and {names.Count - MaxNames} more",
            _ => string.Join(", ", names),
        };
    }

    private static string Day(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Shown(string text)
    {
        string clean = string.Concat(text.Where(c => !char.IsControl(c)).Take(MaxLength + 1));
        return clean.Length > MaxLength ? clean[..MaxLength] + "…" : clean;
    }
}
