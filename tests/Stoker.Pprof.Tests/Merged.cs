using System.Buffers;

namespace Stoker.Pprof.Tests;

/// <summary>Merges for tests, and what a merge must say, worked out the slow and obvious way.</summary>
internal static class Merged
{
    public static byte[] Of(params IEnumerable<byte[]> profiles)
    {
        using var merge = new ProfileMerge();
        foreach (byte[] profile in profiles)
        {
            Assert.True(merge.TryAdd(profile, out PprofError? error), error?.ToString());
        }

        return Write(merge);
    }

    public static byte[] Write(ProfileMerge merge)
    {
        var output = new ArrayBufferWriter<byte>();
        merge.Write(output);
        Assert.True(ProfileReader.TryRead(output.WrittenSpan, out _, out PprofError? error), error?.ToString());
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Compares two profiles and says only where they differ.</summary>
    public static void AssertSame(Dictionary<string, long[]> expected, Dictionary<string, long[]> actual)
    {
        string[] Lines(Dictionary<string, long[]> totals) => [.. totals.Select(total => $"{total.Key} = {string.Join(' ', total.Value)}")];
        Assert.Equal([], Lines(expected).Except(Lines(actual)));
        Assert.Equal([], Lines(actual).Except(Lines(expected)));
    }

    /// <summary>The sums by stack and labels, without those that came to nothing.</summary>
    public static Dictionary<string, long[]> Sum(params IEnumerable<Dictionary<string, long[]>> profiles)
    {
        var sums = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach ((string stack, long[] values) in profiles.SelectMany(totals => totals))
        {
            sums[stack] = sums.TryGetValue(stack, out long[]? before) ? [.. before.Zip(values, (one, other) => one + other)] : values;
        }

        return sums.Where(sum => sum.Value.Any(value => value != 0)).ToDictionary(StringComparer.Ordinal);
    }
}
