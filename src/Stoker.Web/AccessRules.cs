using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Stoker.Web;

/// <summary>
/// Who may ask for what: one name and password, for every path or for some. Immutable and safe from several threads. It keeps no password, only
/// a hash of it.
/// </summary>
public sealed class AccessRules
{
    private readonly byte[] _expected;
    private readonly string[]? _paths;
    private readonly bool _protectsMatches;

    /// <param name="paths">Beginnings of paths; null where every path is protected.</param>
    /// <param name="protectsMatches">True where those paths are protected, false where all others are.</param>
    public AccessRules(string username, string password, IReadOnlyList<string>? paths, bool protectsMatches)
    {
        _expected = SHA256.HashData(Encoding.UTF8.GetBytes($"{username}:{password}"));
        _protectsMatches = protectsMatches;
        _paths = paths is null ? null : [.. protectsMatches ? paths.Select(Simplify) : paths];
    }

    /// <param name="path">The path that routing sees: decoded once, without dot segments.</param>
    public bool Protects(string path)
    {
        if (_paths is null)
        {
            return true;
        }

        if (!_protectsMatches)
        {
            // Exactly as written: a spelling that does not match is asked for a password, which harms nobody.
            return !Array.Exists(_paths, prefix => path.StartsWith(prefix, StringComparison.Ordinal));
        }

        // Routing looks at neither case nor a slash at the end, and identifiers may hold escaped slashes: whatever leads to what is
        // protected must match.
        string simple = Simplify(path);
        return Array.Exists(_paths, prefix => simple.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            || string.Equals(simple + "/", prefix, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>True where the <c>Authorization</c> header holds the name and the password. Takes the same time for every wrong password.</summary>
    public bool Accepts(string? authorization)
    {
        const string scheme = "Basic ";
        if (authorization is null || !authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        string encoded = authorization[scheme.Length..].Trim();
        byte[] decoded = ArrayPool<byte>.Shared.Rent(encoded.Length);
        try
        {
            return Convert.TryFromBase64String(encoded, decoded, out int length)
                && CryptographicOperations.FixedTimeEquals(SHA256.HashData(decoded.AsSpan(0, length)), _expected);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(decoded, clearArray: true);
        }
    }

    private static string Simplify(string path)
    {
        string text = Uri.UnescapeDataString(path);
        var simple = new StringBuilder(text.Length);
        foreach (char character in text)
        {
            if (character != '/' || simple.Length == 0 || simple[^1] != '/')
            {
                simple.Append(character);
            }
        }

        return simple.ToString();
    }
}
