using System.Buffers;

namespace Stoker.Pprof.Tests;

/// <summary>Follows the delta over long histories and compares all that it says with a dictionary that is kept the obvious way.</summary>
public sealed class DeltaHistoryTests
{
    private const int Scrapes = 300;
    private const int Ballast = 0;

    private static readonly SampleType[] Types = [.. Corpus.Memory, new("inuse_space", "bytes")];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Compute_LongHistory_SaysWhatADictionarySays(int seed)
    {
        var random = new Random(seed);
        var target = new Target(random);
        var model = new Model();
        var delta = new ProfileDelta(Corpus.Memory);
        var outcomes = new Dictionary<DeltaOutcome, int>();
        for (int scrape = 0; scrape < Scrapes; scrape++)
        {
            List<(int Id, long[] Values)> samples = target.Next();
            (DeltaOutcome outcome, SortedDictionary<int, long[]> expected) = model.Next(samples);
            var output = new ArrayBufferWriter<byte>();
            DeltaResult result = delta.Compute(Write(samples), output);
            Assert.Equal((scrape, outcome, expected.Count), (scrape, result.Outcome, result.SampleCount));
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            if (expected.Count > 0)
            {
                SortedDictionary<int, long[]> said = [];
                foreach (ProfileSample sample in Totals.Dump(output.WrittenSpan.ToArray()).Samples)
                {
                    said.Add((int)sample.Labels[0].Number - 1, [.. sample.Values]);
                }

                Assert.Equal(expected, said);
            }
        }

        // All that may happen has happened often.
        Assert.InRange(outcomes[DeltaOutcome.Restarted], 5, 100);
        Assert.InRange(outcomes[DeltaOutcome.Delta], 150, Scrapes);
        Assert.InRange(model.Forgotten, 50, int.MaxValue);
        Assert.InRange(model.CameBack, 50, int.MaxValue);
        Assert.InRange(model.Fell, 50, int.MaxValue);
    }

