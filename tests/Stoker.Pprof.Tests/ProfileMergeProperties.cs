using System.Buffers;
using FsCheck;
using FsCheck.Fluent;

namespace Stoker.Pprof.Tests;

/// <summary>Laws of merging over random profiles.</summary>
public sealed class ProfileMergeProperties
{
    private static readonly SampleType[] Types = [.. Corpus.Memory, new("inuse_objects", "count"), new("inuse_space", "bytes")];

    /// <param name="Stack">Which stack; equal ones share frames, and two in a profile are two samples.</param>
    private sealed record Row(int Stack, int Label, long[] Values);

    /// <param name="IsBackwards">Writes the rows the other way round, so that ids and strings differ.</param>
    private sealed record Recipe(Row[] Rows, bool IsBackwards, int Time, int Duration, int Period, int Remark)
    {
        public override string ToString() =>
            $"{Time} {Duration} {Period} {Remark} {IsBackwards}: "
            + string.Join(", ", Rows.Select(row => $"{row.Stack}/{row.Label}=[{string.Join(' ', row.Values)}]"));
    }

    // Small ones so that sums come to nothing now and then, and such that a sum of a few is beyond 64 bits.
    private static readonly Gen<long> Values = Gen.Frequency(
        (8, Gen.Choose(-2, 3).Select(value => (long)value)), (1, Gen.Constant(long.MaxValue)), (1, Gen.Constant(long.MinValue)));

    private static readonly Gen<Row> Rows =
        from stack in Gen.Choose(0, 9)
        from label in Gen.Choose(0, 3)
        from values in Values.ArrayOf(Types.Length)
        select new Row(stack, label, values);

    private static readonly Gen<Recipe> Recipes =
        from rows in Rows.ArrayOf()
        from backwards in Gen.Choose(0, 1)
        from time in Gen.Choose(0, 4)
        from duration in Gen.Choose(0, 100)
        from period in Gen.Choose(0, 3)
        from remark in Gen.Choose(0, 2)
        select new Recipe(rows, backwards == 1, time, duration, period, remark);

    private static readonly Arbitrary<(Recipe, Recipe, Recipe)> Three =
        Gen.Zip(Recipes, Gen.Zip(Recipes, Recipes)).Select(three => (three.Item1, three.Item2.Item1, three.Item2.Item2)).ToArbitrary();

    [Fact]
    public void Merge_IsCommutative() => Holds((one, two, three) => Same(Merged.Of(one, two, three), Merged.Of(three, one, two)));

    [Fact]
    public void Merge_IsAssociative() => HoldsWithout64Bits((one, two, three) =>
    {
        byte[] together = Merged.Of(one, two, three);
        return Same(together, Merged.Of(Merged.Of(one, two), three)) && Same(together, Merged.Of(one, Merged.Of(two, three)));
    });

    [Fact]
    public void Merge_WithNothing_IsTheIdentity() => Holds((one, _, _) =>
    {
        byte[] nothing = Write(new Recipe([], false, 0, 0, 0, 0));
        byte[] alone = Merged.Of(one);
        return Same(alone, Merged.Of(one, nothing)) && Same(alone, Merged.Of(nothing, one))
            && alone.AsSpan().SequenceEqual(Merged.Of(alone));
    });

    [Fact]
    public void Merge_AddsUpStackByStack() => HoldsWithout64Bits((one, two, three) =>
    {
        Dictionary<string, long[]> merged = Totals.Of(Merged.Of(one, two, three));
        Merged.AssertSame(Merged.Sum(Totals.Of(one), Totals.Of(two), Totals.Of(three)), merged);
        return Totals.Dump(Merged.Of(one, two, three)).Samples.Count == merged.Count;
    });

    [Fact]
    public void Merge_HasNothingThatIsNotReferredTo() => Holds((one, two, _) =>
    {
        byte[] merged = Merged.Of(one, two);
        return Same(merged, Merged.Of(merged)) && Merged.Of(merged).Length == merged.Length;
    });

