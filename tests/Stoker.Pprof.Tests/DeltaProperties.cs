using System.Buffers;
using FsCheck;
using FsCheck.Fluent;

namespace Stoker.Pprof.Tests;

/// <summary>Properties of the delta over random histories of a process.</summary>
public sealed class DeltaProperties
{
    private static readonly SampleType[] Types = [.. Corpus.Memory, new("inuse_objects", "count"), new("inuse_space", "bytes")];

    /// <summary>What one stack does in one interval.</summary>
    private sealed record Step(int Stack, int Label, int Objects, int Space, int InUse, bool IsSplit);

    /// <param name="Rounds">The intervals between scrapes.</param>
    private sealed record History(Step[][] Rounds, bool HasAddresses)
    {
        public override string ToString() =>
            $"addresses: {HasAddresses}; " + string.Join(" || ", Rounds.Select(round => string.Join(", ", round.AsEnumerable())));
    }

    private static readonly Gen<Step> Steps =
        from stack in Gen.Choose(0, 12)
        from label in Gen.Choose(0, 2)
        from objects in Gen.Choose(0, 3)
        from space in Gen.Choose(0, 100_000)
        from inUse in Gen.Choose(0, 2)
        from split in Gen.Choose(0, 3)
        select new Step(stack, label, objects, space, inUse, split == 0);

    private static readonly Gen<History> Histories =
        from rounds in Steps.ArrayOf().ArrayOf()
        from addresses in Gen.Choose(0, 1)
        select new History(rounds, addresses == 1);

    [Fact]
    public void SumOfDeltas_IsTheGrowth() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Histories.ToArbitrary(), SumsUp));

    [Fact]
    public void EachDelta_IsTheDifferenceOfItsTwoProfiles() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Histories.ToArbitrary(), AreDifferences));

    [Fact]
    public void SameProfileTwice_HasNothingInTheDeltaColumns() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Histories.ToArbitrary(), SaysNothingTwice));

    private static bool SumsUp(History history)
    {
        List<byte[]> profiles = Profiles(history);
        var delta = new ProfileDelta(Corpus.Memory);
        var sums = new Dictionary<string, (long Objects, long Space)>(StringComparer.Ordinal);
        foreach (byte[] profile in profiles)
        {
            foreach ((string stack, long[] values) in Compute(delta, profile))
            {
                (long objects, long space) = sums.GetValueOrDefault(stack);
                sums[stack] = (objects + values[0], space + values[1]);
            }
        }

        Dictionary<string, long[]> growth = Expected.Growth(profiles[0], profiles[^1], Corpus.Memory);
        return sums.Where(sum => sum.Value != (0, 0)).All(sum => growth[sum.Key][0] == sum.Value.Objects && growth[sum.Key][1] == sum.Value.Space)
            && growth.All(grown => grown.Value[..2].All(value => value == 0) || sums.ContainsKey(grown.Key));
    }

    private static bool AreDifferences(History history)
    {
        List<byte[]> profiles = Profiles(history);
        var delta = new ProfileDelta(Corpus.Memory);
        Compute(delta, profiles[0]);
        for (int i = 1; i < profiles.Count; i++)
        {
            Assert.Equal(Expected.Growth(profiles[i - 1], profiles[i], Corpus.Memory), Compute(delta, profiles[i]));
        }

        return true;
    }

    private static bool SaysNothingTwice(History history)
    {
        byte[] profile = Profiles(history)[^1];
        var delta = new ProfileDelta(Corpus.Memory);
        Compute(delta, profile);
        return Compute(delta, profile).Values.All(values => values[0] == 0 && values[1] == 0 && (values[2] != 0 || values[3] != 0));
    }

    /// <summary>
    /// One profile after each interval. Every second one is written backwards, so that ids, order and the string table differ; a split step
    /// writes its stack as two samples.
    /// </summary>
    private static List<byte[]> Profiles(History history)
    {
        var totals = new SortedDictionary<(int Stack, int Label), (long Objects, long Space, long InUse, bool IsSplit)>();
        List<byte[]> profiles = [Write(totals, history.HasAddresses, isBackwards: false)];
        foreach (Step[] round in history.Rounds)
        {
            foreach (Step step in round)
            {
                (long objects, long space, _, _) = totals.GetValueOrDefault((step.Stack, step.Label));
                totals[(step.Stack, step.Label)] = (objects + step.Objects, space + step.Space, step.InUse, step.IsSplit);
            }

            profiles.Add(Write(totals, history.HasAddresses, isBackwards: profiles.Count % 2 == 1));
        }

        return profiles;
    }

    private static byte[] Write(
        SortedDictionary<(int Stack, int Label), (long Objects, long Space, long InUse, bool IsSplit)> totals, bool hasAddresses, bool isBackwards)
    {
        using var builder = new ProfileBuilder(Types);
        foreach (((int stack, int label), (long objects, long space, long inUse, bool isSplit)) in isBackwards ? totals.Reverse() : totals)
        {
            Frame[] frames = [Frame(stack, hasAddresses), .. Enumerable.Range(0, stack % 4).Select(depth => Frame(20 + depth, hasAddresses))];
            SampleLabel[] labels = label switch
            {
                0 => [],
                1 => [new SampleLabel("tenant", "a")],
                _ => [new SampleLabel("bytes", Number: stack)],
            };
            long part = isSplit ? objects / 2 : 0;
            builder.AddSample(frames, [objects - part, space, inUse, inUse * 8], labels);
            if (isSplit)
            {
                builder.AddSample(frames, [part, 0, 0, 0], labels);
            }
        }

        var output = new ArrayBufferWriter<byte>();
        builder.Write(output, timeNanos: 1, durationNanos: 0);
        return output.WrittenSpan.ToArray();
    }

    private static Frame Frame(int number, bool hasAddresses) =>
        new($"function{number / 2}", "a.go", Line: number, Address: hasAddresses ? (ulong)(0x1000 + number) : 0);

    private static Dictionary<string, long[]> Compute(ProfileDelta delta, byte[] profile)
    {
        var output = new ArrayBufferWriter<byte>();
        DeltaResult result = delta.Compute(profile, output);
        Assert.NotEqual(DeltaOutcome.Malformed, result.Outcome);
        return output.WrittenCount == 0 ? [] : Totals.Of(output.WrittenSpan.ToArray());
    }
}
