using System.Globalization;
using System.Net.Http.Headers;

namespace Stoker.Delivery.Write;

/// <summary>The header <c>Retry-After</c>: seconds, or a date.</summary>
internal static class RetryAfter
{
    /// <summary>A server that asks for longer gets a try all the same, so that a wrong header costs minutes and not days.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait; null where the header is absent, is neither a number nor a date, or asks for no wait at all.</summary>
    public static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now)
    {
        if (!headers.NonValidated.TryGetValues("Retry-After", out HeaderStringValues values))
        {
            return null;
        }

        string text = values.ToString().Trim();
        TimeSpan wait;
        if (text.Length > 0 && text.All(char.IsAsciiDigit))
        {
            // A number of more digits than this is over the cap in any case.
            wait = text.Length > 9 ? Longest : TimeSpan.FromSeconds(int.Parse(text, CultureInfo.InvariantCulture));
        }
        else if (RetryConditionHeaderValue.TryParse(text, out RetryConditionHeaderValue? parsed) && parsed.Date is { } date)
        {
            wait = date - now;
        }
        else
        {
            return null;
        }

        return wait <= TimeSpan.Zero ? null : wait > Longest ? Longest : wait;
    }
}
