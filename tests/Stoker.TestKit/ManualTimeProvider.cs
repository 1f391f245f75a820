namespace Stoker.TestKit;

/// <summary>
/// A clock that stands still until a test advances it. Timers fire inside <see cref="Advance"/>, in the order of their due times, with the
/// clock at each one's due time. The wall clock can be set apart from the monotonic one, as an administrator would. Safe from several threads.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Reached)> _dueWaiters = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Reached)> _quietWaiters = [];
    private TimeSpan _elapsed;
    private DateTimeOffset _origin;

    public ManualTimeProvider(DateTimeOffset? start = null) =>
        _origin = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return _origin + _elapsed;
        }
    }

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return _elapsed.Ticks;
        }
    }

    /// <summary>Moves the wall clock only; the monotonic clock and every timer stay where they are.</summary>
    public void JumpWallClock(TimeSpan by)
    {
        lock (_lock)
        {
            _origin += by;
        }
    }

    /// <summary>Completes as soon as at least so many timers wait to fire: the code under test has gone to sleep.</summary>
    public Task WaitForTimersAsync(int count)
    {
        lock (_lock)
        {
            if (_timers.Count >= count)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((count, reached));
            return reached.Task;
        }
    }

    /// <summary>Completes as soon as a timer waits that is due in exactly so long: the code under test sleeps until then.</summary>
    public Task WaitForTimerDueInAsync(TimeSpan fromNow)
    {
        lock (_lock)
        {
            TimeSpan due = _elapsed + fromNow;
            if (_timers.Exists(timer => timer.Due == due))
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _dueWaiters.Add((due, reached));
            return reached.Task;
        }
    }

    /// <summary>Completes as soon as no timer waits that is due in less than so long: nothing is under way that has so short a deadline.</summary>
    public Task WaitForNoTimerDueWithinAsync(TimeSpan fromNow)
    {
        lock (_lock)
        {
            TimeSpan due = _elapsed + fromNow;
            if (!_timers.Exists(timer => timer.Due < due))
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _quietWaiters.Add((due, reached));
            return reached.Task;
        }
    }

    /// <summary>
    /// Advances, unless a timer is due before the end of it: then something is under way that would be late, and nothing happens. What begins meanwhile
    /// begins at the end of it.
    /// </summary>
    public bool TryAdvance(TimeSpan by)
    {
        lock (_lock)
        {
            if (_timers.Exists(timer => timer.Due < _elapsed + by))
            {
                return false;
            }

            _elapsed += by;
        }

        Advance(TimeSpan.Zero);
        return true;
    }

    /// <summary>Moves both clocks as after a suspension: no timer fires on the way, and those that are due fire once, late, at its end.</summary>
    public void Suspend(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_lock)
        {
            _elapsed += by;
            due = [.. _timers.Where(timer => timer.Due <= _elapsed).OrderBy(timer => timer.Due)];
            foreach (ManualTimer timer in due)
            {
                RescheduleLocked(timer, timer.Period > TimeSpan.Zero ? _elapsed + timer.Period : null);
            }
        }

        foreach (ManualTimer timer in due)
        {
            timer.Fire();
        }
    }

    public void Advance(TimeSpan by)
    {
        TimeSpan target;
        lock (_lock)
        {
            target = _elapsed + by;
        }

        while (true)
        {
            ManualTimer? due;
            lock (_lock)
            {
                due = _timers.Where(timer => timer.Due <= target).MinBy(timer => timer.Due);
                if (due is null)
                {
                    _elapsed = target;
                    return;
                }

                _elapsed = due.Due > _elapsed ? due.Due : _elapsed;
                RescheduleLocked(due, due.Period > TimeSpan.Zero ? due.Due + due.Period : null);
            }

            due.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void RescheduleLocked(ManualTimer timer, TimeSpan? due)
    {
        _timers.Remove(timer);
        if (due is not { } next)
        {
            foreach ((TimeSpan Due, TaskCompletionSource Reached) waiter in _quietWaiters.FindAll(waiter => !_timers.Exists(other => other.Due < waiter.Due)))
            {
                waiter.Reached.TrySetResult();
                _quietWaiters.Remove(waiter);
            }

            return;
        }

        timer.Due = next;
        _timers.Add(timer);
        foreach ((_, TaskCompletionSource reached) in _waiters.Where(waiter => waiter.Count <= _timers.Count))
        {
            reached.TrySetResult();
        }

        _waiters.RemoveAll(waiter => waiter.Count <= _timers.Count);
        foreach ((_, TaskCompletionSource reached) in _dueWaiters.Where(waiter => waiter.Due == next))
        {
            reached.TrySetResult();
        }

        _dueWaiters.RemoveAll(waiter => waiter.Due == next);
    }

    private sealed class ManualTimer(ManualTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._lock)
            {
                Period = period == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : period;
                owner.RescheduleLocked(this, dueTime == Timeout.InfiniteTimeSpan ? null : owner._elapsed + dueTime);
            }

            return true;
        }

        public void Dispose()
        {
            lock (owner._lock)
            {
                owner.RescheduleLocked(this, null);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
