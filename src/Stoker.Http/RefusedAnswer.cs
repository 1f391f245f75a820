using System.Net;
using System.Net.Http.Headers;
using Stoker.Components;

namespace Stoker.Http;

/// <summary>Says what is wrong with an answer that cannot be used, and what to do about it.</summary>
public static class RefusedAnswer
{
    /// <param name="wanted">What a good answer has, such as <c>a list of targets</c>.</param>
    /// <param name="hide">Takes out what must not be shown (<see cref="SentSecrets"/>).</param>
    public static string OfStatus(HttpStatusCode status, ReadOnlySpan<byte> begin, Func<string, string>? hide, string wanted) =>
        $"the answer has the status {(int)status}{Begins(begin, hide)}; {Remedy((int)status, wanted)}";

    /// <summary>The beginning of the body as an addition to a sentence. What is to be hidden is hidden before the text is cut.</summary>
    public static string Begins(ReadOnlySpan<byte> body, Func<string, string>? hide) =>
        body.IsEmpty ? "" : $" and begins {PrintableBytes.Show(body, hide)}";

    /// <summary>True for a body that is compressed, say, although nothing of the kind was asked for.</summary>
    public static bool IsEncoded(HttpContentHeaders headers) =>
        headers.ContentEncoding.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase));

    private static string Remedy(int status, string wanted) => status switch
    {
        401 or 403 => "check basic_auth, authorization, bearer_token or oauth2",
        407 => "the proxy wants credentials: put them into proxy_url",
        >= 300 and < 400 => "redirects are not followed with follow_redirects = false, or this one leads nowhere",
        429 or 503 => "the source is overloaded or not ready",
        502 or 504 => "a proxy before the source got no answer from it",
        >= 500 => "the source itself has failed; its log should say why",
        _ => $"only 200 with {wanted} is a success: is this the right URL?",
    };
}
