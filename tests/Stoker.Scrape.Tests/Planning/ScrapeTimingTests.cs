namespace Stoker.Scrape.Tests.Planning;

public sealed class ScrapeTimingTests
{
    [Theory]
    [InlineData(15, null, null, 18)]
    [InlineData(15, null, 14, 18)]
    [InlineData(5, null, 4, 18)]
    [InlineData(60, null, 59, 63)]
    [InlineData(60, null, null, 63)]
    [InlineData(15, null, 30, 34)]
    [InlineData(15, 18, 14, 18)]
    [InlineData(60, 70, 59, 70)]
    [InlineData(15, 10, 14, 24)]
    [InlineData(15, 10, null, 10)]
    [InlineData(15, 15, 14, 29)]
    [InlineData(300, 60, 15, 75)]
    [InlineData(15, 20, 30, 50)]
    public void Deadline_FollowsTheDesign(int interval, int? timeout, int? seconds, int expected) => Assert.Equal(
        TimeSpan.FromSeconds(expected),
        new ScrapeTiming(TimeSpan.FromSeconds(interval), timeout is { } t ? TimeSpan.FromSeconds(t) : null, null)
            .Deadline(seconds is { } s ? TimeSpan.FromSeconds(s) : null));

    [Theory]
    [InlineData(15_000, null, 14)]
    [InlineData(2_500, null, 1)]
    [InlineData(60_000, 14_000, 14)]
    [InlineData(60_000, 14_900, 14)]
    public void DeltaSeconds_AreWholeAndRoundedDown(int intervalMs, int? durationMs, int expected) => Assert.Equal(
        TimeSpan.FromSeconds(expected),
        new ScrapeTiming(TimeSpan.FromMilliseconds(intervalMs), null, durationMs is { } d ? TimeSpan.FromMilliseconds(d) : null).DeltaSeconds);
}
