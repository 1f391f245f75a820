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

    /// <summary>None of the cumulative columns is there, so there is nothing to subtract: nothing is written, and the state is as it was.</summary>
    NotCumulative,

    /// <summary>The bytes are no valid profile; the state is as it was before.</summary>
    Malformed,
}

/// <param name="Outcome">What became of the profile.</param>
/// <param name="SampleCount">How many samples the output holds; 0 means that there is nothing to send.</param>
/// <param name="SpanNanos">
/// The time between this profile and the one before, in nanoseconds, by the profiles' own <c>time_nanos</c>; it is the output's
/// <c>duration_nanos</c>. 0 where it is not known.
/// </param>
/// <param name="Error">The first fault of a profile that is malformed.</param>
/// <param name="Profile">What the profile that came in says of itself; null where it is malformed.</param>
public readonly record struct DeltaResult(
    DeltaOutcome Outcome, int SampleCount, long SpanNanos, PprofError? Error = null, ProfileSummary? Profile = null);

/// <summary>
/// Computes what a target has done between two scrapes of a cumulative profile, stack by stack. One instance belongs to one target and
/// profile type and keeps the totals of the last profile. Not safe from several threads.
/// </summary>
public sealed class ProfileDelta
{
    private readonly IReadOnlyList<SampleType> _deltaColumns;
    private DeltaState _state = new(0);
    private ulong _sampleTypes;

    // For each column of the profile: whether it is a difference.
    private bool[] _isDelta = [];

    // The sums over all stacks of the last profile. 128 bits, because the sum of many 64-bit values need not fit in 64.
    private Int128[] _sums = [];
    private long _timeNanos;

    /// <param name="deltaColumns">
    /// The columns that are cumulative, such as (<c>alloc_space</c>, <c>bytes</c>); all other columns are sent as they stand.
    /// </param>
    public ProfileDelta(IReadOnlyList<SampleType> deltaColumns) => _deltaColumns = deltaColumns;

    /// <summary>The bytes that the retained state holds.</summary>
    public long StateBytes => _state.Bytes;

    /// <summary>
    /// Takes the next plain profile and writes the plain delta, if there is one. The profile is checked whole, as by <see cref="ProfileReader"/>,
    /// so there is no need to check it before.
    /// </summary>
    /// <param name="clock">Corrects the time of the profile; without it the profile's own time stands.</param>
    /// <remarks>
    /// Steps: (1) check everything and collect the samples' hashes and values; (2) decide between delta, baseline and restart; (3) find each
    /// stack in the state and sum repeated ones; (4) replace totals by differences; (5) write what is not zero. The state changes from step 2 on,
    /// when nothing can fail any more.
    /// </remarks>
    public DeltaResult Compute(ReadOnlySpan<byte> profile, IBufferWriter<byte> output, ProfileClock? clock = null)
    {
        using var scan = new ProfileScan();
        using var identity = new LocationIdentity();
        using var samples = new CollectedSamples();
        if (!TryCollect(profile, scan, identity, samples))
        {
            return new DeltaResult(DeltaOutcome.Malformed, 0, 0, scan.Error);
        }

        ProfileSummary summary = scan.Summarize(profile);
        bool[] isDelta = [.. summary.SampleTypes.Select(column => _deltaColumns.Contains(column))];
        if (!isDelta.Contains(true))
        {
            return new DeltaResult(DeltaOutcome.NotCumulative, 0, 0, Profile: summary);
        }

        DeltaOutcome outcome = Decide(profile, scan, identity, samples, isDelta);
        long timeNanos = scan.Header[ProfileField.TimeNanos];
        timeNanos = clock?.Correct(timeNanos) ?? timeNanos;
        long span = Span(timeNanos);
        using var match = new StackMatch();
        match.Find(_state, samples.Hashes.Items);
        AddRepeated(samples, match);
        _state.Subtract(samples.Hashes.Items, samples.Values.Items, _isDelta, match, asTheyStand: outcome == DeltaOutcome.Restarted);
        if (outcome == DeltaOutcome.Baseline)
        {
            return new DeltaResult(outcome, 0, 0, Profile: summary);
        }

        int sent = DeltaWriter.Write(scan, profile, samples, match.Slots, timeNanos, span, output);
        return new DeltaResult(outcome, sent, span, Profile: summary);
    }

    private static bool TryCollect(ReadOnlySpan<byte> profile, ProfileScan scan, LocationIdentity identity, CollectedSamples samples)
    {
        if (!scan.TryScan(profile))
        {
            return false;
        }

        identity.Compute(scan, profile);
        var collector = new SampleCollector(scan, profile, identity, samples);
        return SampleScan.TryScan(scan, profile, ref collector);
    }

    private DeltaOutcome Decide(
        ReadOnlySpan<byte> profile, ProfileScan scan, LocationIdentity identity, CollectedSamples samples, bool[] isDelta)
    {
        ulong sampleTypes = 0;
        foreach ((int type, int unit) in scan.SampleTypes)
        {
            sampleTypes = ContentHash.Mix(sampleTypes, identity.OfString(scan, profile, type));
            sampleTypes = ContentHash.Mix(sampleTypes, identity.OfString(scan, profile, unit));
        }

        if (sampleTypes != _sampleTypes)
        {
            _sampleTypes = sampleTypes;
            _isDelta = isDelta;
            _state = new DeltaState(_isDelta.Count(isDelta => isDelta));
            _sums = new Int128[_isDelta.Length];
            _timeNanos = 0;
            Sum(samples);
            return DeltaOutcome.Baseline;
        }

        if (!Sum(samples))
        {
            return DeltaOutcome.Delta;
        }

        _state.Clear();
        return DeltaOutcome.Restarted;
    }

    /// <summary>Sums each cumulative column. Returns whether one of them has fallen.</summary>
    private bool Sum(CollectedSamples samples)
    {
        bool hasFallen = false;
        ReadOnlySpan<long> values = samples.Values.Items;
        for (int column = 0; column < _isDelta.Length; column++)
        {
            if (_isDelta[column])
            {
                // Upper and lower halves apart: neither sum can overflow, and both are quicker than sums of 128 bits.
                long upper = 0;
                long lower = 0;
                for (int i = column; i < values.Length; i += _isDelta.Length)
                {
                    upper += values[i] >> 32;
                    lower += (uint)values[i];
                }

                Int128 sum = ((Int128)upper << 32) + lower;
                hasFallen |= sum < _sums[column];
                _sums[column] = sum;
            }
        }

        return hasFallen;
    }

    private long Span(long timeNanos)
    {
        long before = _timeNanos;
        _timeNanos = timeNanos;
        return before > 0 && timeNanos > before ? timeNanos - before : 0;
    }

    /// <summary>Adds the values of each sample whose stack came before in this profile to those of the first.</summary>
    private void AddRepeated(CollectedSamples samples, StackMatch match)
    {
        if (!match.HasRepeated)
        {
            return;
        }

        Span<int> slots = match.Slots.Items;
        Span<long> values = samples.Values.Items;
        int columns = _isDelta.Length;
        for (int i = 0; i < slots.Length; i++)
        {
            if (slots[i] >= 0)
            {
                continue;
            }

            int first = ~slots[i];
            for (int column = 0; column < columns; column++)
            {
                ref long sum = ref values[(first * columns) + column];
                sum = (long)Int128.Clamp((Int128)sum + values[(i * columns) + column], long.MinValue, long.MaxValue);
            }
        }
    }
}