    private static byte[] Write(List<(int Id, long[] Values)> samples)
    {
        using var builder = new ProfileBuilder(Types);
        foreach ((int id, long[] values) in samples)
        {
            Frame[] frames =
                [.. Enumerable.Range(0, 1 + (id % 5)).Select(depth => new Frame($"function{id % 9}", "a.go", depth, 0x20 + (ulong)depth))];
            builder.AddSample(frames, values, new SampleLabel("id", Number: id + 1));
        }

        var output = new ArrayBufferWriter<byte>();
        builder.Write(output, timeNanos: 1, durationNanos: 0);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A process whose stacks grow, stay, go for a while, come back as they were or from the start; it restarts at times.</summary>
    private sealed class Target(Random random)
    {
        private readonly SortedDictionary<int, long[]> _totals = [];
        private readonly Dictionary<int, int> _hiddenFor = [];
        private long[] _sums = [0, 0];

        public List<(int Id, long[] Values)> Next()
        {
            if (random.Next(40) == 0)
            {
                _totals.Clear();
                _hiddenFor.Clear();
                _sums = [0, 0];
            }

            for (int changes = random.Next(30); changes > 0; changes--)
            {
                Change(1 + random.Next(60));
            }

            List<(int Id, long[] Values)> shown = [.. _totals.Where(IsShown).Select(total => (total.Key, (long[])[.. total.Value]))];
            Balance(shown);
            shown = random.Next(3) switch
            {
                0 => shown,
                1 => [.. shown.AsEnumerable().Reverse()],
                _ => [.. shown.OrderBy(_ => random.Next())],
            };
            List<(int Id, long[] Values)> repeated = [];
            foreach ((int id, long[] values) in shown.Where(_ => random.Next(6) == 0))
            {
                long[] part = [.. values.Select(value => value / 3)];
                repeated.Add((id, part));
                for (int column = 0; column < part.Length; column++)
                {
                    values[column] -= part[column];
                }
            }

            shown.InsertRange(random.Next(shown.Count + 1), repeated);
            return shown;
        }

        private bool IsShown(KeyValuePair<int, long[]> total)
        {
            int scrapes = _hiddenFor.GetValueOrDefault(total.Key);
            _hiddenFor[total.Key] = Math.Max(0, scrapes - 1);
            return scrapes == 0;
        }

        private void Change(int id)
        {
            if (!_totals.TryGetValue(id, out long[]? total))
            {
                _totals[id] = total = [0, 0, 0];
            }

            switch (random.Next(6))
            {
                case 0:
                    _hiddenFor[id] = random.Next(1, 8);
                    break;
                case 1:
                    total.AsSpan().Clear();
                    break;
                case 2:
                    total[2] = random.Next(3);
                    break;
                default:
                    total[0] += random.Next(5);
                    total[1] += random.Next(100_000);
                    break;
            }
        }

        /// <summary>One stack grows by what others have lost, or what goes would always look like a restart; it is left out at times.</summary>
        private void Balance(List<(int Id, long[] Values)> shown)
        {
            long[] sums = [shown.Sum(sample => sample.Values[0]), shown.Sum(sample => sample.Values[1])];
            if (random.Next(50) != 0)
            {
                long[] missing = [Math.Max(0, _sums[0] - sums[0]), Math.Max(0, _sums[1] - sums[1])];
                shown.Insert(0, (Ballast, [missing[0], missing[1], 0]));
                sums = [sums[0] + missing[0], sums[1] + missing[1]];
            }

            _sums = sums;
        }
    }

    /// <summary>What the delta has to say.</summary>
    private sealed class Model
    {
        // What was known last, and for how many scrapes it has not been seen.
        private readonly Dictionary<int, (long[] Totals, int Unseen)> _known = [];
        private long[]? _sums;

        public int Forgotten { get; private set; }

        public int CameBack { get; private set; }

        public int Fell { get; private set; }

        public (DeltaOutcome Outcome, SortedDictionary<int, long[]> Said) Next(List<(int Id, long[] Values)> samples)
        {
            SortedDictionary<int, long[]> totals = [];
            foreach ((int id, long[] values) in samples)
            {
                totals[id] = totals.TryGetValue(id, out long[]? before)
                    ? [.. before.Zip(values, (one, other) => one + other)]
                    : values;
            }

            long[] sums = [totals.Values.Sum(values => values[0]), totals.Values.Sum(values => values[1])];
            DeltaOutcome outcome = _sums is null ? DeltaOutcome.Baseline
                : sums[0] < _sums[0] || sums[1] < _sums[1] ? DeltaOutcome.Restarted
                : DeltaOutcome.Delta;
            _sums = sums;
            if (outcome == DeltaOutcome.Restarted)
            {
                _known.Clear();
            }

            SortedDictionary<int, long[]> said = [];
            foreach ((int id, long[] values) in totals)
            {
                (long[] before, int unseen) = _known.GetValueOrDefault(id, ([0, 0, 0], 0));
                CameBack += unseen > 0 ? 1 : 0;
                Fell += values[1] < before[1] ? 1 : 0;
                long[] row = [Math.Max(0, values[0] - before[0]), Math.Max(0, values[1] - before[1]), values[2]];
                if (outcome != DeltaOutcome.Baseline && row.Any(value => value != 0))
                {
                    said[id] = row;
                }
            }

            Forget(totals);
            return (outcome, said);
        }

        private void Forget(SortedDictionary<int, long[]> shown)
        {
            foreach ((int id, (long[] totals, int unseen)) in _known.ToArray())
            {
                _known[id] = (totals, unseen + 1);
                if (unseen == 4 && !shown.ContainsKey(id))
                {
                    _known.Remove(id);
                    Forgotten++;
                }
            }

            foreach ((int id, long[] values) in shown)
            {
                _known[id] = (values, 0);
            }
        }
    }
}
