using System.Buffers;

namespace Stoker.Pprof;

public enum DeltaOutcome
{
    /// <summary>The first profile, or the first after the sample types changed: kept to compare with, nothing to send.</summary>
    Baseline,

    /// <summary>The difference from the profile before is in the output.</summary>
    Delta,

    /// <summary>A total fell, so the process has restarted: what it has done since its start is in the output as it stands.</summary>
    Restarted,

    /// <summary>The bytes are no valid profile; the state is as it was before.</summary>
    Malformed,
}

/// <param name="Outcome">What became of the profile.</param>
/// <param name="SampleCount">How many samples the output holds; 0 means that there is nothing to send.</param>
/// <param name="SpanNanos">
/// The time between this profile and the one before, in nanoseconds, by the profiles' own <c>time_nanos</c>; it is the output's
/// <c>duration_nanos</c>. 0 where it is not known.
/// </param>
public readonly record struct DeltaResult(DeltaOutcome Outcome, int SampleCount, long SpanNanos, PprofError? Error);

/// <summary>
/// Computes what a target has done between two scrapes of a cumulative profile, stack by stack. One instance belongs to one target and
/// profile type and keeps the totals of the last profile. Not safe from several threads.
/// </summary>
public sealed class ProfileDelta
{
    /// <param name="deltaColumns">
    /// The columns that are cumulative, such as (<c>alloc_space</c>, <c>bytes</c>); all other columns are sent as they stand.
    /// </param>
    public ProfileDelta(IReadOnlyList<SampleType> deltaColumns) => throw new NotImplementedException();

    /// <summary>The bytes that the retained state holds.</summary>
    public long StateBytes => throw new NotImplementedException();

    /// <summary>Takes the next plain profile and writes the plain delta, if there is one.</summary>
    public DeltaResult Compute(ReadOnlySpan<byte> profile, IBufferWriter<byte> output) => throw new NotImplementedException();
}
