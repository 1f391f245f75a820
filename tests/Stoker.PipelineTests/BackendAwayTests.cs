using System.Net;
using System.Net.Http.Headers;
using Stoker.Scrape;
using Stoker.TestKit;
using Stoker.TestKit.Pyroscope;

namespace Stoker.PipelineTests;

public sealed class BackendAwayTests
{
    private const int Ticks = 20;

    // No other timer of the components is due in a whole interval, so a timer that is shows that a scrape has ended.
    private const string Configuration = """
        pyroscope.scrape "a" {
          targets         = [{"__address__" = "target:1"}, {"__address__" = "target:2"}]
          scrape_interval = "13s"
          forward_to      = [pyroscope.write.b.receiver]
          profiling_config {
            profile.memory      { enabled = false }
            profile.block       { enabled = false }
            profile.mutex       { enabled = false }
            profile.process_cpu { enabled = false }
          }
        }
        pyroscope.write "b" {
          endpoint {
            url            = "http://backend:4040"
            remote_timeout = "7s"
          }
        }
        """;

    [Theory]
    [InlineData("well")]
    [InlineData("hanging")]
    [InlineData("refusing")]
    [InlineData("failing")]
    public async Task Backend_InAnyState_ChangesNoSlotAndNoLateness(string backend)
    {
        byte[] body = SampleProfile.CreateGzip(new ManualTimeProvider().GetUtcNow());
        int scrapes = 0;
        var handler = new ScriptedHttpHandler(async (request, token) =>
        {
            if (request.Uri.Host == "target")
            {
                Interlocked.Increment(ref scrapes);
                return ScriptedHttpHandler.Ok(body);
            }

            switch (backend)
            {
                case "hanging":
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                    break;
                case "refusing":
                    throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused");
                case "failing":
                    return ScriptedHttpHandler.Answer(HttpStatusCode.ServiceUnavailable, []);
            }

            HttpResponseMessage taken = ScriptedHttpHandler.Ok([]);
            taken.Content.Headers.ContentType = new MediaTypeHeaderValue("application/proto");
            return taken;
        });
        await using var pipeline = new Pipeline(Configuration, handler);
        await pipeline.StartAsync();
        IReadOnlyList<PlannedScrape> plan = pipeline.PlanOf("pyroscope.scrape.a").Scrapes;
        Assert.Equal(2, plan.Count);

        // Slot by slot: the clock goes to the next slot only when the scrape of the last one has been asked for and its loop sleeps again.
        var slots = new PriorityQueue<PlannedScrape, DateTimeOffset>();
        foreach (PlannedScrape scrape in plan)
        {
            DateTimeOffset first = FirstSlot(scrape, pipeline.Time.GetUtcNow());
            slots.Enqueue(scrape, first);

            // Both sleep before the clock moves: a loop that was still computing its first slot would compute it from a time that is past.
            await Pipeline.WithinBound(pipeline.Time.WaitForTimerDueInAsync(RoundUp(first - pipeline.Time.GetUtcNow())));
        }

        for (int tick = 1; tick <= Ticks; tick++)
        {
            slots.TryDequeue(out PlannedScrape? scrape, out DateTimeOffset slot);
            TimeSpan wait = RoundUp(slot - pipeline.Time.GetUtcNow());
            await Pipeline.WithinBound(pipeline.Time.WaitForTimerDueInAsync(wait));
            pipeline.Time.Advance(wait);
            slots.Enqueue(scrape!, slot + scrape!.Interval);
            await Pipeline.WithinBound(pipeline.Time.WaitForTimerDueInAsync(RoundUp(slot + scrape.Interval - pipeline.Time.GetUtcNow())));
            Assert.Equal(tick, Volatile.Read(ref scrapes));
        }

        Assert.Equal(Ticks, await pipeline.MetricAsync("stoker_scrape_lateness_seconds_count"));
        Assert.InRange(await pipeline.MetricAsync("stoker_scrape_lateness_seconds_sum"), 0, Ticks * 0.001);
        Assert.Equal(0, await pipeline.MetricAsync("stoker_scrape_missed_ticks_total"));
    }

    private static DateTimeOffset FirstSlot(PlannedScrape scrape, DateTimeOffset now)
    {
        long past = now.UtcTicks % scrape.Interval.Ticks;
        long wait = (scrape.SlotOffset.Ticks - past + scrape.Interval.Ticks) % scrape.Interval.Ticks;
        return now + TimeSpan.FromTicks(wait);
    }

    // A timer counts whole milliseconds.
    private static TimeSpan RoundUp(TimeSpan wait) => TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
}
