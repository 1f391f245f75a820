using System.Buffers;

namespace Stoker.Pprof.Tests;

/// <summary>Bodies that end too early, at every byte.</summary>
public sealed class CutTests
{
    public static TheoryData<string> Small => Corpus.Small;

    /// <summary>
    /// A message does not tell its length, so a profile that is cut between two fields of its top level can be one itself. It then holds
    /// what came before the cut and nothing else.
    /// </summary>
    [Theory]
    [MemberData(nameof(Small))]
    public void Profile_CutAnywhere_IsRefusedOrHoldsWhatCameBefore(string name)
    {
        byte[] profile = Corpus.Read(name);
        List<(int Field, int Start, int End)> fields = [.. Wire.TopLevel(profile)];
        Dictionary<int, int> samplesAt = fields.ToDictionary(
            field => field.Start, field => fields.Count(other => other.Field == 2 && other.End <= field.Start));
        string[] whole = [.. Totals.Dump(profile).Samples.Select(Describe)];
        for (int length = 0; length < profile.Length; length++)
        {
            ReadOnlySpan<byte> cut = profile.AsSpan(0, length);
            bool isValid = ProfileReader.TryRead(cut, out _, out PprofError? error);
            Assert.Equal(isValid, ProfileDump.TryRead(cut, out ProfileDump? dump, out PprofError? dumpError));
            DeltaResult delta = new ProfileDelta(Corpus.DeltaColumns).Compute(cut, new ArrayBufferWriter<byte>());
            Assert.Equal((error, error), (dumpError, delta.Error));
            Assert.Equal(isValid, delta.Outcome != DeltaOutcome.Malformed);
            if (isValid)
            {
                Assert.True(samplesAt.TryGetValue(length, out int samples), $"Cut at {length} of {profile.Length}, inside a field");
                Assert.Equal(whole[..samples], dump!.Samples.Select(Describe));
            }
            else
            {
                Assert.InRange(error!.Offset, 0, length);
                Assert.NotEmpty(error.Field);
                Assert.NotEmpty(error.Message);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Small))]
    public void Body_CutAnywhere_IsRefused(string name)
    {
        byte[] body = Corpus.ReadBody(name);
        var output = new ArrayBufferWriter<byte>();
        for (int length = 0; length < body.Length; length++)
        {
            output.ResetWrittenCount();
            Assert.Equal(InflateOutcome.Malformed, GzipBody.TryInflate(body.AsMemory(0, length), 1 << 20, output, out PprofError? error));
            Assert.InRange(error!.Offset, 0, length);
            Assert.NotEmpty(error.Message);
        }
    }

    private static string Describe(ProfileSample sample) =>
        $"{string.Join(" < ", sample.LeafFirst)} | {string.Join(' ', sample.Values)} | {string.Join(' ', sample.Labels)}";
}
