using Stoker.Http;
using Stoker.Syntax.Values;

namespace Stoker.Delivery.Write;

/// <summary>The URL of an endpoint: absolute, http or https. A password in it is used and never shown.</summary>
internal sealed class EndpointUrl() : HttpUrlArgument("the endpoint needs the URL of a Pyroscope", "http://pyroscope:4040", "pushed to")
{
    public static EndpointUrl Type { get; } = new();

    public static string Redact(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) || parsed.UserInfo.Length == 0)
        {
            return url;
        }

        int scheme = url.IndexOf("://", StringComparison.Ordinal) + 3;
        int at = url.LastIndexOf('@', AuthorityEnd(url, scheme));
        string user = parsed.UserInfo.Split(':')[0];
        return $"{url[..scheme]}{user}:(secret){url[at..]}";
    }

    public override Value ToValue(string item) => new StringValue(Redact(item));

    protected override string? FaultOf(Uri url) => url.Fragment.Length > 0 ? "has a fragment (#...), which no server would see; leave it out" : null;

    private static int AuthorityEnd(string url, int scheme)
    {
        int end = url.IndexOfAny(['/', '?', '#'], scheme);
        return end < 0 ? url.Length - 1 : end;
    }
}
