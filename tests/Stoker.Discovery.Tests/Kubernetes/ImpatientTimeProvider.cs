namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>
/// A clock for tests of what comes out in the end: short waits are over at once, long ones never. Safe from several threads.
/// </summary>
internal sealed class ImpatientTimeProvider(TimeSpan shortest) : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime <= shortest && dueTime >= TimeSpan.Zero ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
