using Stoker.Discovery.Consul;
using Stoker.TestKit;

namespace Stoker.Discovery.Tests.Consul;

/// <summary>The rules that Consul gives for loops of blocking queries.</summary>
public sealed class BlockingTests
{
    [Theory]
    [InlineData(0, 17, 17)] // the first answer
    [InlineData(17, 18, 18)] // a change
    [InlineData(17, 17, 17)] // the wait has passed
    [InlineData(17, 16, 0)] // backwards: from the beginning
    [InlineData(17, 0, 0)]
    [InlineData(0, 0, 1)] // never a query that waits for nothing, again and again
    [InlineData(1, 1, 1)]
    [InlineData(0, ulong.MaxValue, ulong.MaxValue)]
    public void Next_Index_FollowsTheRules(ulong asked, ulong answered, ulong expected) => Assert.Equal(expected, BlockingIndex.Next(asked, answered));

    [Fact]
    public async Task Wait_TwoAnswersInARow_PassAtOnceAndTheThirdWaits()
    {
        var time = new ManualTimeProvider();
        var pace = new QueryPace(time, TimeSpan.FromSeconds(30));
        CancellationToken never = TestContext.Current.CancellationToken;
        time.Advance(TimeSpan.FromMinutes(10));

        Assert.True(pace.WaitAsync(never).IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(pace.WaitAsync(never).IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Task third = pace.WaitAsync(never);
        time.Advance(TimeSpan.FromSeconds(27.9));
        Assert.False(third.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        await third.WaitAsync(TimeSpan.FromSeconds(30), never);

        Task fourth = pace.WaitAsync(never);
        time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.False(fourth.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        await fourth.WaitAsync(TimeSpan.FromSeconds(30), never);
    }

    [Fact]
    public void Wait_AnswersRarerThanTheInterval_NeverWait()
    {
        var time = new ManualTimeProvider();
        var pace = new QueryPace(time, TimeSpan.FromSeconds(30));
        for (int i = 0; i < 10; i++)
        {
            Assert.True(pace.WaitAsync(TestContext.Current.CancellationToken).IsCompleted);
            time.Advance(TimeSpan.FromSeconds(30));
        }
    }
}
