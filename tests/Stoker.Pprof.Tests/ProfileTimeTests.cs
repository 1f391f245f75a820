using System.Buffers;

namespace Stoker.Pprof.Tests;

public sealed class ProfileTimeTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1_700_000_000_000_000_000)]
    [InlineData(-1)]
    public void Write_ProfileWithTime_ChangesNothingElse(long timeNanos)
    {
        HandMade parts = new() { Rest = Wire.Join(Wire.Number(10, 5ul), Wire.Number(9, 77ul), Wire.Number(12, 3ul)) };
        byte[] expected = (parts with { Rest = Wire.Join(Wire.Number(10, 5ul), Wire.Number(9, timeNanos), Wire.Number(12, 3ul)) }).Build();
        Assert.Equal(expected, Write(parts.Build(), timeNanos));
    }

    [Fact]
    public void Write_ProfileWithoutTime_AddsIt()
    {
        byte[] profile = (new HandMade() with { Rest = [] }).Build();
        byte[] stamped = Write(profile, 42);
        Assert.Equal([.. profile, .. Wire.Number(9, 42ul)], stamped);
        Assert.Equal(42, Totals.Dump(stamped).Summary.TimeNanos);
    }

    [Fact]
    public void Write_TimeTwice_LeavesOne()
    {
        byte[] stamped = Write((new HandMade() with { Rest = Wire.Join(Wire.Number(9, 1ul), Wire.Number(12, 3ul), Wire.Number(9, 2ul)) }).Build(), 42);
        Assert.Equal((new HandMade() with { Rest = Wire.Join(Wire.Number(9, 42ul), Wire.Number(12, 3ul)) }).Build(), stamped);
    }

    [Fact]
    public void Write_NotAProfile_Throws() => Assert.Throws<ArgumentException>(() => Write([0x12, 0x50], 1));

    private static byte[] Write(byte[] profile, long timeNanos)
    {
        var output = new ArrayBufferWriter<byte>();
        ProfileTime.Write(profile, timeNanos, output);
        return output.WrittenSpan.ToArray();
    }
}
