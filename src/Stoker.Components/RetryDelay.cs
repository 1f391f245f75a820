namespace Stoker.Components;

/// <summary>How long to wait after attempts that failed: at first a second, then each time twice as long.</summary>
public static class RetryDelay
{
    public static TimeSpan First { get; } = TimeSpan.FromSeconds(1);

    /// <param name="failures">How many attempts in a row have failed; 0 after one that did not.</param>
    /// <param name="regular">The wait after a success, which is also the longest.</param>
    public static TimeSpan After(int failures, TimeSpan regular)
    {
        TimeSpan delay = First * Math.Pow(2, Math.Clamp(failures - 1, 0, 20));
        return failures == 0 || delay > regular ? regular : delay;
    }
}
