namespace Stoker.Scrape.Tests.Running;

public sealed class ScrapeStatusTests
{
    [Fact]
    public void After_ReasonsThatAlternate_EachIsWarnedOfOnceUntilASuccess()
    {
        ScrapeStatus status = Fail(Fail(ScrapeStatus.Initial, ScrapeFailureReason.Closed), ScrapeFailureReason.Protocol);

        Assert.True(status.HasWarnedOf(ScrapeFailureReason.Closed));
        Assert.True(status.HasWarnedOf(ScrapeFailureReason.Protocol));
        Assert.False(status.HasWarnedOf(ScrapeFailureReason.Dns));

        using var success = new ScrapeOutcome { StartedAt = default, SentTimestamp = 0 };
        Assert.False(status.After(success, TimeSpan.Zero).HasWarnedOf(ScrapeFailureReason.Closed));
    }

    [Fact]
    public void HasWarnedOf_EveryReason_HasABitOfItsOwn()
    {
        ScrapeFailureReason[] reasons = Enum.GetValues<ScrapeFailureReason>();

        foreach (ScrapeFailureReason reason in reasons)
        {
            ScrapeStatus status = Fail(ScrapeStatus.Initial, reason);
            Assert.Equal([reason], reasons.Where(status.HasWarnedOf));
        }
    }

    private static ScrapeStatus Fail(ScrapeStatus before, ScrapeFailureReason reason)
    {
        using var outcome = new ScrapeOutcome { StartedAt = default, SentTimestamp = 0, Failure = new ScrapeFailure(reason, "http://h/", "", "") };
        return before.After(outcome, TimeSpan.Zero);
    }
}
