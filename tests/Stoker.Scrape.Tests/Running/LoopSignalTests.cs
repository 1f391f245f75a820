namespace Stoker.Scrape.Tests.Running;

public sealed class LoopSignalTests
{
    [Fact]
    public async Task Signal_WhileNobodyWaits_IsKeptOnce()
    {
        var signal = new LoopSignal();
        signal.Signal();
        signal.Signal();

        await signal.WaitAsync();

        ValueTask second = signal.WaitAsync();
        Assert.False(second.IsCompleted);
        signal.Signal();
        await second;
    }

    [Fact]
    public async Task Signal_FromAnotherThread_IsNeverLost()
    {
        const int Rounds = 200_000;
        var ping = new LoopSignal();
        var pong = new LoopSignal();
        Task answering = Task.Run(async () =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                await ping.WaitAsync();

                // Away from the thread that signalled, so that waiting and signalling really meet.
                await Task.Yield();
                pong.Signal();
            }
        }, TestContext.Current.CancellationToken);
        Task asking = Task.Run(async () =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                ping.Signal();
                await pong.WaitAsync();
            }
        }, TestContext.Current.CancellationToken);

        await Task.WhenAll(answering, asking).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }
}
