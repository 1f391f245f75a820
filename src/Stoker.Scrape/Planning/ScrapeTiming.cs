using Stoker.Syntax;

namespace Stoker.Scrape;

/// <summary>The effective times of one scrape and the rules that hold between them.</summary>
/// <param name="Timeout">The effective <c>scrape_timeout</c>; null where nobody set one.</param>
/// <param name="DeltaDuration">The effective <c>delta_profiling_duration</c>; null where nobody set one.</param>
internal readonly record struct ScrapeTiming(TimeSpan Interval, TimeSpan? Timeout, TimeSpan? DeltaDuration)
{
    /// <summary>The longest time that may be set: timers reach 49 days, and a deadline is a sum of two times.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(14);

    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(18);

    // What the default leaves a profile beyond its own seconds: 18s less 14s.
    private static readonly TimeSpan DefaultMargin = TimeSpan.FromSeconds(4);

    public bool IsIntervalTooShortForDelta => Interval < 2 * OneSecond;

    /// <summary>The whole seconds that a delta request asks for.</summary>
    public TimeSpan DeltaSeconds => TimeSpan.FromSeconds(Math.Floor((DeltaDuration ?? Interval - OneSecond).TotalSeconds));

    public static ScrapeTiming Of(ScrapeArguments arguments, ProfileArguments profile) => new(
        profile.ScrapeInterval ?? arguments.ScrapeInterval,
        profile.ScrapeTimeout ?? arguments.ScrapeTimeout,
        profile.DeltaProfilingDuration ?? arguments.DeltaProfilingDuration);

    /// <summary>What is wrong with the times of a delta request; null where nothing is.</summary>
    public string? CheckDelta()
    {
        if (IsIntervalTooShortForDelta)
        {
            return $"scrape_interval ({GoDuration.Format(Interval)}) must be at least 2s";
        }

        if (DeltaDuration <= OneSecond)
        {
            return $"delta_profiling_duration ({GoDuration.Format(DeltaDuration.Value)}) must be larger than 1s";
        }

        return DeltaDuration > Interval - OneSecond
            ? $"delta_profiling_duration ({GoDuration.Format(DeltaDuration.Value)}) must be at most scrape_interval - 1s, which is {GoDuration.Format(Interval - OneSecond)}"
            : null;
    }

    /// <summary>How long a scrape may take, from the request to the last byte.</summary>
    /// <param name="requested">The <c>seconds</c> of the final URL, wherever they came from; null for an instant scrape.</param>
    public TimeSpan Deadline(TimeSpan? requested)
    {
        TimeSpan seconds = requested ?? TimeSpan.Zero;
        if (Timeout is not { } timeout)
        {
            TimeSpan usual = Interval > ScrapeArguments.DefaultInterval ? Interval + TimeSpan.FromSeconds(3) : DefaultTimeout;
            return requested is null || usual >= seconds + DefaultMargin ? usual : seconds + DefaultMargin;
        }

        // A time-out within the profile's own seconds could never be kept, so there too it counts as the time beyond them.
        return timeout > Interval && timeout > seconds ? timeout : seconds + timeout;
    }
}
