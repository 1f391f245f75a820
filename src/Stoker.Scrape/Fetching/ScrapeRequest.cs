namespace Stoker.Scrape;

/// <summary>One request and its limits.</summary>
/// <param name="Url">The URL as messages show it.</param>
/// <param name="Requested">The <c>seconds</c> that the URL asks for; null for an instant scrape.</param>
/// <param name="ResponseLimit">The largest body in bytes as it comes over the wire.</param>
/// <param name="BodyLimit">The largest body in bytes after it was inflated.</param>
/// <param name="ExpectedWireBytes">How large the body was the last time; 0 where that is not known.</param>
/// <param name="ExpectedPlainBytes">How large it was inflated; 0 where that is not known.</param>
internal sealed record ScrapeRequest(
    string Url, TimeSpan Deadline, TimeSpan? Requested, long ResponseLimit, long BodyLimit, int ExpectedWireBytes, int ExpectedPlainBytes)
{
    /// <summary>What is asked for; apart from the shown URL only where that hides a password.</summary>
    public Uri Uri { get; init; } = new(Url);
}
