using System.Security.Cryptography.X509Certificates;

namespace Stoker.Http.Tests;

internal static class CertificateText
{
    public static string KeyPem(this X509Certificate2 certificate) => Authority.KeyPem(certificate);
}
