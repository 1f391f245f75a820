using System.Globalization;

namespace Stoker.Pprof.Tests;

/// <summary>A profile as values by stack, labels and column: what a person compares.</summary>
internal static class Totals
{
    public static Dictionary<string, long[]> Of(byte[] profile)
    {
        ProfileDump dump = Dump(profile);
        var totals = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach (ProfileSample sample in dump.Samples)
        {
            string key = Key(sample);
            if (!totals.TryGetValue(key, out long[]? sums))
            {
                totals[key] = sums = new long[sample.Values.Count];
            }

            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += sample.Values[i];
            }
        }

        return totals;
    }

    public static ProfileDump Dump(byte[] profile)
    {
        Assert.True(ProfileDump.TryRead(profile, out ProfileDump? dump, out PprofError? error), error?.ToString());
        return dump;
    }

    private static string Key(ProfileSample sample)
    {
        IEnumerable<string> frames = sample.LeafFirst.Select(frame =>
            string.Create(CultureInfo.InvariantCulture, $"{frame.Address:x} {frame.Function} {frame.File}:{frame.Line}"));
        IEnumerable<string> labels = sample.Labels.Select(label => label.ToString()).Order(StringComparer.Ordinal);
        return string.Join(" < ", frames) + " | " + string.Join(", ", labels);
    }
}
