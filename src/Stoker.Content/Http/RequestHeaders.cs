using Stoker.Http;
using Stoker.Syntax.Values;

namespace Stoker.Content.Http;

/// <summary>Where the <c>headers</c> of the user go, so that what is secret in them does not follow a redirect to another host.</summary>
internal static class RequestHeaders
{
    // Those of which a request has one; the client knows them and treats them with care.
    private static readonly HashSet<string> OfRequest = new(StringComparer.OrdinalIgnoreCase) { "Authorization", "Host", "User-Agent" };

    // They describe a body, and are sent with one only.
    private static readonly HashSet<string> OfBody = new(StringComparer.OrdinalIgnoreCase)
    {
        "Allow", "Content-Disposition", "Content-Language", "Content-Location", "Content-MD5", "Content-Range", "Content-Type", "Expires", "Last-Modified",
    };

    /// <summary>The client whose requests to the configured host carry them.</summary>
    public static HttpClientArguments Add(HttpClientArguments client, IReadOnlyDictionary<string, string> headers)
    {
        var all = new Dictionary<string, IReadOnlyList<SecretValue>>(client.HttpHeaders, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in headers.Where(header => !OfRequest.Contains(header.Key) && !OfBody.Contains(header.Key)))
        {
            all[name] = [new SecretValue(value)];
        }

        return client with { HttpHeaders = all };
    }

    /// <summary>Adds the others to a request that has its body.</summary>
    public static void Add(HttpRequestMessage request, IReadOnlyDictionary<string, string> headers)
    {
        foreach ((string name, string value) in headers)
        {
            if (OfRequest.Contains(name))
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
            else if (OfBody.Contains(name))
            {
                (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, value);
            }
        }
    }
}
