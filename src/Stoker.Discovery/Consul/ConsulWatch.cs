using Stoker.Discovery.Api;

namespace Stoker.Discovery.Consul;

/// <summary>
/// Asks one question of Consul without end: an answer at once, and from then on one query after the other that Consul holds back until something changes.
/// A failure is reported and the question asked again after a growing wait, from the beginning, because a server that comes back may have another past.
/// </summary>
/// <param name="question">What the question is to a reader.</param>
/// <param name="ask">One query that waits beyond an index, or answers at once for 0.</param>
/// <param name="accept">Takes an answer, which may be the same as the last, and returns null; or refuses it and returns why, which is a failure.</param>
internal sealed class ConsulWatch<T>(
    string question,
    Func<ulong, CancellationToken, Task<ApiResult<ConsulAnswer<T>>>> ask,
    Func<ConsulAnswer<T>, Task<string?>> accept,
    Findings findings,
    TimeProvider time,
    TimeSpan interval,
    Func<double> random)
{
    private static readonly TimeSpan ShortestRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource _attempted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the question has been answered or has failed once, or the watch has ended.</summary>
    public Task FirstAttempt => _attempted.Task;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var pace = new QueryPace(time, interval);
            ulong index = 0;
            int failures = 0;
            while (true)
            {
                ApiResult<ConsulAnswer<T>> result = await ask(index, cancellationToken);
                string? failure = result.Value is { } answer ? await accept(answer) : result.Failure;
                if (failure is not null)
                {
                    findings.Fail(question, failure);
                    _attempted.TrySetResult();
                    index = 0;
                    await Task.Delay(RetryAfter(++failures), time, cancellationToken);
                    continue;
                }

                failures = 0;
                index = BlockingIndex.Next(index, result.Value!.Index);
                _attempted.TrySetResult();
                await pace.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            _attempted.TrySetResult();
        }
    }

    /// <summary>Doubles up to a minute, less a random part of up to a half, so that thousands of watches do not come back together.</summary>
    private TimeSpan RetryAfter(int failures)
    {
        TimeSpan longest = ShortestRetry * Math.Pow(2, Math.Min(failures - 1, 10));
        return (longest < LongestRetry ? longest : LongestRetry) * (1 - (random() / 2));
    }
}
