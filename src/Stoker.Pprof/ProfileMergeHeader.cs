namespace Stoker.Pprof;

/// <summary>What a merged profile says of itself. Texts are numbers of strings of the merge; 0 is none.</summary>
/// <param name="HasDropped">Whether a text that the profiles do not agree on was left out; its string is of no use any more.</param>
internal sealed record ProfileMergeHeader(
    (int Type, int Unit)[] SampleTypes,
    (int Type, int Unit) PeriodType,
    long Period,
    long TimeNanos,
    Int128 DurationNanos,
    int DropFrames,
    int KeepFrames,
    int DefaultSampleType,
    int DocUrl,
    bool HasDropped = false)
{
    // Enough to see the difference in a log line.
    private const int MaxDescribed = 8;

    /// <summary>Whether profiles with these headers can be one.</summary>
    public bool Fits(ProfileMergeHeader other, out bool samePeriodType)
    {
        samePeriodType = PeriodType == other.PeriodType;
        return samePeriodType && SampleTypes.AsSpan().SequenceEqual(other.SampleTypes);
    }

    /// <summary>
    /// The header of both: earliest time, all the time that they cover, largest period, and the texts that both have. 128 bits for the sum
    /// of the durations, so that it is cut off only when it is written.
    /// </summary>
    public ProfileMergeHeader With(ProfileMergeHeader other) => this with
    {
        Period = Math.Max(Period, other.Period),
        TimeNanos = TimeNanos == 0 ? other.TimeNanos : other.TimeNanos == 0 ? TimeNanos : Math.Min(TimeNanos, other.TimeNanos),
        DurationNanos = DurationNanos + other.DurationNanos,
        DropFrames = Common(DropFrames, other.DropFrames),
        KeepFrames = Common(KeepFrames, other.KeepFrames),
        DefaultSampleType = Common(DefaultSampleType, other.DefaultSampleType),
        DocUrl = Common(DocUrl, other.DocUrl),
        HasDropped = HasDropped || (DropFrames, KeepFrames, DefaultSampleType, DocUrl)
            != (other.DropFrames, other.KeepFrames, other.DefaultSampleType, other.DocUrl),
    };

    public static string Describe(ProfileMergeTable strings, ReadOnlySpan<(int Type, int Unit)> types)
    {
        var names = new List<string>();
        foreach ((int type, int unit) in types[..Math.Min(types.Length, MaxDescribed)])
        {
            names.Add((type, unit) == default ? "none" : $"{Text(strings, type)}/{Text(strings, unit)}");
        }

        return string.Join(", ", names) + (types.Length > MaxDescribed ? $" and {types.Length - MaxDescribed} more" : "");
    }

    private static string Text(ProfileMergeTable strings, int number) => System.Text.Encoding.UTF8.GetString(strings[number]);

    private static int Common(int first, int second) => first == second ? first : 0;
}