    [Fact]
    public void Merge_OfProfileAndWhatFollowed_IsTheNextOne() => HoldsWithout64Bits(
        (before, growth, _) =>
        {
            byte[] after = Merged.Of(before, growth);
            var delta = new ProfileDelta(Corpus.Memory);
            var output = new ArrayBufferWriter<byte>();
            delta.Compute(before, output);
            Assert.Equal(DeltaOutcome.Delta, delta.Compute(after, output).Outcome);
            byte[] sum = output.WrittenCount == 0 ? Merged.Of(before) : Merged.Of(before, output.WrittenSpan.ToArray());
            Merged.AssertSame(DeltaColumns(after), DeltaColumns(sum));
            return true;
        },
        isPositive: true);

    private static void Holds(Func<byte[], byte[], byte[], bool> law) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(200),
            Prop.ForAll(Three, three => law(Write(three.Item1), Write(three.Item2), Write(three.Item3))));

    /// <summary>Without the extreme values: once a sum has been written at the bound, what was beyond it is gone.</summary>
    private static void HoldsWithout64Bits(Func<byte[], byte[], byte[], bool> law, bool isPositive = false)
    {
        long Value(long value) => isPositive ? Math.Abs(value % 1000) : value % 1000;
        byte[] Tamed(Recipe recipe) => Write(recipe with
        {
            Rows = [.. recipe.Rows.Select(row => row with { Values = [.. row.Values.Select(Value)] })],
        });
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(200),
            Prop.ForAll(Three, three => law(Tamed(three.Item1), Tamed(three.Item2), Tamed(three.Item3))));
    }

    private static bool Same(byte[] one, byte[] other)
    {
        Merged.AssertSame(Totals.Of(one), Totals.Of(other));
        (ProfileDump first, ProfileDump second) = (Totals.Dump(one), Totals.Dump(other));
        ProfileSummary summary = first.Summary with { SampleTypes = second.Summary.SampleTypes };
        Assert.Equal(second.Summary, summary);
        Assert.Equal(first.Summary.SampleTypes, second.Summary.SampleTypes);
        Assert.Equal(first.Comments.Order(StringComparer.Ordinal), second.Comments.Order(StringComparer.Ordinal));
        return true;
    }

    private static Dictionary<string, long[]> DeltaColumns(byte[] profile) =>
        Totals.Of(profile).Select(total => (total.Key, Values: total.Value[..2])).Where(total => total.Values.Any(value => value != 0))
            .ToDictionary(total => total.Key, total => total.Values, StringComparer.Ordinal);

    private static byte[] Write(Recipe recipe)
    {
        using var builder = new ProfileBuilder(Types, new SampleType("space", "bytes"), recipe.Period);
        builder.SetMapping("app");
        if (recipe.Remark > 0)
        {
            builder.AddComment($"remark {recipe.Remark}");
        }

        foreach (Row row in recipe.IsBackwards ? recipe.Rows.Reverse() : recipe.Rows)
        {
            Frame[] frames = [.. Enumerable.Range(row.Stack, (row.Stack % 4) + 1).Select(depth => Frame(depth, row.Stack % 2 == 0))];
            SampleLabel[] labels = row.Label switch
            {
                0 => [],
                1 => [new SampleLabel("tenant", "a"), new SampleLabel("bytes", Number: 8, Unit: "bytes")],
                2 => [new SampleLabel("bytes", Number: 8, Unit: "bytes"), new SampleLabel("tenant", "a")],
                _ => [new SampleLabel("bytes", Number: 8)],
            };
            builder.AddSample(frames, row.Values, labels);
        }

        var output = new ArrayBufferWriter<byte>();
        builder.Write(output, recipe.Time, recipe.Duration);
        return output.WrittenSpan.ToArray();
    }

    private static Frame Frame(int number, bool hasAddresses) =>
        new($"function{number / 2}", "a.go", Line: number, Address: hasAddresses ? (ulong)(0x1000 + number) : 0);
}
