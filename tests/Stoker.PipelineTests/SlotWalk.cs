using Stoker.Scrape;
using Stoker.TestKit;

namespace Stoker.PipelineTests;

/// <summary>
/// Moves a manual clock from slot to slot of a running component, so that every scrape is made at its own moment: the clock goes on only when the
/// loop of the last slot sleeps again.
/// </summary>
internal sealed class SlotWalk
{
    private readonly ManualTimeProvider _time;
    private readonly PriorityQueue<PlannedScrape, DateTimeOffset> _slots = new();

    private SlotWalk(ManualTimeProvider time) => _time = time;

    /// <summary>Begins when every loop of the plan sleeps until its first slot.</summary>
    public static async Task<SlotWalk> StartAsync(IEnumerable<PlannedScrape> scrapes, ManualTimeProvider time)
    {
        var walk = new SlotWalk(time);
        DateTimeOffset now = time.GetUtcNow();
        foreach (PlannedScrape scrape in scrapes)
        {
            long wait = (scrape.SlotOffset.Ticks - (now.UtcTicks % scrape.Interval.Ticks) + scrape.Interval.Ticks) % scrape.Interval.Ticks;
            DateTimeOffset first = now + TimeSpan.FromTicks(wait);
            walk._slots.Enqueue(scrape, first);
            await Pipeline.WithinBound(time.WaitForTimerDueInAsync(RoundUp(first - now)));
        }

        return walk;
    }

    /// <summary>Passes every slot of the time span from now on, the end included.</summary>
    /// <param name="settled">What has to happen after each slot before the clock may go on; null for no more than the loop's sleep.</param>
    public async Task PassAsync(TimeSpan span, Func<Task>? settled = null)
    {
        DateTimeOffset end = _time.GetUtcNow() + span;
        while (_slots.TryPeek(out PlannedScrape? scrape, out DateTimeOffset slot) && slot <= end)
        {
            _slots.Dequeue();
            TimeSpan wait = RoundUp(slot - _time.GetUtcNow());
            await Pipeline.WithinBound(_time.WaitForTimerDueInAsync(wait));
            _time.Advance(wait);
            DateTimeOffset next = slot + scrape.Interval;
            _slots.Enqueue(scrape, next);
            await Pipeline.WithinBound(_time.WaitForTimerDueInAsync(RoundUp(next - _time.GetUtcNow())));
            if (settled is not null)
            {
                await settled();
            }
        }

        TimeSpan left = end - _time.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            _time.Advance(left);
        }
    }

    // A timer counts whole milliseconds.
    private static TimeSpan RoundUp(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
}
