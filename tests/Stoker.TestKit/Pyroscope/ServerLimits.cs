namespace Stoker.TestKit.Pyroscope;

/// <summary>The limits of a Pyroscope as it comes. The rate limit is off, because a test that wants it says so.</summary>
public sealed record ServerLimits
{
    public long MaxBodyBytes { get; init; } = 256 * 1024 * 1024;

    public int MaxProfileBytes { get; init; } = 4 * 1024 * 1024;

    public int MaxSamples { get; init; } = 16_000;

    public int MaxLabelsPerSample { get; init; } = 100;

    public int MaxLabels { get; init; } = 30;

    public int MaxLabelNameBytes { get; init; } = 1024;

    public int MaxLabelValueBytes { get; init; } = 2048;

    public TimeSpan OldestProfile { get; init; } = TimeSpan.FromHours(1);

    public TimeSpan NewestProfile { get; init; } = TimeSpan.FromMinutes(10);
}
