using Stoker.Components;
using Stoker.Pprof;

namespace Stoker.Scrape;

/// <summary>Decides by content whether a body is a profile; what its headers say only helps to explain why it is not.</summary>
internal static class BodyCheck
{
    private const string PprofRemedy = "is this the pprof port and path?";

    // Inflating asks for room in pieces of a page and looks a few bytes ahead; without this the last piece would double the buffer.
    private const int InflateSlack = 8192;

    private static readonly byte[][] TextProfileStarts =
    [
        [.. "heap profile:"u8], [.. "goroutine profile:"u8], [.. "goroutine "u8], [.. "threadcreate profile:"u8], [.. "--- "u8], [.. "allocs profile:"u8],
    ];

    /// <summary>Inflates <see cref="ScrapeOutcome.Sent"/> to <see cref="ScrapeOutcome.Plain"/>; null, or why that cannot be.</summary>
    public static ScrapeFailure? Inflate(ScrapeRequest request, ScrapeOutcome outcome)
    {
        if (outcome.Sent.IsEmpty)
        {
            return new ScrapeFailure(
                ScrapeFailureReason.Empty, request.Url, $"status 200 with an empty body{ContentType(outcome)}",
                "the target may not support this profile type, or this is not the pprof path");
        }

        outcome.Plain = outcome.Sent;
        if (!outcome.IsGzip)
        {
            return outcome.Plain.Length > request.BodyLimit ? TooLarge(request, outcome) : null;
        }

        // A proxy may compress for the transport what is a gzip profile already; only where it says so is there a second layer to take off.
        if (outcome.ContentEncoding.Contains("gzip", StringComparison.OrdinalIgnoreCase)
            && TransportEncoding.TryUnwrap(request, outcome, out ReadOnlyMemory<byte> inner))
        {
            outcome.Sent = inner;
        }

        return InflateOnce(request, outcome);
    }

    private static ScrapeFailure? InflateOnce(ScrapeRequest request, ScrapeOutcome outcome)
    {
        long size = request.ExpectedPlainBytes + (request.ExpectedPlainBytes / 8);
        if (size == 0)
        {
            // Nothing is known of this target, or it has never sent a profile: a bomb is found out before any memory is given to it.
            using var measure = new MeasuringWriter();
            if (FailureOf(GzipBody.TryInflate(outcome.Sent, request.BodyLimit, measure, out PprofError? fault), fault, request, outcome) is { } failure)
            {
                return failure;
            }

            size = measure.Length;
        }

        PooledBuffer plain = outcome.Rent((int)Math.Min(request.BodyLimit, size) + InflateSlack);
        InflateOutcome inflated = GzipBody.TryInflate(outcome.Sent, request.BodyLimit, plain, out PprofError? error);
        outcome.Plain = plain.Written;
        return FailureOf(inflated, error, request, outcome);
    }

    private static ScrapeFailure? FailureOf(InflateOutcome inflated, PprofError? error, ScrapeRequest request, ScrapeOutcome outcome) => inflated switch
    {
        InflateOutcome.Complete => null,
        InflateOutcome.TooLarge => TooLarge(request, outcome),
        _ => new ScrapeFailure(
            ScrapeFailureReason.BadGzip, request.Url, $"the body of {outcome.WireBytes} bytes is no valid gzip: {error}{ContentType(outcome)}",
            "the target, its write time-out or a proxy damaged it, cut it short or compressed it twice"),
    };

    /// <summary>Reads the inflated body; null when it is a profile, or why it is none.</summary>
    public static ScrapeFailure? Read(string url, ScrapeOutcome outcome)
    {
        ProfileReader.TryRead(outcome.Plain.Span, out ProfileSummary summary, out PprofError? error);
        return Judge(url, outcome, summary, error);
    }

    /// <summary>Takes what a reader made of the inflated body; null when it is a profile, or why it is none.</summary>
    public static ScrapeFailure? Judge(string url, ScrapeOutcome outcome, ProfileSummary? summary, PprofError? error)
    {
        if (error is null && summary is { SampleTypes.Count: > 0 })
        {
            outcome.Summary = summary;
            return null;
        }

        ReadOnlySpan<byte> plain = outcome.Plain.Span;
        (ScrapeFailureReason reason, string what, string remedy) = Diagnose(plain, outcome, error);
        string start = plain.IsEmpty ? "" : $", begins {PrintableBytes.Show(plain, outcome.Secrets is { } secrets ? secrets.Hide : null)}";
        return new ScrapeFailure(reason, url, $"status 200, but {what}{ContentType(outcome)}{start}", remedy);
    }

    private static (ScrapeFailureReason Reason, string What, string Remedy) Diagnose(ReadOnlySpan<byte> plain, ScrapeOutcome outcome, PprofError? error)
    {
        ReadOnlySpan<byte> text = plain.TrimStart("\uFEFF"u8).TrimStart(" \t\r\n"u8);
        if (plain.IsEmpty)
        {
            return (ScrapeFailureReason.Empty, "the body is empty when inflated", PprofRemedy);
        }

        bool isText = PrintableBytes.IsMostlyText(plain[..Math.Min(plain.Length, 512)]);
        if (isText && !text.IsEmpty)
        {
            if (text[0] == '<')
            {
                return (ScrapeFailureReason.Html, "the body is an HTML or XML page", "is this the pprof port? A login page or a proxy may stand before it");
            }

            if (text[0] is (byte)'{' or (byte)'[')
            {
                return (ScrapeFailureReason.Json, "the body is JSON", PprofRemedy);
            }

            foreach (byte[] start in TextProfileStarts)
            {
                if (text.StartsWith(start))
                {
                    return (ScrapeFailureReason.Text, "the body is the text form of a profile", "remove debug=1 or debug=2 from the path or the parameters");
                }
            }

            return (ScrapeFailureReason.Text, "the body is text", PprofRemedy);
        }

        if (outcome.ContentEncoding.Length > 0 && !outcome.IsGzip)
        {
            return (
                ScrapeFailureReason.NotPprof, $"the body has the Content-Encoding \"{outcome.ContentEncoding}\", which was not asked for",
                "the target or a proxy must send gzip or nothing");
        }

        // The first byte of a profile is the tag of one of its fourteen fields: a number from 1 to 14 and one of two wire types.
        bool beginsLikePprof = plain[0] >> 3 is >= 1 and <= 14 && (plain[0] & 7) is 0 or 2;
        return beginsLikePprof
            ? (ScrapeFailureReason.BadPprof, $"the body is no valid profile: {error?.ToString() ?? "it names no sample types"}", "it was damaged or cut short, or it is some other binary format")
            : (ScrapeFailureReason.NotPprof, "the body is no pprof profile", PprofRemedy);
    }

    private static ScrapeFailure TooLarge(ScrapeRequest request, ScrapeOutcome outcome) => new(
        ScrapeFailureReason.Bomb, request.Url,
        outcome.IsGzip
            ? $"the body of {outcome.WireBytes} bytes inflates to more than the limit of {request.BodyLimit} bytes{ContentType(outcome)}"
            : $"the body of {outcome.WireBytes} bytes is over the limit of {request.BodyLimit} bytes{ContentType(outcome)}",
        "is this a profile? If so, raise body_size_limit");

    private static string ContentType(ScrapeOutcome outcome) =>
        outcome.ContentType.Length > 0 ? $", content type {outcome.ContentType}" : ", no content type";
}
