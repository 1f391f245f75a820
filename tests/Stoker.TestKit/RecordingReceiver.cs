using Stoker.Components;

namespace Stoker.TestKit;

/// <summary>Keeps every profile that it is given. Safe from several threads.</summary>
public sealed class RecordingReceiver : IProfileReceiver
{
    private readonly Lock _lock = new();
    private readonly List<RawProfile> _profiles = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];

    /// <summary>A copy of what has come so far.</summary>
    public IReadOnlyList<RawProfile> Profiles
    {
        get
        {
            lock (_lock)
            {
                return [.. _profiles];
            }
        }
    }

    public void Accept(RawProfile profile)
    {
        lock (_lock)
        {
            _profiles.Add(profile);
            foreach ((_, TaskCompletionSource reached) in _waiters.Where(waiter => waiter.Count <= _profiles.Count))
            {
                reached.TrySetResult();
            }
        }
    }

    /// <summary>Completes as soon as at least so many profiles have come.</summary>
    public Task WaitForAsync(int count)
    {
        lock (_lock)
        {
            if (_profiles.Count >= count)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((count, reached));
            return reached.Task;
        }
    }
}
