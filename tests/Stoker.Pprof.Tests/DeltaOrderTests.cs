using System.Buffers;

namespace Stoker.Pprof.Tests;

/// <summary>The state keeps stacks in the order in which they come; that order must never matter for what is said.</summary>
public sealed class DeltaOrderTests
{
    private static readonly SampleType[] Types = [new("contentions", "count")];

    [Fact]
    public void Compute_OrderChangesFromScrapeToScrape_FindsEveryStack()
    {
        var random = new Random(20261122);
        var delta = new ProfileDelta(Types);
        var totals = new SortedDictionary<int, long>();
        for (int scrape = 0; scrape < 60; scrape++)
        {
            int[] grown = [.. Enumerable.Range(0, 40).Select(_ => random.Next(50 + (5 * scrape))).Distinct()];
            Dictionary<int, long> growth = grown.ToDictionary(id => id, _ => (long)random.Next(1, 1000));
            foreach ((int id, long more) in growth)
            {
                totals[id] = totals.GetValueOrDefault(id) + more;
            }

            // In turn: as it was but for what is new, the newest first, no order at all, and each stack in two samples.
            (int Id, long Value)[] samples = [.. totals.Select(total => (total.Key, total.Value))];
            samples = (scrape % 4) switch
            {
                0 => samples,
                1 => [.. samples.Reverse()],
                2 => [.. samples.OrderBy(_ => random.Next())],
                _ => [.. samples.Select(sample => (sample.Id, 1L)), .. samples.Select(sample => (sample.Id, sample.Value - 1))],
            };
            (DeltaResult result, byte[] output) = Compute(delta, Build(samples));

            Assert.Equal(scrape == 0 ? DeltaOutcome.Baseline : DeltaOutcome.Delta, result.Outcome);
            if (scrape > 0)
            {
                Dictionary<int, long> said = Totals.Dump(output).Samples.ToDictionary(sample => (int)sample.Labels[0].Number - 1, sample => sample.Values[0]);
                Assert.Equal(growth.OrderBy(pair => pair.Key), said.OrderBy(pair => pair.Key));
            }
        }
    }

    [Fact]
    public void Compute_StacksGoneForFourScrapesWhileOthersMove_AreRemembered()
    {
        var delta = new ProfileDelta(Types);
        Compute(delta, Build((1, 10), (2, 10), (3, 10), (4, 10)));
        Compute(delta, Build((4, 20), (2, 20)));
        Compute(delta, Build((4, 30), (2, 30)));
        Compute(delta, Build((5, 40), (2, 40), (4, 40)));
        Compute(delta, Build((5, 50), (2, 50), (4, 50)));
        byte[] output = Compute(delta, Build((3, 11), (1, 12), (5, 50), (2, 50), (4, 50))).Output;
        Assert.Equal([(3, 1), (1, 2)], Totals.Dump(output).Samples.Select(sample => (sample.Labels[0].Number - 1, sample.Values[0])));
    }

    [Fact]
    public void Compute_StackGoneForFiveScrapes_IsForgotten()
    {
        var delta = new ProfileDelta(Types);
        Compute(delta, Build((1, 10), (2, 10)));
        for (int scrape = 0; scrape < 5; scrape++)
        {
            Compute(delta, Build((2, 20 + scrape)));
        }

        byte[] output = Compute(delta, Build((1, 11), (2, 24))).Output;
        Assert.Equal([11], Totals.Dump(output).Samples.Single().Values);
    }

    // Ids of one, two and three bytes, in turn for the same location, from 1 on or with gaps, packed or one by one: it is the same stack.
    [Theory]
    [InlineData(false, 1, true)]
    [InlineData(true, 1, true)]
    [InlineData(false, 1, false)]
    [InlineData(false, 7, true)]
    [InlineData(true, 7, false)]
    public void Compute_LocationsAreNumberedAnew_FindsEveryStack(bool isReversed, int step, bool isPacked)
    {
        const int Count = 20_000;
        byte[][] stacks(bool reversed, int stride, bool packed, ulong value) =>
        [
            .. Enumerable.Range(0, 40).Select(stack =>
            {
                ulong[] ids =
                [
                    .. Enumerable.Range(0, 1 + (stack % 19)).Select(frame =>
                    {
                        int location = ((stack * 977) + (frame * frame * 1511)) % Count;
                        return (ulong)(((reversed ? Count - 1 - location : location) * stride) + 1);
                    }),
                ];
                byte[] frames = packed ? Wire.Packed(1, ids) : Wire.Join([.. ids.Select(id => Wire.Number(1, id))]);
                return Wire.Bytes(2, frames, Wire.Packed(2, value + (ulong)stack));
            }),
        ];
        byte[] build(bool reversed, int stride, bool packed, ulong value) => new HandMade
        {
            Samples = Wire.Join(stacks(reversed, stride, packed, value)),
            Locations = Wire.Join(
            [
                .. Enumerable.Range(0, Count).Select(place =>
                {
                    int location = reversed ? Count - 1 - place : place;
                    ulong id = ((ulong)place * (ulong)stride) + 1;
                    return Wire.Bytes(4, Wire.Number(1, id), Wire.Number(2, 1ul), Wire.Number(3, 0x1000ul + (ulong)location));
                }),
            ]),
        }.Build();

        var delta = new ProfileDelta([new("alloc_space", "bytes")]);
        Compute(delta, build(false, 1, true, 100));
        Assert.Equal(0, Compute(delta, build(isReversed, step, isPacked, 100)).Result.SampleCount);
        (DeltaResult result, byte[] output) = Compute(delta, build(isReversed, step, isPacked, 103));
        Assert.Equal(40, result.SampleCount);
        Assert.All(Totals.Dump(output).Samples, sample => Assert.Equal([3], sample.Values));
        Assert.Equal(
            Totals.Dump(build(false, 1, true, 103)).Samples.Select(sample => string.Join(' ', sample.LeafFirst.Select(frame => frame.Address))),
            Totals.Dump(output).Samples.Select(sample => string.Join(' ', sample.LeafFirst.Select(frame => frame.Address))));
    }

    private static byte[] Build(params (int Id, long Value)[] samples)
    {
        using var builder = new ProfileBuilder(Types);
        foreach ((int id, long value) in samples)
        {
            builder.AddSample([new Frame("main", "a.go", 9, 0x20)], [value], new SampleLabel("id", Number: id + 1));
        }

        var output = new ArrayBufferWriter<byte>();
        builder.Write(output, timeNanos: 1, durationNanos: 0);
        return output.WrittenSpan.ToArray();
    }

    private static (DeltaResult Result, byte[] Output) Compute(ProfileDelta delta, byte[] profile)
    {
        var output = new ArrayBufferWriter<byte>();
        return (delta.Compute(profile, output), output.WrittenSpan.ToArray());
    }
}
