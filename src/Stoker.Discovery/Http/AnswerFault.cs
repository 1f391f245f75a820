using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Stoker.Components;

namespace Stoker.Discovery.Http;

/// <summary>Says what is wrong with an answer that is no list of targets, and what to do about it.</summary>
internal static class AnswerFault
{
    private const string IsThisTheUrl = "is this the right URL?";

    /// <summary>
    /// True where the headers are those of a list in JSON, as Prometheus judges them; parameters other than the charset do not count.
    /// </summary>
    public static bool IsListOfTargets(HttpContentHeaders headers) =>
        !IsEncoded(headers)
        && headers.ContentType is { } type
        && "application/json".Equals(type.MediaType, StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is not { } charset || charset.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    /// <summary>What is wrong with headers that are not.</summary>
    public static string OfHeaders(HttpContentHeaders headers, ReadOnlySpan<byte> begin, Func<string, string>? hide)
    {
        if (IsEncoded(headers))
        {
            return $"the answer has the Content-Encoding {Raw(headers, "Content-Encoding")}, although none was asked for";
        }

        string type = Raw(headers, "Content-Type");
        return (type.Length == 0 ? "the answer has no Content-Type" : $"the answer has the Content-Type {type}")
            + $" instead of application/json{Begins(begin, hide)}; {IsThisTheUrl}";
    }

    public static string OfStatus(HttpStatusCode status, ReadOnlySpan<byte> begin, Func<string, string>? hide) =>
        $"the answer has the status {(int)status}{Begins(begin, hide)}; {Remedy((int)status)}";

    // What is to be hidden is hidden before the text is cut.
    private static string Begins(ReadOnlySpan<byte> body, Func<string, string>? hide) =>
        body.IsEmpty ? "" : $" and begins {PrintableBytes.Show(body, hide)}";

    private static bool IsEncoded(HttpContentHeaders headers) =>
        headers.ContentEncoding.Any(encoding => !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase));

    private static string Raw(HttpContentHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out HeaderStringValues values)
            ? PrintableBytes.Show(Encoding.UTF8.GetBytes(values.ToString()))
            : "";

    private static string Remedy(int status) => status switch
    {
        401 or 403 => "check basic_auth, authorization, bearer_token or oauth2",
        407 => "the proxy wants credentials: put them into proxy_url",
        >= 300 and < 400 => "redirects are not followed with follow_redirects = false, or this one leads nowhere",
        429 or 503 => "the source is overloaded or not ready",
        502 or 504 => "a proxy before the source got no answer from it",
        >= 500 => "the source itself has failed; its log should say why",
        _ => $"only 200 with a list of targets is a success: {IsThisTheUrl}",
    };
}
