namespace Stoker.Pprof.Tests;

/// <summary>Small bodies that would become large if what they repeat were copied each time.</summary>
public sealed class ProfileBoundsTests
{
    private static readonly string Long = new('x', 1 << 20);

    [Fact]
    public void TryRead_SampleTypesThatAllHaveOneLongName_IsRefusedForFewBytes()
    {
        byte[] type = Wire.Bytes(1, Wire.Number(1, 1ul), Wire.Number(2, 1ul));
        byte[] profile = Wire.Join([.. Enumerable.Repeat(type, 200), Wire.Texts("", Long)]);
        PprofError? error = null;
        long allocated = Allocated(() => ProfileReader.TryRead(profile, out _, out error));
        Assert.Equal("The name has 1048576 bytes, more than 1024 (byte 0, sample_type[0])", error?.ToString());
        Assert.InRange(allocated, 0, profile.Length);
    }

    [Fact]
    public void TryRead_NameOfPeriodType_HasTheSameLimit()
    {
        HandMade parts = new() { Rest = Wire.Bytes(11, Wire.Number(1, 1ul), Wire.Number(2, 5ul)) };
        Assert.True(ProfileReader.TryRead(With(new string('n', 1024)), out _, out _));
        Assert.False(ProfileReader.TryRead(With(new string('n', 1025)), out _, out PprofError? error));
        Assert.Equal("period_type", error.Field);

        byte[] With(string name) => (parts with { Strings = Wire.Join(parts.Strings, Wire.Texts(name)) }).Build();
    }

    [Fact]
    public void Dump_CommentsThatAreAllOneLongText_AreOneObject()
    {
        HandMade parts = new();
        byte[] profile = (parts with
        {
            Strings = Wire.Join(parts.Strings, Wire.Texts(Long)),
            Rest = Wire.Packed(13, [.. Enumerable.Repeat(5ul, 1000)]),
        }).Build();
        ProfileDump? dump = null;
        long allocated = Allocated(() => ProfileDump.TryRead(profile, out dump, out _));
        Assert.Equal(1000, dump?.Comments.Count);
        Assert.Equal(Long, dump?.Comments[999]);
        Assert.InRange(allocated, 0, 4 * profile.Length);
    }

    private static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
