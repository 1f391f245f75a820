namespace Stoker.Delivery.Queue;

/// <summary>
/// Wakes the one loop that waits on it. A signal that comes while nobody waits is kept; several become one. <see cref="Set"/> is safe from
/// several threads.
/// </summary>
internal sealed class Wakeup(TimeProvider time)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _signal = NewSignal();

    public void Set()
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            signal = _signal;
        }

        signal.TrySetResult();
    }

    /// <summary>Returns at the next signal, or after the limit.</summary>
    public async Task WaitAsync(TimeSpan? limit)
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            signal = _signal;
        }

        if (!signal.Task.IsCompleted)
        {
            if (limit is { } delay)
            {
                // A delay counts whole milliseconds and cuts the rest off; rounded down, the last one would be a busy loop.
                var whole = TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(delay.TotalMilliseconds)));
                using var ended = new CancellationTokenSource();
                await Task.WhenAny(signal.Task, Task.Delay(whole, time, ended.Token));
                await ended.CancelAsync();
            }
            else
            {
                await signal.Task;
            }
        }

        lock (_lock)
        {
            if (_signal.Task.IsCompleted)
            {
                _signal = NewSignal();
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
