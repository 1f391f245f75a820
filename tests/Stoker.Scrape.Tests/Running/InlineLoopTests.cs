using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;
using Stoker.Components;
using Stoker.TestKit;
using ITimer = System.Threading.ITimer;

namespace Stoker.Scrape.Tests.Running;

/// <summary>
/// A reload starts and ends loops on its own thread, so that thousands of them never queue in the thread pool before the scrapes of others.
/// Each loop makes its timer when it starts and disposes it when it ends, which tells on which thread that is.
/// </summary>
public sealed class InlineLoopTests
{
    private const int Count = 50;

    [Fact]
    public async Task Apply_RemovedTargetsThatSleep_HaveEndedOnThisThreadWhenItReturns()
    {
        var time = new ThreadRecordingTime();
        var pool = new ScrapePool(ContextOf(time), new ByteBudget(1 << 20));
        using var stop = new CancellationTokenSource();
        Task run = ApplyOnThisThread(time, pool, stop.Token);

        await stop.CancelAsync();
        await RunningScrape.WithinBound(run);
    }

    // Without an await, so that it is one thread from the first line to the last.
    private static Task ApplyOnThisThread(ThreadRecordingTime time, ScrapePool pool, CancellationToken stop)
    {
        int self = Environment.CurrentManagedThreadId;
        pool.Apply(ArgumentsFor(Count));
        Task run = pool.RunAsync(stop);
        ScrapeLoop[] loops = [.. pool.Plan.Scrapes.Select(pool.LoopOf).OfType<ScrapeLoop>()];
        Assert.Equal(Count, loops.Length);
        Assert.All(loops, loop => Assert.NotNull(loop.NextScrape));
        Assert.Equal(Enumerable.Repeat(self, Count), time.Created);
        Assert.Empty(time.Disposed);

        pool.Apply(ArgumentsFor(1));

        Assert.Equal(Enumerable.Repeat(self, Count - 1), time.Disposed);
        Assert.False(loops[0].Completion.IsCompleted);
        Assert.All(loops[1..], loop => Assert.True(loop.Completion.IsCompletedSuccessfully));

        // One that is new starts in the same way.
        pool.Apply(ArgumentsFor(2));
        Assert.Equal(Enumerable.Repeat(self, Count + 1), time.Created);
        return run;
    }

    private static ScrapeArguments ArgumentsFor(int targets) => RunningScrape.One("custom") with
    {
        Targets = [.. Enumerable.Range(0, targets).Select(i => RunningScrape.TargetOf(("__address__", $"h{i}:1")))],
    };

    private static ComponentContext ContextOf(TimeProvider time) => new()
    {
        Id = RunningScrape.Id,
        Logger = NullLogger.Instance,
        Time = time,
        Metrics = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry()),
        StoragePath = "/nowhere",
        Agent = new AgentIdentity("0.0.0", "Stoker/test", "00000000-0000-0000-0000-000000000000"),
        PublishExports = _ => { },
        HttpHandler = new ScriptedHttpHandler(_ => throw new HttpRequestException()),
    };

    /// <summary>A clock that stands still, and the threads on which its timers are made and disposed. Safe from several threads.</summary>
    private sealed class ThreadRecordingTime : TimeProvider
    {
        private readonly ManualTimeProvider _time = new();
        private readonly Lock _lock = new();
        private readonly List<int> _created = [];
        private readonly List<int> _disposed = [];

        public override long TimestampFrequency => _time.TimestampFrequency;

        public IReadOnlyList<int> Created => CopyOf(_created);

        public IReadOnlyList<int> Disposed => CopyOf(_disposed);

        public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

        public override long GetTimestamp() => _time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Note(_created);
            return new RecordedTimer(this, _time.CreateTimer(callback, state, dueTime, period));
        }

        private int[] CopyOf(List<int> threads)
        {
            lock (_lock)
            {
                return [.. threads];
            }
        }

        private void Note(List<int> threads)
        {
            lock (_lock)
            {
                threads.Add(Environment.CurrentManagedThreadId);
            }
        }

        private sealed class RecordedTimer(ThreadRecordingTime owner, ITimer inner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(dueTime, period);

            public void Dispose()
            {
                owner.Note(owner._disposed);
                inner.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
