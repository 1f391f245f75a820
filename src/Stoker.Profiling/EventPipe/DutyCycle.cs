using System.Globalization;

namespace Stoker.Profiling.EventPipe;

/// <summary>
/// How long the runtime's sampler is let run and how long it rests. Its rate is fixed for the process (a sweep over all threads each
/// millisecond, each with the runtime suspended), and a library cannot change it; running it in bursts gives a lower rate on average.
/// </summary>
/// <param name="Burst">How long the sampler runs at a time.</param>
/// <param name="Cycle">From the start of one burst to the start of the next.</param>
internal readonly record struct DutyCycle(TimeSpan Burst, TimeSpan Cycle)
{
    /// <summary>Starting and stopping costs about 8 ms of CPU, and stopping takes up to 100 ms, so more than four cycles a second do not pay.</summary>
    private const double ShortestCycleSeconds = 0.25;

    /// <summary>From here on rests would be shorter than a stop takes, so bursts are long; what they hold in memory stays bounded.</summary>
    private const double LongBurstShare = 0.5;

    private const double LongBurstSeconds = 1;
    private const int SweepsPerBurst = 10;

    public static DutyCycle For(double sweepsPerSecond, TimeSpan samplerInterval)
    {
        double share = Math.Clamp(sweepsPerSecond * samplerInterval.TotalSeconds, 0.000_1, 1);
        double burst = share > LongBurstShare
            ? LongBurstSeconds
            : Math.Max(ShortestCycleSeconds * share, SweepsPerBurst * samplerInterval.TotalSeconds);
        return new DutyCycle(TimeSpan.FromSeconds(burst), TimeSpan.FromSeconds(burst / share));
    }

    /// <summary>
    /// The interval that the runtime was started with: 1 ms, or what <c>DOTNET_EventPipeThreadSamplingRate</c> says, which the runtime reads as
    /// hexadecimal milliseconds.
    /// </summary>
    public static TimeSpan SamplerInterval(string? setting) =>
        uint.TryParse(setting, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint milliseconds) && milliseconds is > 0 and <= 10_000
            ? TimeSpan.FromMilliseconds(milliseconds)
            : TimeSpan.FromMilliseconds(1);
}
