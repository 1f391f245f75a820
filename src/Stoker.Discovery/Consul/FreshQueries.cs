using Stoker.Discovery.Api;

namespace Stoker.Discovery.Consul;

/// <summary>
/// Bounds the queries that wait for nothing: they come in a crowd, at the start and after an outage, while those that wait for a change are as many as there
/// are services. Where Consul hangs, each would wait for the deadlines of all before it; so the first that passes its deadline fails also those that have
/// waited for their turn as long. Safe from several threads.
/// </summary>
internal sealed class FreshQueries(TimeProvider time)
{
    /// <summary>How many are under way at most.</summary>
    public const int MaxAtOnce = 32;

    // Less than the deadline, because a timer may be a little early.
    private static readonly TimeSpan Late = ConsulApi.FreshDeadline - TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _slots = new(MaxAtOnce, MaxAtOnce);

    // Completes when the next query passes its deadline, and is then replaced.
    private TaskCompletionSource _hung = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Asks when it is its turn, or fails without asking where Consul lets others pass their deadlines.</summary>
    public async Task<ApiResult<T>> AskAsync<T>(Func<Task<ApiResult<T>>> ask, CancellationToken cancellationToken)
        where T : class
    {
        if (!await TryEnterAsync(cancellationToken))
        {
            return new ApiResult<T>(null, "not asked, because Consul did not answer what was asked before within its deadline; does it hang?", null);
        }

        try
        {
            long start = time.GetTimestamp();
            ApiResult<T> result = await ask();
            if (result.Failure is not null && time.GetElapsedTime(start) >= Late)
            {
                // Before the slot is free: those that wait fail, and only the rest of them ask.
                Interlocked.Exchange(ref _hung, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            }

            return result;
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<bool> TryEnterAsync(CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        using var givenUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task hung = Volatile.Read(ref _hung).Task;
        Task slot = _slots.WaitAsync(givenUp.Token);
        while (!slot.IsCompleted && await Task.WhenAny(slot, hung) == hung)
        {
            if (time.GetElapsedTime(start) >= Late)
            {
                await givenUp.CancelAsync();
                await slot.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!slot.IsCompletedSuccessfully)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    return false;
                }
            }

            // A slot that came at the same moment is taken below.
            hung = Volatile.Read(ref _hung).Task;
        }

        await slot;
        return true;
    }
}
