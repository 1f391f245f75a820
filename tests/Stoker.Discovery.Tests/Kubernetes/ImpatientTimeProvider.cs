namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>
/// A clock for tests of what comes out in the end: short waits are over at once, long ones never. Those of the HTTP client for a connection are not
/// waits for time to pass, but for a server that is there. Safe from several threads.
/// </summary>
internal sealed class ImpatientTimeProvider(TimeSpan shortest) : TimeProvider
{
    private static readonly TimeSpan ConnectionDeadline = TimeSpan.FromSeconds(10);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, IsOverAtOnce(dueTime) ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private bool IsOverAtOnce(TimeSpan wait) => wait >= TimeSpan.Zero && wait <= shortest && wait != ConnectionDeadline;
}
