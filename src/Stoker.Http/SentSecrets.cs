using System.Net.Http.Headers;
using System.Text;

namespace Stoker.Http;

/// <summary>
/// What was secret in a request, for whoever shows the answer: echo servers and debug pages repeat the headers that they were sent. Immutable and safe
/// from several threads.
/// </summary>
public sealed class SentSecrets
{
    // A shorter text is no secret, and hiding it would tear other words apart.
    private const int Shortest = 4;

    private const string Shown = "(secret)";

    // Parts of the names of headers whose values are not for everybody.
    private static readonly string[] SecretNames = ["auth", "cookie", "credential", "key", "password", "secret", "token"];

    private static readonly HttpRequestOptionsKey<SentSecrets> Key = new("Stoker.SentSecrets");

    private readonly string[] _secrets;

    // The longest first, so that none hides only a part of another.
    private SentSecrets(IEnumerable<string> secrets) =>
        _secrets = [.. secrets.Where(secret => secret.Length >= Shortest).OrderByDescending(secret => secret.Length)];

    /// <summary>What went with a request that has been sent; null where nothing was secret.</summary>
    public static SentSecrets? Of(HttpRequestMessage request) => request.Options.TryGetValue(Key, out SentSecrets? secrets) ? secrets : null;

    /// <summary>The text without what was sent, also where its end cuts a secret short.</summary>
    public string Hide(string text)
    {
        foreach (string secret in _secrets)
        {
            text = text.Replace(secret, Shown, StringComparison.Ordinal);
            for (int length = Math.Min(secret.Length - 1, text.Length); length >= Shortest; length--)
            {
                if (text.AsSpan().EndsWith(secret.AsSpan(0, length)))
                {
                    text = string.Concat(text.AsSpan(0, text.Length - length), Shown);
                    break;
                }
            }
        }

        return text;
    }

    /// <summary>Adds to what is known of the request; what an earlier attempt carried stays known.</summary>
    /// <param name="authorizations">The values of Authorization and Proxy-Authorization; null where there are none.</param>
    internal static void Keep(HttpRequestMessage request, HttpClientArguments arguments, params ReadOnlySpan<string?> authorizations)
    {
        var secrets = new HashSet<string>(Of(request)?._secrets ?? [], StringComparer.Ordinal);
        secrets.UnionWith(arguments.HttpHeaders.Values.SelectMany(values => values.Select(value => value.Content)));
        foreach (string? authorization in authorizations)
        {
            secrets.UnionWith(authorization is null ? [] : SecretsIn(authorization));
        }

        // Headers of the request itself by their names: a tenant's, say, is no secret, and messages need it.
        foreach ((string name, HeaderStringValues values) in request.Headers.NonValidated)
        {
            if (SecretNames.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase)))
            {
                secrets.UnionWith(values.SelectMany(SecretsIn).Concat(values));
            }
        }

        if (secrets.Count > 0)
        {
            request.Options.Set(Key, new SentSecrets(secrets));
        }
    }

    private static IEnumerable<string> SecretsIn(string authorization)
    {
        string credential = authorization[(authorization.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        yield return credential;
        Span<byte> bytes = new byte[credential.Length];
        if (authorization.StartsWith("Basic ", StringComparison.Ordinal) && Convert.TryFromBase64String(credential, bytes, out int length))
        {
            string both = Encoding.UTF8.GetString(bytes[..length]);
            yield return both[(both.IndexOf(':', StringComparison.Ordinal) + 1)..];
        }
    }
}
