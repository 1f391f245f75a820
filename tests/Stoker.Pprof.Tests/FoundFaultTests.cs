using System.Buffers;

namespace Stoker.Pprof.Tests;

/// <summary>Faults that the fuzz tests have found and that take more than one body to show.</summary>
public sealed class FoundFaultTests
{
    [Fact]
    public void Delta_LocationThatNamesTwoMappings_KeepsTheLastAndIsValid()
    {
        HandMade parts = new();
        byte[] mappings = Wire.Join(parts.Mappings, Wire.Bytes(3, Wire.Number(1, 5ul)));
        byte[] locations = Wire.Join(
            Wire.Bytes(4, Wire.Number(1, 1ul), Wire.Number(2, 5ul), Wire.Number(3, 0x1000ul), Wire.Number(2, 1ul)),
            Wire.Bytes(4, Wire.Number(1, 2ul), Wire.Number(3, 0x2000ul)));
        byte[] before = (parts with { Mappings = mappings, Locations = locations }).Build();
        byte[] after = (parts with
        {
            Mappings = mappings,
            Locations = locations,
            Samples = Wire.Bytes(2, Wire.Packed(1, 1, 2), Wire.Packed(2, 9)),
        }).Build();

        var delta = new ProfileDelta(Corpus.Memory);
        var output = new ArrayBufferWriter<byte>();
        delta.Compute(before, output);
        Assert.Equal(DeltaOutcome.Delta, delta.Compute(after, output).Outcome);
        Assert.True(ProfileReader.TryRead(output.WrittenSpan, out ProfileSummary summary, out PprofError? error), error?.ToString());
        Assert.Equal((1, 2, 1), (summary.SampleCount, summary.LocationCount, summary.MappingCount));
    }

    [Fact]
    public void TryRead_LastMappingOfALocationMissing_IsRefusedWhereItStands()
    {
        byte[] locations = Wire.Bytes(4, Wire.Number(1, 1ul), Wire.Number(2, 1ul), Wire.Number(2, 5ul));
        byte[] profile = new HandMade { Locations = locations }.Build();
        Assert.False(ProfileReader.TryRead(profile, out _, out PprofError? error));
        int place = profile.AsSpan().IndexOf(Wire.Number(2, 5ul));
        Assert.Equal(new PprofError(place, "location[0].mapping_id", "The profile has no mapping 5"), error);
    }
}
