using System.Net;
using Stoker.Scrape.Tests.Running;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Fetching;

/// <summary>How often a body is held while it comes, and how much of one that is too large.</summary>
public sealed class BodyHoldingTests
{
    [Fact]
    public async Task Body_HalfWayThrough_IsCountedOnceUntilTheScrapeEnds()
    {
        const int length = 3_000_000;
        var half = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var rest = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var body = new SeenBody(length, handed =>
        {
            if (handed < length / 2)
            {
                return Task.CompletedTask;
            }

            half.TrySetResult();
            return rest.Task;
        });
        var budget = new ByteBudget(256 << 20);
        await using var scrape = new RunningScrape(RunningScrape.One("custom"), Serving(body, length), budget: budget);
        await scrape.ReachFirstSlotAsync();
        await RunningScrape.WithinBound(half.Task);

        long used = budget.UsedBytes;
        rest.SetResult();
        await scrape.AsleepForAsync(TimeSpan.FromSeconds(15));

        Assert.InRange(used, length, length + (length / 8));
        Assert.Equal((length, 0), (body.Handed, budget.UsedBytes));
    }

    /// <summary>What is counted is what is taken: reading a large body allocates one copy of it, and no second one beside.</summary>
    [Fact]
    public async Task Body_ReadToItsEnd_TakesTheMemoryOfOneCopy()
    {
        const int length = 8 << 20;
        using var client = new HttpMessageInvoker(Serving(new SeenBody(length, _ => Task.CompletedTask), length));
        using ByteLease lease = new ByteBudget(256 << 20).Lease();
        var request = new ScrapeRequest("http://h:1/p", TimeSpan.FromSeconds(18), null, 16 << 20, 64 << 20, 0, 0);
        var time = new ManualTimeProvider();

        // Nothing in it waits, so that all of it is this thread's, and no other test's is among it.
        long before = GC.GetAllocatedBytesForCurrentThread();
        Task<ScrapeOutcome> attempt = ScrapeAttempt.RunAsync(request, client, lease, time, TestContext.Current.CancellationToken);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(attempt.IsCompletedSuccessfully);

        using ScrapeOutcome outcome = await attempt;
        Assert.Equal((length, length, null), (outcome.WireBytes, outcome.Plain.Length, outcome.Failure));
        Assert.InRange(allocated, length, length + (length / 8));
    }

    /// <summary>A body of unknown length that never ends: not a byte is taken beyond the one that tells that it is too large.</summary>
    [Fact]
    public async Task Body_OverTheLimit_IsNeverHeldBeyondTheLimit()
    {
        const int limit = 200_000;
        var budget = new ByteBudget(256 << 20);
        long most = 0;
        var body = new SeenBody(long.MaxValue, _ =>
        {
            most = Math.Max(most, budget.UsedBytes);
            return Task.CompletedTask;
        });
        await using var scrape = new RunningScrape(
            RunningScrape.One("custom") with { ResponseSizeLimit = limit }, Serving(body, declared: null), budget: budget);

        await scrape.FirstTickAsync();

        Assert.Equal("too_large", scrape.Shown()["last_error_reason"]);
        Assert.Equal(limit + 1, body.Handed);
        Assert.InRange(most, 1, limit + 1);
        Assert.Equal(0, budget.UsedBytes);
    }

    private static ScriptedHttpHandler Serving(SeenBody body, long? declared) => new(_ =>
        new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(body) { Headers = { ContentLength = declared } } });

    /// <summary>So many zero bytes in small pieces; the test is told before each how many it has handed out.</summary>
    private sealed class SeenBody(long length, Func<long, Task> beforeRead) : MemoryStream
    {
        private const int Piece = 16 * 1024;

        public long Handed { get; private set; }

        // A stream that can seek tells its length, and this one has none.
        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await beforeRead(Handed);
            int count = (int)Math.Min(Math.Min(buffer.Length, Piece), length - Handed);
            buffer.Span[..count].Clear();
            Handed += count;
            return count;
        }
    }
}
