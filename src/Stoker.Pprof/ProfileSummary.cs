namespace Stoker.Pprof;

/// <summary>One column of values, such as (<c>alloc_space</c>, <c>bytes</c>).</summary>
public sealed record SampleType(string Type, string Unit)
{
    public override string ToString() => $"{Type}/{Unit}";
}

/// <summary>What a checked profile says of itself.</summary>
/// <param name="TimeNanos">The profile's time in nanoseconds since 1970; 0 where it has none.</param>
/// <param name="DurationNanos">The span that it covers in nanoseconds; 0 where it has none.</param>
public sealed record ProfileSummary(
    IReadOnlyList<SampleType> SampleTypes,
    SampleType? PeriodType,
    long Period,
    long TimeNanos,
    long DurationNanos,
    int SampleCount,
    int LocationCount,
    int FunctionCount,
    int MappingCount);
