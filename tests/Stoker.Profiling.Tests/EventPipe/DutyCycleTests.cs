using Stoker.Profiling.EventPipe;

namespace Stoker.Profiling.Tests.EventPipe;

public sealed class DutyCycleTests
{
    [Theory]
    [InlineData(null, 1)]
    [InlineData("", 1)]
    [InlineData("a", 10)]
    [InlineData("10", 16)]
    [InlineData("0", 1)]
    [InlineData("nonsense", 1)]
    public void SamplerInterval_BySetting_IsHexadecimalMilliseconds(string? setting, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), DutyCycle.SamplerInterval(setting));

    [Theory]
    [InlineData(1)]
    [InlineData(19)]
    [InlineData(99)]
    [InlineData(499)]
    [InlineData(999)]
    public void For_ARate_SweepsThatOftenOnAverage(int rate)
    {
        DutyCycle duty = DutyCycle.For(rate, TimeSpan.FromMilliseconds(1));

        Assert.Equal(rate, duty.Burst / duty.Cycle * 1000, 0.01);
        Assert.InRange(duty.Burst, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(1));
        Assert.True(duty.Burst <= duty.Cycle);
    }
}
