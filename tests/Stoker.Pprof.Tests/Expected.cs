namespace Stoker.Pprof.Tests;

/// <summary>What a delta must say, worked out the slow and obvious way.</summary>
internal static class Expected
{
    /// <summary>The growth by stack: differences in the cumulative columns, the others as they stand, nothing that is all zero.</summary>
    public static Dictionary<string, long[]> Growth(byte[] before, byte[] after, SampleType[] deltaColumns)
    {
        Dictionary<string, long[]> old = Totals.Of(before);
        IReadOnlyList<SampleType> types = Totals.Dump(after).Summary.SampleTypes;
        var growth = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach ((string stack, long[] values) in Totals.Of(after))
        {
            long[] row = [.. values.Select((value, column) =>
                !deltaColumns.Contains(types[column]) ? value
                : old.TryGetValue(stack, out long[]? totals) ? Math.Max(0, value - totals[column])
                : value)];
            if (row.Any(value => value != 0))
            {
                growth[stack] = row;
            }
        }

        return growth;
    }
}
