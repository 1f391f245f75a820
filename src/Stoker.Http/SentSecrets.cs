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

    internal static void Keep(HttpRequestMessage request, string? authorization, HttpClientArguments arguments)
    {
        // A header of the request itself is as secret as one of the arguments.
        authorization ??= request.Headers.NonValidated.TryGetValues("Authorization", out var own) ? own.ToString() : null;
        if (authorization is not null || arguments.HttpHeaders.Count > 0)
        {
            IEnumerable<string> headers = arguments.HttpHeaders.Values.SelectMany(values => values.Select(value => value.Content));
            request.Options.Set(Key, new SentSecrets(authorization is null ? headers : headers.Concat(SecretsIn(authorization))));
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
