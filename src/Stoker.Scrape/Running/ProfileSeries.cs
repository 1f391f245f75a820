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
/// The profiles of one loop in their order: 1. a missing or absurd time is replaced, 2. cumulative columns become differences, 3. the bytes are
/// made ready for the hand-over. What needs no change keeps its bytes. Used by one scrape at a time.
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

    public PreparedProfile Prepare(PlannedScrape plan, ScrapeOutcome outcome)
    {
        ProfileSummary summary = outcome.Summary!;

        // 1.
        long startNanos = (outcome.StartedAt - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        bool hasOwnTime = summary.TimeNanos != 0 && Math.Abs((double)summary.TimeNanos - startNanos) <= MaxClockDifference.TotalNanoseconds;
        ReadOnlyMemory<byte> plain = outcome.Plain;
        if (!hasOwnTime)
        {
            PooledBuffer stamped = outcome.Rent(plain.Length + 16);
            ProfileTime.Write(plain.Span, startNanos, stamped);
            plain = stamped.Written;
        }

        // 2.
        if (plan.Delta == DeltaMode.Computed && HasCumulativeColumn(plan, summary))
        {
            return Difference(plan, outcome, plain, hasOwnTime);
        }

        if (summary.SampleCount == 0)
        {
            return new PreparedProfile(ProfileFate.Nothing, null, HasRestarted: false, null);
        }

        // 3.
        byte[] bytes = hasOwnTime ? outcome.Sent.ToArray() : Deflate(plain.Span);
        return Forward(plan, outcome, bytes, plain.Length, summary.SampleCount, hasRestarted: false);
    }

    private static bool HasCumulativeColumn(PlannedScrape plan, ProfileSummary summary) =>
        CumulativeColumns.Of(plan.Labels["__name__"]).Any(summary.SampleTypes.Contains);

    private static byte[] Deflate(ReadOnlySpan<byte> plain)
    {
        using var compressed = new PooledBuffer(Math.Max(OutputStart, plain.Length / 4));
        GzipBody.Deflate(plain, compressed);
        return compressed.Written.ToArray();
    }

    private PreparedProfile Difference(PlannedScrape plan, ScrapeOutcome outcome, ReadOnlyMemory<byte> plain, bool hasOwnTime)
    {
        _delta ??= new ProfileDelta(CumulativeColumns.Of(plan.Labels["__name__"]));
        using var output = new PooledBuffer(Math.Max(OutputStart, plain.Length / 4));
        DeltaResult result = _delta.Compute(plain.Span, output);
        Interlocked.Exchange(ref _stateBytes, _delta.StateBytes);
        if (result.Outcome == DeltaOutcome.Malformed)
        {
            return new PreparedProfile(ProfileFate.Failed, null, HasRestarted: false, new ScrapeFailure(
                ScrapeFailureReason.BadPprof, plan.Url, $"no difference could be computed: {result.Error}", ""));
        }

        // The target's clock knows the real span, also where this machine slept. Where a time had to be replaced, the agent's clock may have
        // jumped, and only the monotonic one is left.
        TimeSpan elapsed = _lastTimestamp == 0 ? TimeSpan.Zero : time.GetElapsedTime(_lastTimestamp, outcome.SentTimestamp);
        TimeSpan span = hasOwnTime && _lastHadOwnTime ? TimeSpan.FromTicks(result.SpanNanos / TimeSpan.NanosecondsPerTick) : elapsed;
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
