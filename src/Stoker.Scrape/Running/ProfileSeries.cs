using Stoker.Components;
using Stoker.Pprof;

namespace Stoker.Scrape;

internal enum ProfileFate
{
    /// <summary>There is a profile to hand over.</summary>
    Forward,

    /// <summary>Kept as the beginning of the next difference.</summary>
    Baseline,

    /// <summary>It holds no samples.</summary>
    Nothing,

    /// <summary>Too long a time lies before it; it is the baseline now.</summary>
    Gap,

    Failed,
}

internal readonly record struct PreparedProfile(ProfileFate Fate, RawProfile? Profile, bool HasRestarted, ScrapeFailure? Failure);

/// <summary>
/// The profiles of one loop in their order: 1. the body is read and checked, and where its columns are cumulative their differences are computed
/// in the same pass, 2. a missing or absurd time is replaced, 3. the bytes are made ready for the hand-over. What needs no change keeps its
/// bytes. Used by one scrape at a time.
/// </summary>
internal sealed class ProfileSeries(TimeProvider time)
{
    private const int MaxIntervals = 4;
    private const int OutputStart = 16 * 1024;

    private static readonly TimeSpan MaxClockDifference = TimeSpan.FromMinutes(5);

    private ProfileDelta? _delta;
    private long _lastTimestamp;
    private bool _lastHadOwnTime;
    private long _stateBytes;

    /// <summary>The bytes that the state of the difference holds.</summary>
    public long StateBytes => Interlocked.Read(ref _stateBytes);

    /// <summary>Takes an inflated body, which may still be anything.</summary>
    public PreparedProfile Prepare(PlannedScrape plan, ScrapeOutcome outcome)
    {
        long startNanos = (outcome.StartedAt - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        var clock = new ProfileClock(startNanos, MaxClockDifference.Ticks * TimeSpan.NanosecondsPerTick);

        // 1.
        if (plan.Delta == DeltaMode.Computed)
        {
            using var output = new PooledBuffer(Math.Max(OutputStart, outcome.Plain.Length / 4));
            _delta ??= new ProfileDelta(CumulativeColumns.Of(plan.Labels["__name__"]));
            DeltaResult result = _delta.Compute(outcome.Plain.Span, output, clock);
            Interlocked.Exchange(ref _stateBytes, _delta.StateBytes);
            if (BodyCheck.Judge(plan.Url, outcome, result.Profile, result.Error) is { } malformed)
            {
                return Failed(malformed);
            }

            if (result.Outcome != DeltaOutcome.NotCumulative)
            {
                return Difference(plan, outcome, result, output, clock);
            }
        }
        else if (BodyCheck.Read(plan.Url, outcome) is { } failure)
        {
            return Failed(failure);
        }

        return PassOn(plan, outcome, clock);
    }

    private static PreparedProfile Failed(ScrapeFailure failure) => new(ProfileFate.Failed, null, HasRestarted: false, failure);

    private static byte[] Deflate(ReadOnlySpan<byte> plain)
    {
        using var compressed = new PooledBuffer(Math.Max(OutputStart, plain.Length / 4));
        GzipBody.Deflate(plain, compressed);
        return compressed.Written.ToArray();
    }

    private PreparedProfile PassOn(PlannedScrape plan, ScrapeOutcome outcome, ProfileClock clock)
    {
        ProfileSummary summary = outcome.Summary!;
        if (summary.SampleCount == 0)
        {
            return new PreparedProfile(ProfileFate.Nothing, null, HasRestarted: false, null);
        }

        // 2.
        long timeNanos = clock.Correct(summary.TimeNanos);
        if (timeNanos == summary.TimeNanos)
        {
            return Forward(plan, outcome, outcome.Sent.ToArray(), outcome.Plain.Length, summary.SampleCount, hasRestarted: false);
        }

        // 3.
        using var stamped = new PooledBuffer(outcome.Plain.Length + 16);
        ProfileTime.Write(outcome.Plain.Span, timeNanos, stamped);
        return Forward(plan, outcome, Deflate(stamped.Written.Span), stamped.Length, summary.SampleCount, hasRestarted: false);
    }

    private PreparedProfile Difference(
        PlannedScrape plan, ScrapeOutcome outcome, in DeltaResult result, PooledBuffer output, ProfileClock clock)
    {
        // The target's clock knows the real span, also where this machine slept. Where a time had to be replaced, the agent's clock may have
        // jumped, and where the target's clock went back the span is not known: then only the monotonic one is left.
        bool hasOwnTime = clock.Correct(result.Profile!.TimeNanos) == result.Profile.TimeNanos;
        TimeSpan elapsed = _lastTimestamp == 0 ? TimeSpan.Zero : time.GetElapsedTime(_lastTimestamp, outcome.SentTimestamp);
        TimeSpan span = hasOwnTime && _lastHadOwnTime && result.SpanNanos > 0 ? TimeSpan.FromTicks(result.SpanNanos / TimeSpan.NanosecondsPerTick) : elapsed;
        _lastTimestamp = outcome.SentTimestamp;
        _lastHadOwnTime = hasOwnTime;
        bool hasRestarted = result.Outcome == DeltaOutcome.Restarted;
        ProfileFate fate = result.Outcome == DeltaOutcome.Baseline ? ProfileFate.Baseline
            : span > MaxIntervals * plan.Interval ? ProfileFate.Gap
            : result.SampleCount == 0 ? ProfileFate.Nothing
            : ProfileFate.Forward;
        return fate == ProfileFate.Forward
            ? Forward(plan, outcome, Deflate(output.Written.Span), output.Length, result.SampleCount, hasRestarted)
            : new PreparedProfile(fate, null, hasRestarted, null);
    }

    private PreparedProfile Forward(
        PlannedScrape plan, ScrapeOutcome outcome, byte[] bytes, int plainBytes, int sampleCount, bool hasRestarted) => new(
        ProfileFate.Forward,
        new RawProfile(plan.Labels, bytes, plainBytes, sampleCount, outcome.StartedAt, time.GetTimestamp()),
        hasRestarted,
        Failure: null);
}
