namespace Stoker.Profiling.Cpu;

/// <summary>The span that a profile covers. It begins where it is made, which is before anyone can be told that a profile is running.</summary>
internal readonly struct ProfileWindow(TimeProvider timeProvider, TimeSpan duration)
{
    private readonly long _start = timeProvider.GetTimestamp();

    public TimeSpan Elapsed => timeProvider.GetElapsedTime(_start);

    /// <summary>Not more than zero when the window is over.</summary>
    public TimeSpan Left => duration - Elapsed;

    public bool IsOver => Left <= TimeSpan.Zero;

    public DateTimeOffset Now => timeProvider.GetUtcNow();
}
