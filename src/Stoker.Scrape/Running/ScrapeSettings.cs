using Stoker.Components;

namespace Stoker.Scrape;

/// <summary>What every loop of a component reads anew at each scrape. Immutable; a reload replaces it whole.</summary>
internal sealed record ScrapeSettings(FanOut FanOut, long ResponseLimit, long BodyLimit)
{
    public static ScrapeSettings Of(ScrapeArguments arguments) => new(
        new FanOut([.. arguments.ForwardTo.Select(receiver => receiver.Receiver)]), arguments.ResponseSizeLimit, arguments.BodySizeLimit);
}
