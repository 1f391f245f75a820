namespace Stoker.TestKit.Pyroscope;

/// <summary>Lets tests await that a count has been reached. The owner holds its own lock around each call.</summary>
internal sealed class Waiters
{
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];

    /// <summary>Completes as soon as the count is reached.</summary>
    public Task WaitFor(int count, int present)
    {
        if (present >= count)
        {
            return Task.CompletedTask;
        }

        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiters.Add((count, reached));
        return reached.Task;
    }

    public void Reach(int present)
    {
        foreach ((_, TaskCompletionSource reached) in _waiters.Where(waiter => waiter.Count <= present))
        {
            reached.TrySetResult();
        }

        _waiters.RemoveAll(waiter => waiter.Count <= present);
    }
}
