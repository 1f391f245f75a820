using Stoker.Labels;
using Stoker.TestKit;

namespace Stoker.Components.Tests;

public sealed class FanOutTests
{
    private static readonly RawProfile Profile = new(LabelSet.Of(("__name__", "memory")), new byte[] { 1 }, 1, 1, DateTimeOffset.UnixEpoch, 0);

    [Fact]
    public void Accept_OneReceiverThrows_TheOthersGetTheProfile()
    {
        var first = new RecordingReceiver();
        var last = new RecordingReceiver();
        AggregateException failure = Assert.Throws<AggregateException>(() => new FanOut([first, new BrokenReceiver(), last]).Accept(Profile));
        Assert.Equal("broken", Assert.Single(failure.InnerExceptions).Message);
        Assert.Same(Profile, Assert.Single(first.Profiles));
        Assert.Same(Profile, Assert.Single(last.Profiles));
    }

    [Fact]
    public void Accept_NoReceiver_IsFine() => new FanOut([]).Accept(Profile);

    private sealed class BrokenReceiver : IProfileReceiver
    {
        public void Accept(RawProfile profile) => throw new InvalidOperationException("broken");
    }
}
