using System.Security.Cryptography;
using System.Text;

namespace Stoker.Http;

/// <summary>The texts of a <c>tls_config</c> block, from its files and from its own arguments; empty where there is none.</summary>
internal sealed record PemTexts(string Ca, string Certificate, string Key)
{
    /// <exception cref="HttpRequestException">A file cannot be read.</exception>
    public static async Task<PemTexts> ReadAsync(TlsArguments arguments, CancellationToken cancellationToken) => new(
        await TextAsync("tls_config ca_file", arguments.CaFile, arguments.CaPem, cancellationToken),
        await TextAsync("tls_config cert_file", arguments.CertFile, arguments.CertPem, cancellationToken),
        await TextAsync("tls_config key_file", arguments.KeyFile, arguments.KeyPem.Content, cancellationToken));

    /// <summary>What tells these texts from others without keeping them.</summary>
    public string Digest() => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{Ca}\0{Certificate}\0{Key}")));

    // What is empty is not opened, because it may be a FIFO.
    private static async Task<string> TextAsync(string argument, string path, string text, CancellationToken cancellationToken) =>
        path.Length == 0 ? text
        : FileStamp.Of(path).IsEmpty ? ""
        : await BoundedFile.ReadAsync($"{argument} \"{path}\"", path, cancellationToken);
}
