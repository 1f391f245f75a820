using System.Buffers;
using Stoker.TestKit.Programs;

namespace Stoker.Pprof.Tests;

/// <summary>Merges of captured profiles, compared with what <c>go tool pprof</c> makes of the same files.</summary>
public sealed class ProfileMergeCapturedTests
{
    public static TheoryData<string> All => Corpus.All;

    public static TheoryData<string> Pairs => Corpus.Pairs;

    // Those of Go programs, whose strings stand in the order in which they are used and none of whose stacks falls.
    public static TheoryData<string> GoAll => [.. Corpus.All.Select(row => row.Data).Where(name => !name.Contains('/'))];

    public static TheoryData<string> GoPairs => [.. Corpus.Pairs.Select(row => row.Data).Where(name => !name.Contains('/'))];

    [Theory]
    [MemberData(nameof(Pairs))]
    public Task Merge_OfCapturedPair_IsWhatGoToolSays(string name) => IsWhatGoToolSays(name + ".a", name + ".b");

    [Theory]
    [MemberData(nameof(Pairs))]
    public Task Merge_OfThree_IsWhatGoToolSays(string name) => IsWhatGoToolSays(name + ".b", name + ".a", name + ".b");

    [Theory]
    [MemberData(nameof(All))]
    public Task Merge_WithItself_IsWhatGoToolSays(string name) => IsWhatGoToolSays(name, name);

    [Theory]
    [InlineData("prometheus.allocs.a", "etcd.allocs.a", "caddy.allocs.b")]
    [InlineData("prometheus.profile", "etcd.profile", "caddy.profile")]
    [InlineData("etcd.goroutine", "caddy.goroutine", "prometheus.goroutine")]
    public Task Merge_OfSeveralPrograms_IsWhatGoToolSays(params string[] names) => IsWhatGoToolSays(names);

    [Theory]
    [MemberData(nameof(GoAll))]
    public void Merge_OfOneProfile_SaysTheSameInFewerBytes(string name)
    {
        byte[] profile = Corpus.Read(name);
        byte[] merged = Merged.Of(profile);
        Merged.AssertSame(Merged.Sum(Totals.Of(profile)), Totals.Of(merged));
        Assert.True(merged.Length <= profile.Length, $"{merged.Length} bytes of {profile.Length}");
        Assert.Equal(merged, Merged.Of(merged));
        ProfileSummary before = Totals.Dump(profile).Summary;
        ProfileSummary after = Totals.Dump(merged).Summary;
        Assert.Equal(before.PeriodType, after.PeriodType);
        Assert.Equal((before.Period, before.TimeNanos, before.DurationNanos), (after.Period, after.TimeNanos, after.DurationNanos));
        Assert.Equal(Totals.Dump(profile).Comments.Distinct(), Totals.Dump(merged).Comments);
        Assert.Equal(Totals.Dump(profile).DefaultSampleType, Totals.Dump(merged).DefaultSampleType);
    }

    [Theory]
    [MemberData(nameof(GoPairs))]
    public void Merge_OfProfileAndWhatFollowed_IsTheNextProfile(string name)
    {
        SampleType[] columns = Corpus.DeltaColumns;
        byte[] before = Corpus.Read(name + ".a");
        byte[] after = Corpus.Read(name + ".b");
        var delta = new ProfileDelta(columns);
        var output = new ArrayBufferWriter<byte>();
        delta.Compute(before, output);
        Assert.Equal(DeltaOutcome.Delta, delta.Compute(after, output).Outcome);
        Dictionary<string, long[]> merged = Totals.Of(Merged.Of(before, output.WrittenSpan.ToArray()));

        IReadOnlyList<SampleType> types = Totals.Dump(after).Summary.SampleTypes;
        foreach ((string stack, long[] values) in Merged.Sum(Totals.Of(after)))
        {
            for (int i = 0; i < types.Count; i++)
            {
                if (columns.Contains(types[i]))
                {
                    Assert.Equal(values[i], merged.TryGetValue(stack, out long[]? sums) ? sums[i] : 0);
                }
            }
        }
    }

    private static async Task IsWhatGoToolSays(params string[] names)
    {
        GoPprof pprof = GoPprof.FindOrSkip();
        CancellationToken token = TestContext.Current.CancellationToken;
        byte[] said = Corpus.Inflate(await pprof.MergeAsync([.. names.Select(name => (ReadOnlyMemory<byte>)Corpus.ReadBody(name))], token));
        byte[] merged = Merged.Of(names.Select(Corpus.Read));

        // The tool leaves out samples without a stack when it writes; they are not lost by the merge.
        Dictionary<string, long[]> sums = Totals.Of(merged, ofGoTool: true);
        string[] stackless = [.. sums.Keys.Where(key => key.StartsWith(" | ", StringComparison.Ordinal))];
        Assert.All(stackless, key => Assert.Contains(names, name => Totals.Of(Corpus.Read(name), ofGoTool: true).ContainsKey(key)));
        Array.ForEach(stackless, key => sums.Remove(key));
        Merged.AssertSame(Totals.Of(said, ofGoTool: true), sums);
        ProfileSummary theirs = Totals.Dump(said).Summary;
        ProfileSummary ours = Totals.Dump(merged).Summary;
        Assert.Equal(theirs.SampleTypes, ours.SampleTypes);
        Assert.Equal(theirs.PeriodType, ours.PeriodType);
        Assert.Equal((theirs.Period, theirs.TimeNanos, theirs.DurationNanos), (ours.Period, ours.TimeNanos, ours.DurationNanos));

        // It makes up a mapping where there is none.
        Assert.Equal(
            (theirs.SampleCount, theirs.LocationCount, theirs.FunctionCount, theirs.MappingCount),
            (ours.SampleCount - stackless.Length, ours.LocationCount, ours.FunctionCount, Math.Max(1, ours.MappingCount)));
        Assert.Equal(Totals.Dump(said).Comments, Totals.Dump(merged).Comments);

        Assert.Contains("Samples:", await pprof.RawAsync(Corpus.Deflate(merged), token), StringComparison.Ordinal);
    }
}
