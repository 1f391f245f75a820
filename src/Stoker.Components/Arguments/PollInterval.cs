namespace Stoker.Components.Arguments;

/// <summary>The check of an interval at which something is done again and again: one that no timer takes is a mistake of the file.</summary>
public static class PollInterval
{
    // What a timer takes at least, and a little less than what it takes at most.
    private static readonly TimeSpan Min = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Max = TimeSpan.FromDays(30);

    /// <param name="name">The argument that holds the interval.</param>
    public static void Check(TimeSpan interval, ValidationContext context, string name)
    {
        if (interval < Min || interval > Max)
        {
            context.Error(name, $"{name} must be over 0 and at most {Max.TotalHours:0}h, got {Stoker.Syntax.GoDuration.Format(interval)}");
        }
    }
}
