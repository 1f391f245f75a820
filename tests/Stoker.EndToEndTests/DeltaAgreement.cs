using Stoker.TestKit.Programs;
using Stoker.TestKit.Pyroscope.Wire;

namespace Stoker.EndToEndTests;

/// <summary>
/// Holds what was delivered of a cumulative profile against the raw bodies of the same target: the deltas must add up to the growth of every
/// stack, and the columns that are no totals must be passed on as they stood.
/// </summary>
internal static class DeltaAgreement
{
    private static readonly string[] Totals = ["alloc_objects", "alloc_space", "contentions", "delay"];

    /// <param name="series">A name for the message of a failure.</param>
    /// <param name="raw">The bodies in the order of the scrapes, the first being the baseline.</param>
    /// <param name="delivered">What arrived, in any order.</param>
    public static void AssertSumEqualsGrowth(string series, IReadOnlyList<PprofProfile> raw, IReadOnlyList<PprofProfile> delivered)
    {
        AssertSentWhereThereWasSomethingToSend(series, raw, delivered);
        if (delivered.Count == 0)
        {
            return;
        }

        PprofProfile[] ordered = [.. delivered.OrderBy(profile => profile.TimeNanos)];
        PprofProfile last = raw.Single(body => body.TimeNanos == ordered[^1].TimeNanos);
        IReadOnlyList<string> columns = ProfileBody.Columns(last);
        Dictionary<string, long[]> first = ProfileBody.ValuesByStack(raw[0]);
        Dictionary<string, long[]> sums = Sum(ordered, columns.Count);
        foreach ((string stack, long[] values) in ProfileBody.ValuesByStack(last))
        {
            for (int column = 0; column < columns.Count; column++)
            {
                if (Totals.Contains(columns[column]))
                {
                    long growth = values[column] - (first.GetValueOrDefault(stack)?[column] ?? 0);
                    long sum = sums.GetValueOrDefault(stack)?[column] ?? 0;
                    Assert.True(growth == sum, $"{series}: {columns[column]} grew by {growth}, the deltas say {sum}, of the stack\n{stack}");
                }
            }
        }

        Assert.All(ordered, profile => AssertOthersAsTheyStood(series, raw.Single(body => body.TimeNanos == profile.TimeNanos), profile));
    }

    /// <summary>The last body may still have been under way when the program was stopped.</summary>
    private static void AssertSentWhereThereWasSomethingToSend(string series, IReadOnlyList<PprofProfile> raw, IReadOnlyList<PprofProfile> delivered)
    {
        for (int i = 1; i < raw.Count - 1; i++)
        {
            bool expected = HasSomethingToSend(raw[i - 1], raw[i]);
            bool sent = delivered.Any(profile => profile.TimeNanos == raw[i].TimeNanos);
            Assert.True(expected == sent, $"{series}: body {i} of {raw.Count} {(expected ? "was not delivered" : "was delivered, though nothing in it had grown")}");
        }
    }

    private static bool HasSomethingToSend(PprofProfile earlier, PprofProfile later)
    {
        IReadOnlyList<string> columns = ProfileBody.Columns(later);
        Dictionary<string, long[]> before = ProfileBody.ValuesByStack(earlier);
        return ProfileBody.ValuesByStack(later).Any(stack => Enumerable.Range(0, columns.Count).Any(column =>
            stack.Value[column] != (Totals.Contains(columns[column]) ? before.GetValueOrDefault(stack.Key)?[column] ?? 0 : 0)));
    }

    private static Dictionary<string, long[]> Sum(IEnumerable<PprofProfile> profiles, int columns)
    {
        var sums = new Dictionary<string, long[]>();
        foreach ((string stack, long[] values) in profiles.SelectMany(ProfileBody.ValuesByStack))
        {
            if (!sums.TryGetValue(stack, out long[]? sum))
            {
                sums[stack] = sum = new long[columns];
            }

            for (int i = 0; i < columns; i++)
            {
                sum[i] += values[i];
            }
        }

        return sums;
    }

    private static void AssertOthersAsTheyStood(string series, PprofProfile raw, PprofProfile delivered)
    {
        IReadOnlyList<string> columns = ProfileBody.Columns(raw);
        Assert.Equal(columns, ProfileBody.Columns(delivered));
        Dictionary<string, long[]> sent = ProfileBody.ValuesByStack(delivered);
        foreach ((string stack, long[] values) in ProfileBody.ValuesByStack(raw))
        {
            for (int column = 0; column < columns.Count; column++)
            {
                if (!Totals.Contains(columns[column]))
                {
                    long passedOn = sent.GetValueOrDefault(stack)?[column] ?? 0;
                    Assert.True(values[column] == passedOn, $"{series}: {columns[column]} was {values[column]} and {passedOn} was delivered, of the stack\n{stack}");
                }
            }
        }
    }
}
