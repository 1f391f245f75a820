namespace Stoker.Syntax.Tests;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0", 0, "0s")]
    [InlineData("-0", 0, "0s")]
    [InlineData("0s", 0, "0s")]
    [InlineData("15s", 150_000_000, "15s")]
    [InlineData("1m30s", 900_000_000, "1m30s")]
    [InlineData("1.5h", 54_000_000_000, "1h30m0s")]
    [InlineData(".5s", 5_000_000, "500ms")]
    [InlineData("5.s", 50_000_000, "5s")]
    [InlineData("-5s", -50_000_000, "-5s")]
    [InlineData("+5s", 50_000_000, "5s")]
    [InlineData("1m1h", 36_600_000_000, "1h1m0s")]
    [InlineData("1s1s", 20_000_000, "2s")]
    [InlineData("1ms500us", 15_000, "1.5ms")]
    [InlineData("5us", 50, "5µs")]
    [InlineData("5µs", 50, "5µs")]
    [InlineData("5μs", 50, "5µs")]
    [InlineData("300ns", 3, "300ns")]
    [InlineData("149ns", 1, "100ns")]
    [InlineData("49ns", 0, "0s")]
    [InlineData("1h0.25s", 36_002_500_000, "1h0m0.25s")]
    [InlineData("2562047h47m16.854775807s", 92_233_720_368_547_758, "2562047h47m16.8547758s")]
    [InlineData("0.00000000000000000000000000000000001s", 0, "0s")]
    public void TryParse_Valid_GivesTicksAndFormatsBack(string text, long ticks, string formatted)
    {
        Assert.True(GoDuration.TryParse(text, out TimeSpan duration, out string error), error);
        Assert.Equal(ticks, duration.Ticks);
        Assert.Equal(formatted, GoDuration.Format(duration));
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("-", "it is empty")]
    [InlineData("100", "\"100\" has no unit; units are ns, us, ms, s, m and h")]
    [InlineData("1d", "unknown unit \"d\"; units are ns, us, ms, s, m and h; write 1d as 24h")]
    [InlineData("1w", "unknown unit \"w\"; units are ns, us, ms, s, m and h; write 1w as 168h")]
    [InlineData("1h 30m", "unknown unit \"h \"; units are ns, us, ms, s, m and h; a duration has no spaces")]
    [InlineData("1H", "unknown unit \"H\"; units are ns, us, ms, s, m and h; did you mean \"h\"?")]
    [InlineData("s", "\"s\" does not start with a number")]
    [InlineData(".s", "\".s\" does not start with a number")]
    [InlineData("1.2.3s", "\"1.2.3s\" does not start with a number")]
    [InlineData("1s-1s", "unknown unit \"s-\"; units are ns, us, ms, s, m and h")]
    [InlineData("2562048h", "it is longer than a duration can be, which is about 292 years")]
    [InlineData("99999999999999999999999999999999999999h", "it is longer than a duration can be, which is about 292 years")]
    [InlineData("2562047h2562047h", "it is longer than a duration can be, which is about 292 years")]
    public void TryParse_Invalid_SaysWhy(string text, string expected)
    {
        Assert.False(GoDuration.TryParse(text, out _, out string error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Format_Random_ParsesBack()
    {
        var random = new Random(4);
        for (int i = 0; i < 10_000; i++)
        {
            TimeSpan duration = TimeSpan.FromTicks(random.NextInt64(-(1L << random.Next(1, 56)), 1L << random.Next(1, 56)));
            string text = GoDuration.Format(duration);
            Assert.True(GoDuration.TryParse(text, out TimeSpan parsed, out string error), $"{text}: {error}");
            Assert.Equal(duration, parsed);
        }
    }
}
