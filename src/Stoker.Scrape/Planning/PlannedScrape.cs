using System.IO.Hashing;
using System.Runtime.InteropServices;
using Stoker.Components;
using Stoker.Labels;

namespace Stoker.Scrape;

/// <summary>One URL that is scraped again and again: a target and one of its profile types. Immutable.</summary>
/// <param name="Target">The target with all its labels, as discovery or the file gave it.</param>
/// <param name="ProfileType">The configured type, such as <c>godeltaprof_memory</c>; the delivered one is the label <c>__name__</c>.</param>
/// <param name="Deadline">How long one scrape may take.</param>
/// <param name="Requested">The <c>seconds</c> that the URL asks for; null for an instant scrape.</param>
/// <param name="Labels">The delivered labels.</param>
public sealed record PlannedScrape(
    Target Target,
    string ProfileType,
    string Url,
    TimeSpan Interval,
    TimeSpan Deadline,
    TimeSpan? Requested,
    LabelSet Labels,
    DeltaMode Delta)
{
    /// <summary>A hash of URL and labels that is the same in every process: it gives the slot.</summary>
    public ulong StableHash { get; } = XxHash64.HashToUInt64(MemoryMarshal.AsBytes(Url.AsSpan()), (long)Labels.GetStableHash());

    /// <summary>Where in each interval of wall time the scrape starts.</summary>
    public TimeSpan SlotOffset => TimeSpan.FromTicks((long)(StableHash % (ulong)Interval.Ticks));

    /// <summary>The URL without its query: of those with the same one no two may run while a reload replaces one by the other.</summary>
    internal string Endpoint => Url.IndexOf('?', StringComparison.Ordinal) is >= 0 and var query ? Url[..query] : Url;

    /// <summary>The host and port of the URL.</summary>
    internal ReadOnlySpan<char> Authority
    {
        get
        {
            ReadOnlySpan<char> rest = Url.AsSpan(Url.IndexOf("://", StringComparison.Ordinal) + 3);
            return rest[..rest.IndexOf('/')];
        }
    }

    internal ScrapeIdentity Identity => new(Url, Labels);
}

/// <summary>What makes two planned scrapes the same one across a reload: the rest may change while the loop goes on.</summary>
internal readonly record struct ScrapeIdentity(string Url, LabelSet Labels);
