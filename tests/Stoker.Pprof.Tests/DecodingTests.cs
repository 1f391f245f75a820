using System.Buffers;
using Stoker.TestKit.Programs;

namespace Stoker.Pprof.Tests;

/// <summary>Ways of the decoder that usual profiles on usual machines do not take.</summary>
public sealed class DecodingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // 65,536 and more do not fit in the lanes in which ids of two bytes are compared; ids up to 16,383 are read in lanes nevertheless.
    [Theory]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(70_000)]
    public void Read_LocationsBeyond16Bits_AreFound(int count)
    {
        ulong[] ids = [1, 2, 127, 128, 4464, 4465, 16_383, 16_384, 5, 6, 7, 8, 9, 10, 11, 12_000, 65_535, (ulong)count, 3, 4];
        byte[] before = Build(value: 5);
        Assert.Equal(ids.Select(id => id + 0x1000), Addresses(before));
        Assert.Equal(ids.Select(id => id + 0x1000), Addresses(Merged.Of(before)));

        var delta = new ProfileDelta([new("alloc_space", "bytes")]);
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(DeltaOutcome.Baseline, delta.Compute(before, output).Outcome);
        Assert.Equal(1, delta.Compute(Build(value: 8), output).SampleCount);
        Assert.Equal(ids.Select(id => id + 0x1000), Addresses(output.WrittenSpan.ToArray()));

        // The first id that is of no location.
        byte[] beyond = [.. before, .. Wire.Bytes(2, Wire.Packed(1, 1, (ulong)count + 1), Wire.Packed(2, 1))];
        Assert.False(ProfileReader.TryRead(beyond, out _, out PprofError? error));
        Assert.Equal(($"The profile has no location {count + 1}", "sample[1].location_id[1]"), (error.Message, error.Field));

        byte[] Build(ulong value) => new HandMade
        {
            Samples = Wire.Bytes(2, Wire.Packed(1, ids), Wire.Packed(2, value)),
            Locations = Wire.Join(
                [.. Enumerable.Range(1, count).Select(id => Wire.Bytes(4, Wire.Number(1, (ulong)id), Wire.Number(3, (ulong)id + 0x1000)))]),
        }.Build();
    }

    /// <summary>Processors of other makes have no instruction for joining the parts of a number; .NET can be told to do without.</summary>
    [Fact]
    public async Task Read_WithoutSpecialInstructions_IsTheSame()
    {
        string program = Path.Combine(
            AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Stoker.Pprof.Tests.exe" : "Stoker.Pprof.Tests");
        string[] classes = [nameof(ProfileReaderTests), nameof(DeltaOrderTests), nameof(ProfileMergeTests), nameof(NumberTests)];
        await using ChildProcess child = ChildProcess.Start(
            program,
            classes.SelectMany(name => (string[])["-class", $"{typeof(DecodingTests).Namespace}.{name}"]),
            environment: new Dictionary<string, string> { ["DOTNET_EnableHWIntrinsic"] = "0" });
        int code = await child.WaitForExitAsync(Cancellation);
        Assert.True(code == 0, child.Tail);
        Assert.Contains(child.Output, line => line.Contains("Failed: 0", StringComparison.Ordinal));
    }

    private static IEnumerable<ulong> Addresses(byte[] profile) =>
        Totals.Dump(profile).Samples.Single().LeafFirst.Select(frame => frame.Address);
}
