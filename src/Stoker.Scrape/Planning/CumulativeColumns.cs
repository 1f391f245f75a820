using Stoker.Pprof;

namespace Stoker.Scrape;

/// <summary>Which columns of which profile types count since the process started.</summary>
internal static class CumulativeColumns
{
    private static readonly IReadOnlyList<SampleType> Memory = [new("alloc_objects", "count"), new("alloc_space", "bytes")];
    private static readonly IReadOnlyList<SampleType> Contention = [new("contentions", "count"), new("delay", "nanoseconds")];

    public static bool IsCumulative(string profileType) => profileType is "memory" or "mutex" or "block";

    public static IReadOnlyList<SampleType> Of(string profileType) => profileType switch
    {
        "memory" => Memory,
        "mutex" or "block" => Contention,
        _ => [],
    };
}
