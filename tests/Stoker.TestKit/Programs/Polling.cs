using Xunit;

namespace Stoker.TestKit.Programs;

/// <summary>Waits in real time for another process. What happens inside the test's own process is awaited by signals instead.</summary>
public static class Polling
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Asks again and again until the answer is not null, and gives that answer. The test fails with <paramref name="awaited"/> and what
    /// <paramref name="explain"/> says when it has not come after <paramref name="atMost"/>.
    /// </summary>
    public static async Task<T> UntilAsync<T>(
        string awaited, TimeSpan atMost, Func<Task<T?>> ask, CancellationToken cancellationToken, Func<string>? explain = null)
        where T : class
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await ask().WaitAsync(cancellationToken) is { } answer)
            {
                return answer;
            }

            if (TimeProvider.System.GetElapsedTime(start) > atMost)
            {
                Assert.Fail($"After {atMost.TotalSeconds} s still not: {awaited}\n{explain?.Invoke()}");
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>Asks again and again until the answer is true.</summary>
    public static Task UntilAsync(
        string awaited, TimeSpan atMost, Func<Task<bool>> ask, CancellationToken cancellationToken, Func<string>? explain = null) =>
        UntilAsync<object>(awaited, atMost, async () => await ask() ? awaited : null, cancellationToken, explain);

    /// <summary>Asks again and again until the answer is true.</summary>
    public static Task UntilAsync(
        string awaited, TimeSpan atMost, Func<bool> ask, CancellationToken cancellationToken, Func<string>? explain = null) =>
        UntilAsync(awaited, atMost, () => Task.FromResult(ask()), cancellationToken, explain);
}
