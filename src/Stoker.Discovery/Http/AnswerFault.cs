using System.Net.Http.Headers;
using System.Text;
using Stoker.Components;
using Stoker.Http;

namespace Stoker.Discovery.Http;

/// <summary>Says what is wrong with an answer that is no list of targets, and what to do about it.</summary>
internal static class AnswerFault
{
    private const string IsThisTheUrl = "is this the right URL?";

    /// <summary>
    /// True where the headers are those of a list in JSON, as Prometheus judges them; parameters other than the charset do not count.
    /// </summary>
    public static bool IsListOfTargets(HttpContentHeaders headers) =>
        !RefusedAnswer.IsEncoded(headers)
        && headers.ContentType is { } type
        && "application/json".Equals(type.MediaType, StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is not { } charset || charset.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    /// <summary>What is wrong with headers that are not.</summary>
    public static string OfHeaders(HttpContentHeaders headers, ReadOnlySpan<byte> begin, Func<string, string>? hide)
    {
        if (RefusedAnswer.IsEncoded(headers))
        {
            return $"the answer has the Content-Encoding {Raw(headers, "Content-Encoding")}, although none was asked for";
        }

        string type = Raw(headers, "Content-Type");
        return (type.Length == 0 ? "the answer has no Content-Type" : $"the answer has the Content-Type {type}")
            + $" instead of application/json{RefusedAnswer.Begins(begin, hide)}; {IsThisTheUrl}";
    }

    private static string Raw(HttpContentHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out HeaderStringValues values)
            ? PrintableBytes.Show(Encoding.UTF8.GetBytes(values.ToString()))
            : "";
}
