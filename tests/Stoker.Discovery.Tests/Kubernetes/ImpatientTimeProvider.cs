namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>
/// A clock for tests of what comes out in the end: the waits between attempts are over at once, deadlines never. Safe from several threads.
/// </summary>
internal sealed class ImpatientTimeProvider : TimeProvider
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(35);

    // How long connecting may take, and the handshake: a deadline that is shorter than some waits. A wait with its jitter is hardly ever just as long.
    private static readonly TimeSpan ConnectionDeadline = TimeSpan.FromSeconds(10);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        bool isWait = dueTime >= TimeSpan.Zero && dueTime <= LongestWait && dueTime != ConnectionDeadline;
        return base.CreateTimer(callback, state, isWait ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
