using System.Globalization;

namespace Stoker.Pprof.Tests;

/// <summary>A profile as values by stack, labels and column: what a person compares.</summary>
internal static class Totals
{
    /// <param name="ofGoTool">
    /// Leaves out what <c>go tool pprof</c> adds of its own, a label on the samples of the base and units where a label has none, and what it
    /// does not read: labels with neither a text nor a number other than 0.
    /// </param>
    public static Dictionary<string, long[]> Of(byte[] profile, bool ofGoTool = false)
    {
        ProfileDump dump = Dump(profile);
        var totals = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach (ProfileSample sample in dump.Samples)
        {
            string key = Key(sample, ofGoTool);
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

    private static string Key(ProfileSample sample, bool ofGoTool)
    {
        IEnumerable<string> frames = sample.LeafFirst.Select(frame =>
            string.Create(CultureInfo.InvariantCulture, $"{frame.Address:x} {frame.Function} {frame.File}:{frame.Line}"));
        IEnumerable<string> labels = sample.Labels
            .Where(label => !ofGoTool || (label.Key != "pprof::base" && (label.Text.Length > 0 || label.Number != 0)))
            .Select(label => (ofGoTool ? label with { Unit = "" } : label).ToString())
            .Order(StringComparer.Ordinal);
        return string.Join(" < ", frames) + " | " + string.Join(", ", labels);
    }
}
