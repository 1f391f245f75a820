using Stoker.Labels;

namespace Stoker.Components;

/// <summary>
/// One profile on its way to the receivers: its bytes, not decoded, and what is known of it. Immutable and safe from several threads.
/// </summary>
/// <param name="Labels">The delivered labels: no name starts with <c>__</c> except <c>__name__</c> (the profile type) and <c>__delta__</c>.</param>
/// <param name="Bytes">A pprof profile, gzip or plain. They belong to the profile; nobody changes them after the hand-over.</param>
/// <param name="UncompressedBytes">The size of the plain profile in bytes.</param>
/// <param name="SampleCount">How many samples the profile holds.</param>
/// <param name="ScrapedAt">The start of the scrape by the agent's wall clock.</param>
/// <param name="CompletedTimestamp">The end of the scrape, as <see cref="TimeProvider.GetTimestamp"/> gives it: the start of the delivery latency.</param>
public sealed record RawProfile(
    LabelSet Labels,
    ReadOnlyMemory<byte> Bytes,
    long UncompressedBytes,
    int SampleCount,
    DateTimeOffset ScrapedAt,
    long CompletedTimestamp)
{
    /// <summary>The profile type, such as <c>process_cpu</c>: the label <c>__name__</c>.</summary>
    public string ProfileType => Labels["__name__"];
}
