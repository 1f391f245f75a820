namespace Stoker.Pprof.Tests;

/// <summary>Numbers of every length, with all bits set and with each single one.</summary>
public sealed class NumberTests
{
    [Fact]
    public void Read_NumbersOfEveryLength_AreRight()
    {
        ulong[] numbers =
        [
            .. Enumerable.Range(0, 64).Select(bit => 1ul << bit), .. Enumerable.Range(0, 64).Select(bit => ulong.MaxValue >> bit),
            0x0123456789ABCDEF, 0x00AA55AA55AA55AA,
        ];
        byte[] samples = Wire.Join([.. numbers.Select((number, i) =>
            Wire.Bytes(2, Wire.Packed(1, 1), Wire.Packed(2, number), Wire.Bytes(3, Wire.Number(1, 1ul), Wire.Number(3, number))))]);
        ProfileDump dump = Totals.Dump((new HandMade() { Samples = samples }).Build());
        Assert.Equal(numbers, dump.Samples.Select(sample => (ulong)sample.Values[0]));
        Assert.Equal(numbers, dump.Samples.Select(sample => (ulong)sample.Labels[0].Number));
    }
}
